import HubCore

/// The parts of a task's content that no statement looks into, as one JSON column.
extension AgentTask.Content {
    var details: JSONValue {
        [
            "acceptance_criteria": JSONValue(acceptanceCriteria), "structured_spec": structuredSpec ?? .null,
            "requires": requirements.json, "prefers": ["server": JSONValue(preferences.server)], "produces": produces ?? .null,
            "reminder_minutes": JSONValue(reminderMinutes), "escalation_minutes": JSONValue(escalationMinutes),
            "retry": retry?.json ?? .null, "spend_cap": JSONValue(spendCap?.description),
        ]
    }

    mutating func take(details: JSONValue) {
        acceptanceCriteria = details["acceptance_criteria"]?.strings ?? []
        // Not with a `nil` in an expression of type JSONValue: there it is JSON's null.
        structuredSpec = details["structured_spec"]
        if structuredSpec?.isNull == true { structuredSpec = .none }
        produces = details["produces"]
        if produces?.isNull == true { produces = .none }
        reminderMinutes = details["reminder_minutes"]?.int
        escalationMinutes = details["escalation_minutes"]?.int
        retry = RetryPolicy(stored: details["retry"])
        spendCap = details["spend_cap"]?.string.flatMap { Money(decimal: $0) }
        requirements = AgentTask.Requirements(json: details["requires"] ?? .null)
        preferences = AgentTask.Preferences(server: details["prefers"]?["server"]?.string)
    }
}

extension AgentTask.Requirements {
    package var json: JSONValue {
        [
            "languages": JSONValue(languages.sorted()), "environments": JSONValue(environments.sorted()), "agent": JSONValue(agent),
            "tools": JSONValue(tools.sorted()), "tags": JSONValue(tags.sorted()), "server": JSONValue(server),
            "writes": JSONValue(writes.patterns),
        ]
    }

    init(json: JSONValue) {
        self.init(
            languages: Set(json["languages"]?.strings ?? []), environments: Set(json["environments"]?.strings ?? []),
            agent: json["agent"]?.string, tools: Set(json["tools"]?.strings ?? []), tags: Set(json["tags"]?.strings ?? []),
            server: json["server"]?.string, writes: WriteScope(json["writes"]?.strings ?? []))
    }
}

extension AgentTask.Plan {
    var json: JSONValue {
        [
            "content": content, "hash": .string(hash), "submitted_at": JSONValue(submittedAt.milliseconds),
            "decision": decision.map { ["verdict": .string($0.verdict.rawValue), "by": $0.by.json, "at": JSONValue($0.at.milliseconds)] }
                ?? .null,
        ]
    }

    init(json: JSONValue) throws(SQLFault) {
        guard let hash = json["hash"]?.string, let submitted = json["submitted_at"]?.int else { throw .undecodable("a plan") }
        var decision: AgentTask.Decision?
        if let stored = json["decision"], let verdict = stored["verdict"]?.string.flatMap(AgentTask.Decision.Verdict.init),
            let at = stored["at"]?.int
        {
            decision = .init(verdict, by: try Actor(json: stored["by"] ?? .null), at: Timestamp(milliseconds: Int64(at)))
        }
        self.init(
            content: json["content"] ?? .null, hash: hash, submittedAt: Timestamp(milliseconds: Int64(submitted)), decision: decision)
    }
}

extension Actor {
    package var json: JSONValue { ["kind": .string(kind.rawValue), "id": .string(id), "name": .string(name)] }

    init(json: JSONValue) throws(SQLFault) {
        guard let kind = json["kind"]?.string.flatMap(Kind.init), let id = json["id"]?.string, let name = json["name"]?.string else {
            throw .undecodable("an actor")
        }
        self.init(kind: kind, id: id, name: name)
    }
}

extension JSONValue {
    /// The strings of an array; what is no string is left out.
    package var strings: [String] { array?.compactMap(\.string) ?? [] }
}
