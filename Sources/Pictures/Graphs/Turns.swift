import HubCore

/// Lets a bounded number of things run at once; others wait, the first to come first.
final class Turns: Sendable {
    private struct State {
        var free: Int
        var waiting: [(id: Int, continuation: CheckedContinuation<Bool, Never>)] = []
        var lastID = 0
    }

    private let state: Locked<State>

    init(limit: Int) { state = Locked(State(free: limit)) }

    var waiting: Int { state.withLock { $0.waiting.count } }

    /// - Throws: `CancellationError` where the task is cancelled before its turn.
    func run<Result: Sendable>(_ body: @Sendable () async -> Result) async throws(CancellationError) -> Result {
        guard await isMyTurn() else { throw CancellationError() }
        defer { pass() }
        return await body()
    }

    private func isMyTurn() async -> Bool {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer: Bool? = state.withLock { state in
                    // Who was cancelled before this has not been found among those who wait.
                    if Task.isCancelled { return false }
                    if state.free > 0 {
                        state.free -= 1
                        return true
                    }
                    state.waiting.append((id, continuation))
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let leaving = state.withLock { state in
                state.waiting.firstIndex { $0.id == id }.map { state.waiting.remove(at: $0).continuation }
            }
            leaving?.resume(returning: false)
        }
    }

    private func pass() {
        let next: CheckedContinuation<Bool, Never>? = state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.free += 1
                return nil
            }
            return state.waiting.removeFirst().continuation
        }
        next?.resume(returning: true)
    }
}
