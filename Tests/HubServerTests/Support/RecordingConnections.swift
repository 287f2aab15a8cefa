import HubCore
import HubServer
import WireProtocol

/// Stands for the open WebSockets of agents: keeps what is sent to them.
final class RecordingConnections: AgentConnections {
    struct Gone: Error {}

    private let open = Locked(Set<Server.ID>())
    private let sent: AsyncStream<(Server.ID, HubMessage)>
    private let record: AsyncStream<(Server.ID, HubMessage)>.Continuation
    private let gate = Locked((isClosed: false, waiters: [CheckedContinuation<Void, Never>]()))

    init() {
        (sent, record) = AsyncStream.makeStream()
    }

    func connect(_ server: Server.ID) { open.withLock { _ = $0.insert(server) } }
    func disconnect(_ server: Server.ID) { open.withLock { _ = $0.remove(server) } }

    func send(_ message: HubMessage, to server: Server.ID) async throws {
        guard open.withLock({ $0.contains(server) }) else { throw AgentNotConnected() }
        await withCheckedContinuation { continuation in
            let passes = gate.withLock { gate in
                guard gate.isClosed else { return true }
                gate.waiters.append(continuation)
                return false
            }
            if passes { continuation.resume() }
        }
        record.yield((server, message))
    }

    func connected(in project: Project.ID) -> [Server.ID] { open.withLock { Array($0) } }

    /// The next message that was sent to anybody.
    func next() async -> (Server.ID, HubMessage) {
        for await message in sent { return message }
        return (.random(), .pong)
    }

    /// From now on sends wait.
    func block() { gate.withLock { $0.isClosed = true } }

    func unblock() {
        let waiters = gate.withLock { gate in
            defer { gate = (false, []) }
            return gate.waiters
        }
        for waiter in waiters { waiter.resume() }
    }
}
