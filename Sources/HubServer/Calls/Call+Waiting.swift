import HubCore
import HubService
import ServiceLifecycle
import WireProtocol

extension Call {
    /// Longest `wait=`, in seconds.
    static let maximumWait = 60

    /// How long the client wants to wait for something: `wait=25`.
    ///
    /// - Throws: ``Problem`` with 422
    func wait() throws(Problem) -> Duration {
        .seconds(min(try query.int("wait", in: 0...86_400) ?? 0, Self.maximumWait))
    }

    /// Asks until there is something, the client's time is up, or the server is told to stop.
    func waiting<Answer: Sendable>(for answer: @escaping @Sendable () async throws -> (Answer, isFound: Bool)) async throws -> Answer {
        let limit = try wait()
        let (first, isFound) = try await answer()
        guard !isFound, limit > .zero else { return first }
        let (waits, name) = (server.waits, callerName)
        try waits.enter(name)
        defer { waits.leave(name) }
        let latest = Locked(first)
        let hub = hub
        do {
            return try await cancelWhenGracefulShutdown {
                try await hub.wait(atMost: limit) {
                    let next = try await answer()
                    latest.withLock { $0 = next.0 }
                    return next
                }
            }
        } catch is CancellationError {
            return latest.withLock { $0 }
        }
    }
}
