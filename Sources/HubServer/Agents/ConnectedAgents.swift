import HubCore
import HubService
import WireProtocol

/// The servers that are connected. Each has one connection, the newest.
package final class ConnectedAgents: Sendable {
    private struct State {
        var connections: [Server.ID: AgentConnection] = [:]
        /// The number of the last report of each server that took effect.
        var reports: [Server.ID: Int64] = [:]
    }

    private let state = Locked(State())

    package init() {}

    /// Sends a message to a server, in order with all others, and returns when the kernel has it.
    ///
    /// - Throws: ``NotConnected``
    package func send(_ message: HubMessage, to server: Server.ID) async throws {
        guard let connection = connection(of: server), await connection.outbound.send(try HubFrame(message).encoded()) else {
            throw NotConnected()
        }
    }

    package struct NotConnected: Error {}

    /// Those that are connected at the moment, of one project.
    package func connected(in project: Project.ID) -> [Server.ID] {
        state.withLock { $0.connections.values.filter { $0.server.project == project }.map(\.server.id) }
    }

    package func isConnected(_ server: Server.ID) -> Bool { connection(of: server) != nil }

    func connection(of server: Server.ID) -> AgentConnection? { state.withLock { $0.connections[server] } }

    /// - Returns: the connection that this one takes the place of.
    func replace(with connection: AgentConnection) -> AgentConnection? {
        state.withLock { $0.connections.updateValue(connection, forKey: connection.server.id) }
    }

    func isCurrent(_ connection: AgentConnection) -> Bool {
        state.withLock { $0.connections[connection.server.id] === connection }
    }

    func remove(_ connection: AgentConnection) {
        state.withLock { state in
            if state.connections[connection.server.id] === connection { state.connections[connection.server.id] = nil }
        }
    }

    func lastReport(of server: Server.ID) -> Int64 { state.withLock { $0.reports[server] ?? 0 } }

    func noteReport(_ number: Int64, of server: Server.ID) {
        state.withLock { $0.reports[server] = max(number, $0.reports[server] ?? 0) }
    }
}
