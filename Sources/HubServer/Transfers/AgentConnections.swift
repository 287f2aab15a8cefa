import HubCore
import WireProtocol

/// The open WebSockets of agents, as far as others than their own code need them.
package protocol AgentConnections: Sendable {
    /// Returns once the message is on its way.
    ///
    /// - Throws: ``AgentNotConnected``, or what ended the connection meanwhile.
    func send(_ message: HubMessage, to server: Server.ID) async throws

    /// Those that are connected at the moment, of one project.
    func connected(in project: Project.ID) -> [Server.ID]
}

package struct AgentNotConnected: Error {
    package init() {}
}

/// Where agents speak only REST.
package struct NoAgentConnections: AgentConnections {
    package init() {}
    package func send(_ message: HubMessage, to server: Server.ID) async throws { throw AgentNotConnected() }
    package func connected(in project: Project.ID) -> [Server.ID] { [] }
}
