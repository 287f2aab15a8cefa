import HubCore

/// The body of `POST …/permissions/log` (agent protocol, sections 3.10 and 8.7). The daemon has forgotten its entries by the time it
/// sends them, so one that makes no sense does not lose the others.
package struct PermissionReport: Sendable {
    package struct Entry: Sendable {
        package var session: String?
        package var tool: String
        package var input: JSONValue
        package var decision: PermissionEntry.Decision
        package var rule: String?
        package var reason: String?
        package var agent: String?
        package var at: String?
    }

    package var entries: [Entry]
    /// Entries that make no sense.
    package var skipped: Int

    package init(json: JSONValue) throws(WireFault) {
        let items = try Fields(json).array("entries") ?? []
        entries = items.prefix(PermissionEntry.maximumReport).compactMap(Self.entry)
        skipped = items.count - entries.count
    }

    private static func entry(_ json: JSONValue) -> Entry? {
        guard let tool = json["tool_name"]?.string, !tool.isEmpty,
            let decision = json["decision"]?.string.flatMap(PermissionEntry.Decision.init(rawValue:))
        else { return nil }
        func text(_ name: String, _ limit: Int) -> String? { json[name]?.string.map { String($0.prefix(limit)) } }
        return Entry(
            session: text("session_id", 64), tool: String(tool.prefix(200)), input: json["tool_input"] ?? .null, decision: decision,
            rule: text("matched_rule_id", 64), reason: text("reason", 1000), agent: text("agent_name", 64), at: text("created_at", 40))
    }
}

/// An entry of the log as people's scripts see it.
package struct PermissionObject: Sendable {
    package var entry: PermissionEntry
    package var serverName: String?

    package init(_ entry: PermissionEntry, serverName: String?) {
        (self.entry, self.serverName) = (entry, serverName)
    }

    package var json: JSONValue {
        [
            "server_id": JSONValue(entry.server), "server": JSONValue(serverName), "session_id": JSONValue(entry.session),
            "tool_name": .string(entry.tool), "tool_input": .string(entry.input), "decision": .string(entry.decision.rawValue),
            "matched_rule_id": JSONValue(entry.rule), "reason": JSONValue(entry.reason), "agent_name": JSONValue(entry.agent),
            "created_at": JSONValue(entry.decidedAt), "received_at": JSONValue(entry.receivedAt),
        ]
    }
}
