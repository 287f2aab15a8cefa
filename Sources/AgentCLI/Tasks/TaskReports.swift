import ArgumentParser
import HubCore

struct TaskStart: AgentCommand {
    static let configuration = CommandConfiguration(commandName: "start", abstract: "Say that you begin.")

    @OptionGroup var task: TaskArgument

    func run(in invocation: Invocation) async throws {
        // No body, as hubs are used to: starting is what makes an attempt this session's own.
        let answer = try await invocation.withHub { hub in try await hub.post(try await hub.task(task.id).path + "/start", nil) }
        AttemptMemory(invocation.surroundings)?.remember([answer])
        invocation.show(answer) { console in
            let next = answer["status"]?.string == "planning" ? "\nA plan is required: orchestratia task plan ID --plan \"…\"" : ""
            return TaskText(task: answer, console: console).brief + next
        }
    }
}

struct TaskPlan: AgentCommand {
    static let configuration = CommandConfiguration(commandName: "plan", abstract: "Hand in a plan and wait for its approval.")

    @OptionGroup var task: TaskArgument

    @Option(parsing: .unconditional, help: "The plan, as text or JSON.")
    var plan: String

    func run(in invocation: Invocation) async throws {
        let json = (try? JSONValue(parsing: plan)) ?? ["summary": .string(plan)]
        let answer = try await invocation.report("plan", on: task.id, [("plan", json)])
        invocation.show(answer) { TaskText(task: answer, console: $0).brief }
    }
}

struct TaskNote: AgentCommand {
    static let configuration = CommandConfiguration(commandName: "note", abstract: "Leave a remark on a task.")

    @OptionGroup var task: TaskArgument

    @Option(parsing: .unconditional, help: "The remark.")
    var content: String

    @Flag(help: "Interrupt whoever works on it.")
    var urgent = false

    func run(in invocation: Invocation) async throws {
        let answer = try await invocation.withHub { hub in
            try await hub.post(
                try await hub.task(task.id).path + "/notes", ["content": .string(content), "urgent": JSONValue(urgent)])
        }
        invocation.show(answer) { _ in "Noted." }
    }
}

struct TaskComplete: AgentCommand {
    static let configuration = CommandConfiguration(commandName: "complete", abstract: "Say that the task is done.")

    @OptionGroup var task: TaskArgument
    @OptionGroup var outcome: ResultOptions

    func run(in invocation: Invocation) async throws { try await outcome.send(as: "complete", on: task.id, in: invocation) }
}

struct TaskSubmit: AgentCommand {
    static let configuration = CommandConfiguration(commandName: "submit", abstract: "Hand in the result for a person's review.")

    @OptionGroup var task: TaskArgument
    @OptionGroup var outcome: ResultOptions

    func run(in invocation: Invocation) async throws { try await outcome.send(as: "submit", on: task.id, in: invocation) }
}

struct ResultOptions: ParsableArguments {
    @Option(parsing: .unconditional, help: "What was done, as text or JSON.")
    var result: String

    /// The sizes of the last commit go along where the working directory is a repository (agent protocol, section 7.5).
    func send(as report: String, on task: String, in invocation: Invocation) async throws {
        let json = (try? JSONValue(parsing: result)) ?? .string(result)
        let diff = await GitDiffStats.ofLastCommit(in: invocation.surroundings)
        let answer = try await invocation.report(report, on: task, [("result", json), ("git_diff_stats", diff?.json)])
        invocation.show(answer) { console in
            let brief = TaskText(task: answer, console: console).brief
            return answer["status"]?.string == "review" ? brief + "\nA person reviews it now." : brief
        }
    }
}

struct TaskFail: AgentCommand {
    static let configuration = CommandConfiguration(commandName: "fail", abstract: "Give up, and say why.")

    @OptionGroup var task: TaskArgument

    @Option(parsing: .unconditional, help: "What stands in the way.")
    var error: String

    func run(in invocation: Invocation) async throws {
        let answer = try await invocation.report("fail", on: task.id, [("error", .string(error))])
        invocation.show(answer) { TaskText(task: answer, console: $0).brief }
    }
}

extension Invocation {
    /// Sends a report with the attempt that it is about, if that is known.
    func report(_ name: String, on task: String, _ members: [(String, JSONValue?)]) async throws -> JSONValue {
        try await withHub { hub in try await report(name, on: task, members, over: hub) }
    }

    func report(_ name: String, on task: String, _ members: [(String, JSONValue?)], over hub: HubConnection) async throws -> JSONValue {
        let task = try await hub.task(task)
        return try await hub.post(task.path + "/" + name, .present(members + [("attempt", attempt(of: task))]))
    }
}
