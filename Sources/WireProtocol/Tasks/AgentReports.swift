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

    package init(json: JSONValue) throws(WireFault) {
        let fields = try Fields(json)
        (attempt, result) = (try fields.int("attempt"), fields.any("result"))
        _ = try fields.object("contracts")
        contracts = fields.value("contracts")
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

    package init(json: JSONValue) throws(WireFault) {
        let fields = try Fields(json)
        attempt = try fields.int("attempt")
        content = Intervention.Content(
            kind: try fields.word("intervention_type") ?? .help, question: try fields.requiredString("question"),
            context: try fields.string("context"), options: try Self.options(fields), urgency: try fields.string("urgency"))
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
