import HubCore

/// What came of asking a bot its name for the first time; may be waited for.
final class Introduction: Sendable {
    private struct State {
        var isSettled = false
        var username: String?
        var waiting: [AsyncStream<Void>.Continuation] = []
    }

    private let state = Locked(State())

    /// Notes the first outcome; later ones do not count.
    func settle(_ username: String?) {
        let waiting = state.withLock { state in
            guard !state.isSettled else { return [] as [AsyncStream<Void>.Continuation] }
            (state.isSettled, state.username) = (true, username)
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.finish() }
    }

    /// - Returns: the user name; `nil` if asking failed, or took longer than `limit`.
    func wait(atMost limit: Duration) async -> String? {
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
        return state.withLock { $0.username }
    }
}
