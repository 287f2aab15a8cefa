import ArgumentParser
import HubCore

struct TaskDependencies: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deps", abstract: "Change what a task waits for.", subcommands: [Add.self, Remove.self])

    struct Add: AgentCommand {
        static let configuration = CommandConfiguration(abstract: "Make a task wait for another.")

        @OptionGroup var task: TaskArgument

        @Option(help: ArgumentHelp("The task that comes first.", valueName: "id"))
        var dependsOn: String

        @Option(help: "blocks, input or related.")
        var type: DependencyKind = .blocks

        @Option(help: "With input: the contract that it takes.")
        var contractKey: String?

        func run(in invocation: Invocation) async throws {
            let answer = try await invocation.withHub { hub in
                let downstream = try await hub.task(task.id)
                return try await hub.post(
                    downstream.path + "/dependencies",
                    .present([
                        ("depends_on_task_id", .string(try await hub.task(dependsOn).id)), ("dependency_type", .string(type.rawValue)),
                        ("contract_key", contractKey.map(JSONValue.string)),
                    ]))
            }
            invocation.show(answer) { _ in
                "Added [\(answer["dependency_type"]?.string ?? type.rawValue)], \(answer["resolved"]?.bool == true ? "resolved already" : "open")."
            }
        }
    }

    struct Remove: AgentCommand {
        static let configuration = CommandConfiguration(abstract: "Let a task no longer wait for another.")

        @OptionGroup var task: TaskArgument

        @Option(help: ArgumentHelp("The task that came first.", valueName: "id"))
        var dependsOn: String

        func run(in invocation: Invocation) async throws {
            let removed: JSONValue = try await invocation.withHub { hub in
                let (downstream, upstream) = (try await hub.task(task.id), try await hub.task(dependsOn))
                _ = try await hub.delete(downstream.path + "/dependencies/" + PercentEncoding.encode(upstream.id))
                return ["removed": true, "task_id": .string(downstream.id), "depends_on_task_id": .string(upstream.id)]
            }
            invocation.show(removed) { _ in "Removed." }
        }
    }
}
