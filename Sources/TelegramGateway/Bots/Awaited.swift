import HubCore

/// What comes once, or does not come; may be waited for.
final class Awaited<Value: Sendable>: Sendable {
    private struct State {
        var isSettled = false
        var value: Value?
        var waiting: [AsyncStream<Void>.Continuation] = []
    }

    private let state = Locked(State())

    /// Notes the first outcome; later ones do not count.
    func settle(_ value: Value?) {
        let waiting = state.withLock { state in
            guard !state.isSettled else { return [] as [AsyncStream<Void>.Continuation] }
            (state.isSettled, state.value) = (true, value)
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.finish() }
    }

    /// - Returns: `nil` if it did not come, or took longer than `limit`.
    func wait(atMost limit: Duration) async -> Value? {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        let isSettled = state.withLock { state in
            if !state.isSettled { state.waiting.append(continuation) }
            return state.isSettled
        }
        if !isSettled {
            let timer = Task {
                // Cancelled when the answer came first.
                try? await Task.sleep(for: limit)
                continuation.finish()
            }
            for await _ in stream {}
            timer.cancel()
        }
        return state.withLock { $0.value }
    }
}
