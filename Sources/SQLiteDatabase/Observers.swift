import HubCore

/// Who waits for which signal.
final class Observers: Sendable {
    private struct State {
        var next = 0
        var streams: [String: [Int: AsyncStream<Void>.Continuation]] = [:]
    }

    private let state = Locked(State())

    func stream(of signal: String) -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let number = state.withLock { state in
            defer { state.next += 1 }
            state.streams[signal, default: [:]][state.next] = continuation
            return state.next
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { _ = $0.streams[signal]?.removeValue(forKey: number) }
        }
        continuation.yield()
        return stream
    }

    func signal(_ signals: Set<String>) {
        guard !signals.isEmpty else { return }
        let waiting = state.withLock { state in signals.flatMap { state.streams[$0].map { Array($0.values) } ?? [] } }
        for continuation in waiting { continuation.yield() }
    }
}
