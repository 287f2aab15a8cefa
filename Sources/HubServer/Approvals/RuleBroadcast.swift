import HubCore
import HubService
import Logging
import WireProtocol

/// Tells the connected agents of a project that its rules have changed; they ask for them then (agent protocol, section 6.5).
struct RuleBroadcast: Sendable {
    let hub: Hub
    let connections: any AgentConnections
    let log: Logger

    /// Until it is cancelled.
    func run() async {
        // Listens before the first agent can connect: who connects later asks anyway.
        let changes = hub.ruleWatch.changes()
        await withDiscardingTaskGroup { group in
            for await project in changes {
                for server in connections.connected(in: project) {
                    // One slow agent does not hold up the others.
                    group.addTask {
                        do {
                            try await connections.send(.approvalRulesUpdated, to: server)
                        } catch {
                            // It asks again when it is back.
                            log.debug("an agent was not told of new rules", metadata: ["server": "\(server)", "error": "\(error)"])
                        }
                    }
                }
            }
            group.cancelAll()
        }
    }
}
