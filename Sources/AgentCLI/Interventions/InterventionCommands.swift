import ArgumentParser
import HubCore

struct InterventionCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "intervention", abstract: "Questions of agents, and their answers.",
        subcommands: [List.self, View.self, Respond.self])

    static let folder = "/api/v1/server/interventions"

    struct List: AgentCommand {
        static let configuration = CommandConfiguration(abstract: "List questions.")

        @Option(help: ArgumentHelp("Only those about this task.", valueName: "id"))
        var taskID: String?

        @Option(help: "Only those of this status, such as pending.")
        var status: String?

        func run(in invocation: Invocation) async throws {
            let answer = try await invocation.withHub { hub in
                var task: String?
                if let taskID { task = try await hub.task(taskID).id }
                return try await hub.get(folder, query: [("task_id", task), ("status", status)])
            }
            invocation.show(answer) { console in
                let lines = (answer.array ?? []).map { InterventionText(intervention: $0, console: console).line }
                return lines.isEmpty ? "No questions." : lines.joined(separator: "\n")
            }
        }
    }

    struct View: AgentCommand {
        static let configuration = CommandConfiguration(abstract: "Show a question and its answer.")

        @Argument(help: "The question's id, or its beginning.")
        var id: String

        @Option(help: ArgumentHelp("Wait up to so many seconds for the answer; exit code 1 without one.", valueName: "seconds"))
        var wait: Int?

        func run(in invocation: Invocation) async throws {
            let answer = try await invocation.withHub { hub in
                guard let wait else { return try await hub.get(folder + "/" + PercentEncoding.encode(id)) }
                return try await InterventionWait(id: id, seconds: wait).answer(over: hub)
            }
            invocation.show(answer) { InterventionText(intervention: answer, console: $0).full }
        }
    }

    struct Respond: AgentCommand {
        static let configuration = CommandConfiguration(abstract: "Answer another agent's question.")

        @Argument(help: "The question's id, or its beginning.")
        var id: String

        @Option(parsing: .unconditional, help: "The answer.")
        var response: String

        func run(in invocation: Invocation) async throws {
            let answer = try await invocation.withHub { hub in
                try await hub.post(folder + "/" + PercentEncoding.encode(id) + "/respond", ["response": .string(response)])
            }
            invocation.show(answer) { _ in "Answered \(answer["id"]?.string ?? id) [\(answer["status"]?.string ?? "responded")]." }
        }
    }
}
