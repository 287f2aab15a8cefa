import HubCore
import LiveSessions
import Terminal

extension ConnectedAgents: AgentConnections {}

/// The hub's live sessions, as scripts use them.
package struct LiveTerminals: SessionTerminals {
    private let live: LiveSessions
    private let draw: @Sendable (ScreenImage) -> [UInt8]?

    /// - Parameter draw: makes a PNG of a screen.
    package init(_ live: LiveSessions, draw: @escaping @Sendable (ScreenImage) -> [UInt8]?) {
        (self.live, self.draw) = (live, draw)
    }

    package func screen(of session: Session.ID) async -> TerminalText? {
        guard let image = await live.screen(of: session) else { return nil }
        return TerminalText(
            lines: image.lines, size: image.size, cursor: (image.cursor.row, image.cursor.column), title: image.title)
    }

    package func picture(of session: Session.ID) async -> [UInt8]? { await live.screen(of: session).flatMap(draw) }
    package func log(of session: Session.ID) async -> [UInt8]? { await live.log(of: session) }
    package func recording(of session: Session.ID) async -> [UInt8]? { await live.recording(of: session) }

    package func type(_ text: String, into session: Session.ID, submits: Bool) async -> TypingResult {
        TypingResult(await live.type(text, into: session, submit: submits))
    }

    package func press(_ key: String, in session: Session.ID) async -> TypingResult {
        guard let key = TerminalKey(key) else { return .unknownKey }
        return TypingResult(await live.press(key, into: session))
    }

    package func write(_ bytes: [UInt8], into session: Session.ID) async -> TypingResult {
        TypingResult(await live.send(bytes, into: session))
    }

    package func resize(_ session: Session.ID, to size: TerminalSize) async { await live.resize(session, to: size) }
}

extension TypingResult {
    fileprivate init(_ outcome: TypingOutcome) {
        self =
            switch outcome {
            case .submitted: .submitted
            case .typed: .typed
            case .typedNotSubmitted: .typedNotSubmitted
            case .noSession: .noTerminal
            case .serverOffline: .serverOffline
            }
    }
}
