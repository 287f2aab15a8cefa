import HubCore

/// What scripts may do with live terminals. Who may is decided before: nothing behind this looks at people.
package protocol SessionTerminals: Sendable {
    /// What is to be seen; `nil` where there is no terminal.
    func screen(of session: Session.ID) async -> TerminalText?
    /// The screen as PNG.
    func picture(of session: Session.ID) async -> [UInt8]?
    /// All output that is kept, as plain text.
    func log(of session: Session.ID) async -> [UInt8]?
    /// The recording, as asciicast v2.
    func recording(of session: Session.ID) async -> [UInt8]?
    /// Types, presses Enter if `submits`, and looks at what came of it.
    func type(_ text: String, into session: Session.ID, submits: Bool) async -> TypingResult
    /// Presses a key by its name: `enter`, `ctrl-c`, `up` …
    func press(_ key: String, in session: Session.ID) async -> TypingResult
    /// Passes bytes on as they are.
    func write(_ bytes: [UInt8], into session: Session.ID) async -> TypingResult
    func resize(_ session: Session.ID, to size: TerminalSize) async
}

/// A terminal's screen as text.
package struct TerminalText: Sendable {
    package var lines: [String]
    package var size: TerminalSize
    /// From 0.
    package var cursor: (row: Int, column: Int)
    package var title: String

    package init(lines: [String], size: TerminalSize, cursor: (row: Int, column: Int), title: String) {
        (self.lines, self.size, self.cursor, self.title) = (lines, size, cursor, title)
    }
}

/// What became of something typed.
package enum TypingResult: String, Hashable, Sendable {
    case submitted
    /// It is there, and nothing was to be submitted.
    case typed
    /// It is there, but the screen does not show that it was taken.
    case typedNotSubmitted = "typed_not_submitted"
    case noTerminal = "no_terminal"
    case serverOffline = "server_offline"
    case unknownKey = "unknown_key"

    var isTyped: Bool { self == .submitted || self == .typed || self == .typedNotSubmitted }
}

/// A hub without live terminals.
package struct NoSessionTerminals: SessionTerminals {
    package init() {}
    package func screen(of session: Session.ID) async -> TerminalText? { nil }
    package func picture(of session: Session.ID) async -> [UInt8]? { nil }
    package func log(of session: Session.ID) async -> [UInt8]? { nil }
    package func recording(of session: Session.ID) async -> [UInt8]? { nil }
    package func type(_ text: String, into session: Session.ID, submits: Bool) async -> TypingResult { .noTerminal }
    package func press(_ key: String, in session: Session.ID) async -> TypingResult { .noTerminal }
    package func write(_ bytes: [UInt8], into session: Session.ID) async -> TypingResult { .noTerminal }
    package func resize(_ session: Session.ID, to size: TerminalSize) async {}
}
