import HubCore

/// The body of `POST …/tasks` (agent protocol, sections 4.2 and 12).
package struct TaskDraft: Sendable {
    package var content: AgentTask.Content
    package var dependencies: [DependencyDraft]
    /// The terminal in which an agent asks for it; `nil` also for what names none.
    package var session: Session.ID?

    package static let maximumDependencies = 1000

    package init(json: JSONValue) throws(WireFault) {
        let fields = try Fields(json)
        let requires = try fields.object("requires")
        content = AgentTask.Content(
            title: try fields.requiredString("title"), spec: try fields.string("spec") ?? "",
            priority: try fields.word("priority") ?? .normal, kind: try fields.word("type") ?? .feature,
            repository: try TaskChanges.repository(fields, requires), branch: try fields.string("target_branch"),
            acceptanceCriteria: try fields.strings("acceptance_criteria") ?? [], structuredSpec: try Self.structuredSpec(fields),
            requirements: try requires.map(TaskChanges.requirements) ?? AgentTask.Requirements(),
            preferences: AgentTask.Preferences(server: try fields.object("prefers")?.string("server")),
            requirePlan: try fields.bool("require_plan"), requireReview: try fields.bool("require_review"),
            autoAssign: try fields.bool("auto_assign"), produces: fields.value("produces"),
            reminderMinutes: try fields.int("reminder_minutes"), escalationMinutes: try fields.int("escalation_minutes"),
            retry: try fields.retry(), spendCap: try fields.money("spend_cap"))
        dependencies = try Self.dependencies(fields)
        session = try fields.string("session_id").flatMap { Session.ID($0) }
    }

    private static func structuredSpec(_ fields: Fields) throws(WireFault) -> JSONValue? {
        guard let value = fields.value("structured_spec") else { return nil }
        _ = try Fields(value, named: "structured_spec")
        return value
    }

    private static func dependencies(_ fields: Fields) throws(WireFault) -> [DependencyDraft] {
        var dependencies: [DependencyDraft] = []
        for text in try fields.strings("dependency_ids", limit: maximumDependencies) ?? [] {
            dependencies.append(DependencyDraft(task: try TaskName(json: .string(text), named: "each entry of dependency_ids")))
        }
        let items = try fields.array("dependencies") ?? []
        guard items.count <= maximumDependencies else { throw WireFault("more than \(maximumDependencies) dependencies") }
        for (index, item) in items.enumerated() {
            let name = "dependencies[\(index)]"
            let entry = try Fields(item, named: name)
            dependencies.append(
                DependencyDraft(
                    task: try TaskName(json: entry.any("task"), named: name + ".task"), kind: try entry.word("type") ?? .blocks,
                    contractKey: try entry.string("contract_key")))
        }
        return dependencies
    }
}

/// An edge of a task that is being made.
package struct DependencyDraft: Sendable {
    package var task: TaskName
    package var kind: Dependency.Kind = .blocks
    package var contractKey: String?
}
