import HubCore
import Terminal

/// What a terminal shows that somebody may have to know.
package enum Attention: Hashable, Sendable {
    /// Asks for leave to do something.
    case permission(Question)
    /// Waits for text; with the last lines that are above where it is typed.
    case input(String)
    /// What the account allows is used up.
    case usageLimit(UsageLimit)
    /// Something waits that no profile knows.
    case unknown(Question)
    /// The agent's program is over: the shell that it was started in waits.
    case exited
    /// Works. Nobody is to do anything.
    case busy

    /// How long a screen has to be the same before it means something, so that nothing is taken for the end of what is still being
    /// written.
    package struct Patience: Hashable, Sendable {
        package var permission = Duration.milliseconds(400)
        package var input = Duration.seconds(2)
        package var unknown = Duration.seconds(3)

        package init() {}
    }

    /// So many of the last lines that are not blank are looked at.
    static let lineCount = 24

    /// Looks at a screen.
    ///
    /// - Parameters:
    ///   - profile: `nil` for a program about which nothing is known
    ///   - quiet: for how long the screen has been as it is
    ///   - hasStarted: the agent's program was started, so that a shell's prompt means that it is over
    /// - Returns: `nil` where nothing is to be seen, an ordinary shell's prompt among it.
    package static func seen(
        on image: ScreenImage, profile: LaunchProfile?, quiet: Duration, hasStarted: Bool = true, patience: Patience = Patience()
    ) -> Attention? {
        let tail = ScreenTail(image, count: lineCount)
        guard !tail.lines.isEmpty else { return nil }
        if let profile {
            let text = tail.text
            if let match = profile.permission.match(in: text) {
                return quiet >= patience.permission ? .permission(tail.question(about: match.text)) : nil
            }
            if profile.busy.match(in: text) != nil { return .busy }
            if let match = profile.usageLimit.match(in: text) {
                return quiet >= patience.permission ? .usageLimit(UsageLimit(text: match.text, reset: match.reset)) : nil
            }
            if profile.input.match(in: text) != nil || profile.ready.match(in: text) != nil {
                return quiet >= patience.input ? .input(tail.lines.suffix(12).joined(separator: "\n")) : nil
            }
        }
        guard quiet >= patience.unknown else { return nil }
        if let question = tail.unknownQuestion { return .unknown(question) }
        if let profile, profile.isAgent, hasStarted, !image.isAlternate, tail.endsInShellPrompt { return .exited }
        return nil
    }
}

extension LaunchProfile {
    /// Whether the program takes text now: it shows so, and neither works nor asks for something.
    package func isReady(_ image: ScreenImage) -> Bool {
        let text = ScreenTail(image, count: Attention.lineCount).text
        return ready.match(in: text) != nil && busy.match(in: text) == nil && permission.match(in: text) == nil
    }
}
