import ArgumentParser
import HubCore

struct TaskCheck: AgentCommand {
    static let configuration = CommandConfiguration(commandName: "check", abstract: "Show what this session has to do.")

    @Option(help: ArgumentHelp("Wait up to so many seconds for something to do.", valueName: "seconds"))
    var wait: Int?

    func validate() throws {
        guard (wait ?? 0) >= 0 else { throw ValidationError("--wait takes a number of seconds from 0 on") }
    }

    func run(in invocation: Invocation) async throws {
        let answer = try await invocation.withHub { hub in
            var left = wait ?? 0
            while true {
                // A proxy in between may end a request that takes longer.
                let slice = min(left, 25)
                let answer = try await hub.get(
                    NamedTask.folder + "/check", query: [("session_id", hub.settings.session), ("wait", slice > 0 ? String(slice) : nil)],
                    within: HubConnection.timeLimit + .seconds(slice))
                left -= slice
                guard answer["count"]?.int == 0, left > 0 else { return answer }
            }
        }
        let tasks = answer["tasks"]?.array ?? []
        AttemptMemory(invocation.surroundings)?.remember(tasks)
        invocation.show(answer) { console in
            guard !tasks.isEmpty else { return "Nothing to do." }
            return tasks.map { TaskText(task: $0, console: console).full }.joined(separator: "\n\n") + "\n\n" + Self.nextSteps(tasks)
        }
    }

    /// What an agent does now, in the order of the work.
    private static func nextSteps(_ tasks: [JSONValue]) -> String {
        tasks.compactMap { task -> String? in
            guard let id = task["id"]?.string?.prefix(8) else { return nil }
            switch task["status"]?.string {
            case "assigned": return "Next: orchestratia task start \(id)"
            case "planning": return "Next: orchestratia task plan \(id) --plan \"…\""
            case "running": return "Next: do the work, then orchestratia task complete \(id) --result \"…\""
            case "plan_review": return "Task \(id) waits for its plan to be approved."
            case "needs_human": return "Task \(id) waits for an answer."
            case "review": return "Task \(id) waits for its review."
            default: return nil
            }
        }.joined(separator: "\n")
    }
}

struct TaskView: AgentCommand {
    static let configuration = CommandConfiguration(commandName: "view", abstract: "Show one task in full.")

    @OptionGroup var task: TaskArgument

    func run(in invocation: Invocation) async throws {
        let answer = try await invocation.withHub { hub in try await hub.get(try await hub.task(task.id).path) }
        AttemptMemory(invocation.surroundings)?.remember([answer])
        invocation.show(answer) { TaskText(task: answer, console: $0).full }
    }
}

struct TaskStatus: AgentCommand {
    static let configuration = CommandConfiguration(commandName: "status", abstract: "The same as view.")

    @OptionGroup var task: TaskArgument

    func run(in invocation: Invocation) async throws {
        var view = TaskView()
        view.task = task
        try await view.run(in: invocation)
    }
}

struct TaskList: AgentCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the project's tasks.")

    @Option(
        help: "Only tasks of this status: pending, assigned, planning, plan_review, running, needs_human, review, done, failed, cancelled.")
    var status: String?

    func run(in invocation: Invocation) async throws {
        let answer = try await invocation.withHub { hub in
            try await hub.get(NamedTask.folder, query: [("status", status), ("project_id", hub.settings.project)])
        }
        invocation.show(answer) { console in
            let tasks = answer["tasks"]?.array ?? []
            if tasks.isEmpty { return "No tasks." }
            let lines = tasks.map {
                "\(console.style(String(($0["id"]?.string ?? "").prefix(8)), .dim))  \(TaskText(task: $0, console: console).line)"
            }
            let total = answer["total"]?.int ?? tasks.count
            return (lines + (total > tasks.count ? ["… and \(total - tasks.count) more"] : [])).joined(separator: "\n")
        }
    }
}

struct TaskNotes: AgentCommand {
    static let configuration = CommandConfiguration(commandName: "notes", abstract: "Read the notes on a task.")

    @OptionGroup var task: TaskArgument

    func run(in invocation: Invocation) async throws {
        let answer = try await invocation.withHub { hub in try await hub.get(try await hub.task(task.id).path + "/notes") }
        invocation.show(answer) { console in
            let notes = answer.array ?? []
            if notes.isEmpty { return "No notes." }
            return notes.map { note in
                let time = note["created_at"]?.string.map { $0.prefix(19).replacing("T", with: " ") } ?? ""
                let mark = note["urgent"]?.bool == true ? console.style(" urgent", .red) : ""
                let head = console.style("\(time)  \(note["author"]?.string ?? "somebody")", .dim)
                return "\(head)\(mark)\n  \(note["content"]?.string ?? "")"
            }.joined(separator: "\n")
        }
    }
}
