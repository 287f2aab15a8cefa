import HubCore

/// A server as it is sent (agent protocol, section 8.1).
package struct ServerObject: Sendable {
    package var server: Server
    package var usedSlots: Int
    /// As the hub's memory knows it, which may be later than what is stored.
    package var lastHeard: Timestamp

    package init(_ server: Server, usedSlots: Int, lastHeard: Timestamp) {
        (self.server, self.usedSlots, self.lastHeard) = (server, usedSlots, lastHeard)
    }

    package var json: JSONValue {
        let capabilities = server.capabilities
        return [
            "id": JSONValue(server.id), "project_id": JSONValue(server.project), "name": .string(server.name),
            "hostname": .string(server.machine.hostname), "os": .string(server.machine.os), "status": .string(server.state.rawValue),
            "last_heartbeat": JSONValue(lastHeard), "registered_at": JSONValue(server.registeredAt),
            "repos": JSONValue(capabilities.repositories.sorted()), "drained": JSONValue(server.isDrained),
            "slots": JSONValue(capabilities.slots), "used_slots": JSONValue(usedSlots),
            "agent_version": JSONValue(server.machine.systemInfo["agent_version"]?.string),
            "capabilities": [
                "languages": JSONValue(capabilities.languages.sorted()), "environments": JSONValue(capabilities.environments.sorted()),
                "agents": JSONValue(capabilities.agents.sorted()), "tools": JSONValue(capabilities.tools.sorted()),
                "tags": JSONValue(capabilities.tags.sorted()),
            ],
            "overridden": JSONValue(overridden),
        ]
    }

    /// What people have set, so that the server's own word does not count.
    private var overridden: [String] {
        let kinds = Capabilities.Kind.allCases.filter { server.override[$0] != nil }
        return kinds.map { $0 == .repositories ? "repos" : $0.rawValue } + (server.override.slots == nil ? [] : ["slots"])
    }
}
