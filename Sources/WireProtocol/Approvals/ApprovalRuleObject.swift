import HubCore

/// A rule as it is sent.
package struct ApprovalRuleObject: Sendable {
    package var rule: ApprovalRule
    package var serverName: String?

    package init(_ rule: ApprovalRule, serverName: String? = nil) {
        (self.rule, self.serverName) = (rule, serverName)
    }

    private var agentFilter: String {
        rule.content.agents.isEmpty ? "all" : rule.content.agents.map(\.rawValue).sorted().joined(separator: ",")
    }

    /// For the hook on a server (agent protocol, section 8.5). What holds in the whole project is sent as `tenant`: a server's key reaches
    /// one project, and the hook must not pass a rule over because its session was started without a project's id.
    package var hookJSON: JSONValue {
        [
            "id": JSONValue(rule.id), "name": .string(rule.content.name), "is_active": JSONValue(rule.content.isActive),
            "tool_pattern": .string(rule.content.toolPattern), "param_pattern": JSONValue(rule.content.parameterPattern),
            "scope_type": rule.server == nil ? "tenant" : "server", "scope_id": JSONValue(rule.server),
            "agent_filter": .string(agentFilter), "action": .string(rule.content.action.rawValue),
        ]
    }

    /// For people's scripts.
    package var json: JSONValue {
        [
            "id": JSONValue(rule.id), "project_id": JSONValue(rule.project), "name": .string(rule.content.name),
            "is_active": JSONValue(rule.content.isActive), "tool_pattern": .string(rule.content.toolPattern),
            "param_pattern": JSONValue(rule.content.parameterPattern), "agent_filter": .string(agentFilter),
            "action": .string(rule.content.action.rawValue), "scope_type": rule.server == nil ? "project" : "server",
            "server_id": JSONValue(rule.server), "server": JSONValue(serverName), "created_by": .string(rule.createdBy.name),
            "created_at": JSONValue(rule.createdAt), "updated_at": JSONValue(rule.updatedAt),
        ]
    }
}

/// What a person says of a rule; what is absent stays as it is.
package struct ApprovalRuleOrder: Sendable {
    package var name: String?
    package var isActive: Bool?
    package var toolPattern: String?
    /// `.some(nil)`: `null`, none any more.
    package var parameterPattern: String??
    package var agents: Set<ApprovalRule.Agent>?
    package var action: ApprovalRule.Action?
    /// `.some(nil)`: `null`, on all servers.
    package var server: String??

    package init(json: JSONValue) throws(WireFault) {
        let fields = try Fields(json)
        name = try fields.string("name")
        isActive = try fields.bool("is_active")
        toolPattern = try fields.string("tool_pattern")
        action = try fields.word("action")
        parameterPattern = json["param_pattern"] == nil ? nil : .some(try fields.string("param_pattern"))
        server = json["server"] == nil ? nil : .some(try fields.string("server"))
        agents = try fields.string("agent_filter").map { text throws(WireFault) in try Self.agents(text) }
    }

    /// `all`, or names with commas between them.
    private static func agents(_ text: String) throws(WireFault) -> Set<ApprovalRule.Agent> {
        guard text.lowercased() != "all" else { return [] }
        var agents: Set<ApprovalRule.Agent> = []
        for word in text.split(separator: ",") {
            let name = String(word.filter { $0 != " " }).lowercased()
            guard let agent = ApprovalRule.Agent(rawValue: name) else { throw .word("agent_filter", name, ApprovalRule.Agent.self) }
            agents.insert(agent)
        }
        guard !agents.isEmpty else { throw WireFault("agent_filter must be all, or some of claude,gemini,codex") }
        return agents
    }

    /// - Throws: ``WireFault`` if a new rule lacks something.
    package func content() throws(WireFault) -> ApprovalRule.Content {
        guard let action else { throw .missing("action") }
        guard let toolPattern else { throw .missing("tool_pattern") }
        let pattern = parameterPattern ?? nil
        return ApprovalRule.Content(
            name: name ?? [action.rawValue, toolPattern, pattern].compactMap(\.self).joined(separator: " "),
            isActive: isActive ?? true, toolPattern: toolPattern, parameterPattern: pattern, agents: agents ?? [], action: action)
    }

    package func changed(_ old: ApprovalRule.Content) -> ApprovalRule.Content {
        ApprovalRule.Content(
            name: name ?? old.name, isActive: isActive ?? old.isActive, toolPattern: toolPattern ?? old.toolPattern,
            parameterPattern: parameterPattern ?? old.parameterPattern, agents: agents ?? old.agents, action: action ?? old.action)
    }
}
