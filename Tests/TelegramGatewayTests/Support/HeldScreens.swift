import HubCore
import TelegramGateway
import Terminal

/// Screens of which one look can be held up.
struct HeldScreens: LiveScreens {
    let screens: any LiveScreens
    let hold: Hold

    /// Holds the next look from ``arm()`` to ``release()``.
    final class Hold: Sendable {
        private enum State {
            case open
            case armed
            case held(CheckedContinuation<Void, Never>)
        }

        private let state = Locked(State.open)

        var isHolding: Bool { state.withLock { if case .held = $0 { true } else { false } } }

        func arm() { state.withLock { $0 = .armed } }

        func release() {
            let waiting = state.withLock { state -> CheckedContinuation<Void, Never>? in
                defer { state = .open }
                if case .held(let continuation) = state { return continuation }
                return nil
            }
            waiting?.resume()
        }

        fileprivate func pass() async {
            await withCheckedContinuation { continuation in
                let isFree = state.withLock { state in
                    guard case .armed = state else { return true }
                    state = .held(continuation)
                    return false
                }
                if isFree { continuation.resume() }
            }
        }
    }

    func screen(of session: Session.ID) async -> ScreenImage? {
        await hold.pass()
        return await screens.screen(of: session)
    }

    func scrollback(of session: Session.ID, last count: Int) async -> [String] { await screens.scrollback(of: session, last: count) }
    func redraws(of session: Session.ID) async -> AsyncStream<Void> { await screens.redraws(of: session) }
}
