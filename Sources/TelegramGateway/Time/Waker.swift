import HubCore
import HubService

/// Lets one loop sleep until a time has come, or until it is woken. A word that comes while the loop is at work is not lost.
///
/// Each wait has a stream of its own: one whose reader was cancelled has ended for good, and the loop would spin.
final class Waker: Sendable {
    private struct State {
        var isRaised = false
        var waiting: AsyncStream<Void>.Continuation?
    }

    private let state = Locked(State())

    func wake() {
        state.withLock { state in
            state.isRaised = true
            return state.waiting
        }?.yield()
    }

    /// Returns at once if it was woken since the last wait, and when the task is cancelled.
    ///
    /// - Parameter time: `nil` waits for a word only.
    func wait(until time: Timestamp?, clock: any HubClock) async {
        let (words, word) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let isRaised = state.withLock { state in
            state.waiting = word
            return state.isRaised
        }
        if !isRaised {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { for await _ in words { return } }
                // Cancelled as soon as a word comes, which is all that an error here can mean.
                if let time { group.addTask { try? await clock.sleep(until: time) } }
                await group.next()
                group.cancelAll()
            }
        }
        state.withLock { $0 = State() }
    }
}
