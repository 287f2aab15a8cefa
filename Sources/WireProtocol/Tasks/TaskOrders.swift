import HubCore

/// The bodies of what people, and agents about tasks of their own, ask for.

/// `POST …/assign`: a server, a session, or neither for automatic.
package struct AssignOrder: Sendable {
    /// By id or name.
    package var server: String?
    package var session: String?
    package var requirePlan: Bool

    package init(json: JSONValue) throws(WireFault) {
        let fields = try Fields(json)
        (server, session) = (try fields.string("server"), try fields.string("session_name"))
        requirePlan = try fields.bool("require_plan") ?? false
    }
}

/// `POST …/approve` and `…/revise`.
package struct DecisionOrder: Sendable {
    package var planHash: String?
    package var feedback: String

    package init(json: JSONValue) throws(WireFault) {
        let fields = try Fields(json)
        (planHash, feedback) = (try fields.string("plan_hash"), try fields.string("feedback") ?? "")
    }
}

/// `POST …/respond`.
package struct RespondOrder: Sendable {
    package var response: String

    package init(json: JSONValue) throws(WireFault) {
        response = try Fields(json).requiredString("response")
    }
}

/// `POST …/dependencies`.
package struct DependencyOrder: Sendable {
    package var upstream: TaskName
    package var kind: Dependency.Kind
    package var contractKey: String?

    package init(json: JSONValue) throws(WireFault) {
        let fields = try Fields(json)
        contractKey = try fields.string("contract_key")
        upstream = try TaskName(json: fields.any("depends_on_task_id"), named: "depends_on_task_id")
        kind = try fields.word("dependency_type") ?? .blocks
    }
}
