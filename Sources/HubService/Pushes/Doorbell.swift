import HubCore

/// Wakes whoever sends a server its pushes. Rung after the commit that made one; a ring says only "look".
package final class Doorbell: Sendable {
    private struct State {
        var listeners: [Server.ID: [Int: AsyncStream<Void>.Continuation]] = [:]
        var next = 0
    }

    private let state = Locked(State())

    package init() {}

    /// Rings from now on, several in one while nobody listens. Ends with its reader.
    package func rings(for server: Server.ID) -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let number = state.withLock { state in
            state.next += 1
            state.listeners[server, default: [:]][state.next] = continuation
            return state.next
        }
        continuation.onTermination = { [weak self] _ in self?.remove(number, of: server) }
        return stream
    }

    package func ring(_ server: Server.ID) {
        let listeners = state.withLock { Array(($0.listeners[server] ?? [:]).values) }
        for listener in listeners { listener.yield() }
    }

    private func remove(_ number: Int, of server: Server.ID) {
        state.withLock { state in
            state.listeners[server]?[number] = nil
            if state.listeners[server]?.isEmpty == true { state.listeners[server] = nil }
        }
    }
}
