import ChatOps
import HubCore
import Pictures
import Terminal

/// What is drawn of live terminals. What looks like a secret is masked behind it already: the gateway masks words once more, and cannot
/// mask a picture.
package protocol LiveScreens: Sendable {
    /// What the terminal shows; of one that is over, what it showed last.
    func screen(of session: Session.ID) async -> ScreenImage?
    /// The last lines that were written, without empty ones at the end.
    func scrollback(of session: Session.ID, last count: Int) async -> [String]
    /// An element for each time that something visible changed, the latest only. Ends when nothing will change any more.
    func redraws(of session: Session.ID) async -> AsyncStream<Void>
}

/// A hub without terminals.
struct NoScreens: LiveScreens {
    func screen(of session: Session.ID) async -> ScreenImage? { nil }
    func scrollback(of session: Session.ID, last count: Int) async -> [String] { [] }
    func redraws(of session: Session.ID) async -> AsyncStream<Void> { AsyncStream { $0.finish() } }
}
