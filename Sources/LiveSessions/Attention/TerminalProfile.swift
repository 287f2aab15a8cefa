import HubCore
import Terminal

/// What is known of a program that runs in terminals: how it shows that it waits.
package protocol TerminalProfile: Sendable {
    /// Arguments of the program; empty for a plain shell.
    var command: [String] { get }
    /// What the screen says; `nil` where it says nothing that the profile knows.
    func reading(of screen: ScreenImage) -> TerminalReading?
}

/// What a terminal does, by what it shows.
package enum TerminalReading: Hashable, Sendable {
    /// It waits for text, and this is no question: there is nothing to do.
    case ready
    /// It says that it works.
    case busy
    /// It waits for a person.
    case waiting(Session.Prompt, text: String)
}

/// The profiles by name.
package protocol TerminalProfiles: Sendable {
    /// `nil` for a name that nobody knows.
    func profile(named name: String) -> (any TerminalProfile)?
}

/// No profiles: every program is one that nobody knows.
package struct NoProfiles: TerminalProfiles {
    package init() {}
    package func profile(named name: String) -> (any TerminalProfile)? { nil }
}
