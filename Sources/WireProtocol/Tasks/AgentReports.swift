import HubCore

/// The bodies of an agent's reports on its task (agent protocol, sections 4 and 12). Each may name the attempt that it is about.

/// `POST …/start`; mostly without a body.
package struct StartReport: Sendable {
    package var attempt: Int?

    package init(json: JSONValue) throws(WireFault) {
        attempt = try Fields(json).int("attempt")
    }
}

/// `POST …/complete` and `…/submit`.
package struct CompleteReport: Sendable {
    package var attempt: Int?
    /// Any JSON.
    package var result: JSONValue
    /// What is handed in under contracts, an object by key.
    package var contracts: JSONValue?
    /// What `git diff --stat` said on the agent's machine, as an object (section 7.5).
    package var diffStats: JSONValue?

    package init(json: JSONValue) throws(WireFault) {
        let fields = try Fields(json)
        (attempt, result) = (try fields.int("attempt"), fields.any("result"))
        _ = try fields.object("contracts")
        contracts = fields.value("contracts")
        // Measured by clients by the way: a result is not refused for it.
        if let stats = fields.value("git_diff_stats"), stats.members != nil { diffStats = stats }
    }
}

/// `POST …/fail`.
package struct FailReport: Sendable {
    package var attempt: Int?
    package var error: String

    package init(json: JSONValue) throws(WireFault) {
        let fields = try Fields(json)
        (attempt, error) = (try fields.int("attempt"), try fields.string("error") ?? "")
    }
}

/// `POST …/plan`.
package struct PlanReport: Sendable {
    package var attempt: Int?
    /// Any JSON but `null`.
    package var plan: JSONValue

    package init(json: JSONValue) throws(WireFault) {
        let fields = try Fields(json)
        guard let plan = fields.value("plan") else { throw .missing("plan") }
        (attempt, self.plan) = (try fields.int("attempt"), plan)
    }
}

/// `POST …/help`.
package struct HelpReport: Sendable {
    package var attempt: Int?
    package var content: Intervention.Content
    /// The id of the session that is asked instead of people, as it came (section 5).
    package var target: String?

    package init(json: JSONValue) throws(WireFault) {
        let fields = try Fields(json)
        (attempt, target) = (try fields.int("attempt"), try fields.string("target_session_id"))
        content = Intervention.Content(
            kind: try fields.word("intervention_type") ?? (target == nil ? .help : .question),
            question: try fields.requiredString("question"),
            context: try fields.string("context"), options: try Self.options(fields), urgency: try fields.string("urgency"),
            standby: try Self.standby(fields))
    }

    /// Both or none: a deadline without an answer would decide nothing, and an answer without a deadline would never be given.
    private static func standby(_ fields: Fields) throws(WireFault) -> Intervention.Standby? {
        switch (try fields.int("deadline_seconds"), try fields.string("default_option")) {
        case (let seconds?, let option?): return .init(seconds: seconds, option: option)
        case (nil, nil): return nil
        case (_?, nil): throw WireFault("deadline_seconds needs default_option: what is to be taken for the answer then")
        case (nil, _?): throw WireFault("default_option needs deadline_seconds: when it is to be taken for the answer")
        }
    }

    private static func options(_ fields: Fields) throws(WireFault) -> [Intervention.Option] {
        var options: [Intervention.Option] = []
        for (index, item) in (try fields.array("options") ?? []).enumerated() {
            let entry = try Fields(item, named: "options[\(index)]")
            let label = try entry.requiredString("label")
            options.append(.init(id: try entry.string("id") ?? label, label: label))
        }
        return options
    }
}

/// `POST …/notes`.
package struct NoteReport: Sendable {
    package var content: String
    package var isUrgent: Bool

    package init(json: JSONValue) throws(WireFault) {
        let fields = try Fields(json)
        (content, isUrgent) = (try fields.requiredString("content"), try fields.bool("urgent") ?? false)
    }
}
