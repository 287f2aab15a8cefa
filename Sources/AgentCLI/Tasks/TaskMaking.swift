import ArgumentParser
import HubCore

struct TaskCreate: AgentCommand {
    static let configuration = CommandConfiguration(commandName: "create", abstract: "Make a task for another agent.")

    @Option(parsing: .unconditional, help: "One line.")
    var title: String

    @Option(parsing: .unconditional, help: "The work itself.")
    var spec: String

    @Option(help: "low, normal, high or critical.")
    var priority: TaskPriority = .normal

    @Option(help: "feature, bugfix, refactor, chore or docs.")
    var type: TaskKind = .feature

    @Option(help: "The repository it is about.")
    var repo: String?

    @Option(help: "The branch it is about.")
    var branch: String?

    @Option(parsing: .upToNextOption, help: "When the work counts as done; several are allowed.")
    var acceptanceCriteria: [String] = []

    @Option(parsing: .upToNextOption, help: ArgumentHelp("Tasks that must be done before.", valueName: "id"))
    var dependsOn: [String] = []

    @Option(help: ArgumentHelp("Try it so often in all when it fails.", valueName: "attempts"))
    var retry: Int?

    @Option(help: ArgumentHelp("Give it to this session at once.", valueName: "session"))
    var assign: String?

    @Flag(help: "With --assign: a plan must be approved first.")
    var requirePlan = false

    func run(in invocation: Invocation) async throws {
        let (task, assigned) = try await invocation.withHub { hub in
            var upstreams: [String] = []
            for text in dependsOn { upstreams.append(try await hub.task(text).id) }
            let task = try await hub.post(
                NamedTask.folder,
                .present([
                    ("title", .string(title)), ("spec", .string(spec)), ("priority", .string(priority.rawValue)),
                    ("type", .string(type.rawValue)), ("session_id", hub.settings.session.map(JSONValue.string)),
                    ("project_id", hub.settings.project.map(JSONValue.string)), ("target_repo", repo.map(JSONValue.string)),
                    ("target_branch", branch.map(JSONValue.string)),
                    ("acceptance_criteria", JSONValue.unlessEmpty(acceptanceCriteria.map(JSONValue.string))),
                    ("retry", retry.map { JSONValue($0) }),
                    ("dependency_ids", JSONValue.unlessEmpty(upstreams.map(JSONValue.string))),
                ]))
            guard let assign else { return (task, nil as JSONValue?) }
            guard let id = task["id"]?.string else { throw Failure.sentence("the hub made the task, but gave no id for it") }
            do {
                return (task, try await hub.assign(id, to: assign, requirePlan: requirePlan))
            } catch let failure as Failure {
                throw Failure.sentence("task \(id) was created, but could not be assigned: \(failure)")
            }
        }
        let answer = assigned ?? task
        invocation.show(answer) { TaskText(task: answer, console: $0).brief }
    }
}

struct TaskAssign: AgentCommand {
    static let configuration = CommandConfiguration(commandName: "assign", abstract: "Give a task to a session.")

    @OptionGroup var task: TaskArgument

    @Option(help: ArgumentHelp("The session's name.", valueName: "name"))
    var session: String

    @Flag(help: "A plan must be approved first.")
    var requirePlan = false

    func run(in invocation: Invocation) async throws {
        let answer = try await invocation.withHub { hub in
            try await hub.assign(try await hub.task(task.id).id, to: session, requirePlan: requirePlan)
        }
        invocation.show(answer) { TaskText(task: answer, console: $0).brief }
    }
}

extension HubConnection {
    func assign(_ task: String, to session: String, requirePlan: Bool = false) async throws -> JSONValue {
        try await post(
            NamedTask(id: task).path + "/assign",
            .present([("session_name", .string(session)), ("require_plan", JSONValue.ifTrue(requirePlan))]))
    }
}

struct TaskUpdate: AgentCommand {
    static let configuration = CommandConfiguration(commandName: "update", abstract: "Change a task that this machine created.")

    @OptionGroup var task: TaskArgument

    @Option(parsing: .unconditional, help: "One line.")
    var title: String?

    @Option(parsing: .unconditional, help: "The work itself.")
    var spec: String?

    @Option(help: "low, normal, high or critical.")
    var priority: TaskPriority?

    @Option(help: "feature, bugfix, refactor, chore or docs.")
    var type: TaskKind?

    @Option(help: "The repository it is about.")
    var repo: String?

    @Option(help: "The branch it is about.")
    var branch: String?

    @Option(parsing: .upToNextOption, help: "When the work counts as done; several are allowed.")
    var acceptanceCriteria: [String] = []

    @Option(help: ArgumentHelp("Try it so often in all when it fails; 1 for never again.", valueName: "attempts"))
    var retry: Int?

    private var changes: JSONValue {
        .present([
            ("title", title.map(JSONValue.string)), ("spec", spec.map(JSONValue.string)),
            ("priority", (priority?.rawValue).map(JSONValue.string)),
            ("type", (type?.rawValue).map(JSONValue.string)), ("target_repo", repo.map(JSONValue.string)),
            ("target_branch", branch.map(JSONValue.string)),
            ("acceptance_criteria", JSONValue.unlessEmpty(acceptanceCriteria.map(JSONValue.string))),
            ("retry", retry.map { JSONValue($0) }),
        ])
    }

    func validate() throws {
        guard changes != .object([]) else {
            throw ValidationError(
                "say what changes: --title, --spec, --priority, --type, --repo, --branch, --acceptance-criteria or --retry")
        }
    }

    func run(in invocation: Invocation) async throws {
        let answer = try await invocation.withHub { hub in try await hub.put(try await hub.task(task.id).path, changes) }
        invocation.show(answer) { TaskText(task: answer, console: $0).full }
    }
}

struct TaskCancel: AgentCommand {
    static let configuration = CommandConfiguration(commandName: "cancel", abstract: "Call a task off that this machine created.")

    @OptionGroup var task: TaskArgument

    func run(in invocation: Invocation) async throws {
        let id = try await invocation.withHub { hub in
            let task = try await hub.task(task.id)
            _ = try await hub.delete(task.path)
            return task.id
        }
        invocation.show(["cancelled": true, "task_id": .string(id)]) { _ in "Cancelled \(id)." }
    }
}
