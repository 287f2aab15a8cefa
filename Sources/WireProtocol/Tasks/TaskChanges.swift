import HubCore

/// The body of `PUT …/tasks/{id}`: only what is given changes (agent protocol, section 4).
package struct TaskChanges: Sendable {
    package var title: String?
    package var spec: String?
    package var priority: AgentTask.Priority?
    package var kind: AgentTask.Kind?
    package var repository: String?
    package var branch: String?
    package var acceptanceCriteria: [String]?
    package var requirements: AgentTask.Requirements?
    package var preferences: AgentTask.Preferences?
    package var requirePlan: Bool?
    package var requireReview: Bool?
    package var autoAssign: Bool?
    package var produces: JSONValue?
    package var reminderMinutes: Int?
    package var escalationMinutes: Int?
    package var retry: RetryPolicy?
    package var spendCap: Money?
    /// Goes on although tasks that use a contract are hit by its change.
    package var acceptsImpact: Bool

    package init(json: JSONValue) throws(WireFault) {
        let fields = try Fields(json)
        let requires = try fields.object("requires")
        title = try fields.string("title")
        spec = try fields.string("spec")
        priority = try fields.word("priority")
        kind = try fields.word("type")
        repository = try Self.repository(fields, requires)
        branch = try fields.string("target_branch")
        acceptanceCriteria = try fields.strings("acceptance_criteria")
        requirements = try requires.map(Self.requirements)
        preferences = try fields.object("prefers").map { (prefers) throws(WireFault) in
            AgentTask.Preferences(server: try prefers.string("server"))
        }
        requirePlan = try fields.bool("require_plan")
        requireReview = try fields.bool("require_review")
        autoAssign = try fields.bool("auto_assign")
        _ = try fields.object("produces")
        produces = fields.value("produces")
        reminderMinutes = try fields.int("reminder_minutes")
        escalationMinutes = try fields.int("escalation_minutes")
        retry = try fields.retry()
        spendCap = try fields.money("spend_cap")
        acceptsImpact = try fields.bool("accept_impact") ?? false
    }

    static func repository(_ fields: Fields, _ requires: Fields?) throws(WireFault) -> String? {
        if let repository = try fields.string("target_repo") { return repository }
        return try requires?.string("repository")
    }

    static func requirements(_ fields: Fields) throws(WireFault) -> AgentTask.Requirements {
        AgentTask.Requirements(
            languages: Set(try fields.strings("languages") ?? []), environments: Set(try fields.strings("environments") ?? []),
            agent: try fields.string("agent"), tools: Set(try fields.strings("tools") ?? []), tags: Set(try fields.strings("tags") ?? []),
            server: try fields.string("server"),
            writes: WriteScope(try fields.strings("writes", limit: WriteScope.maximumPatterns) ?? []))
    }
}
