import ArgumentParser
import HubCore

struct TaskCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "task", abstract: "See, make and report on tasks.",
        subcommands: [
            TaskCheck.self, TaskView.self, TaskStatus.self, TaskList.self, TaskStart.self, TaskPlan.self, TaskHelp.self, TaskNote.self,
            TaskNotes.self, TaskUsage.self, TaskSubmit.self, TaskComplete.self, TaskFail.self, TaskCreate.self, TaskAssign.self,
            TaskUpdate.self,
            TaskCancel.self, TaskDependencies.self,
        ])
}

/// Names one task.
struct TaskArgument: ParsableArguments {
    @Argument(help: "The task: its id, at least 4 characters of its beginning, or its number as 42 or '#1042'.")
    var id: String
}

enum TaskPriority: String, ExpressibleByArgument, CaseIterable { case low, normal, high, critical }
enum TaskKind: String, ExpressibleByArgument, CaseIterable { case feature, bugfix, refactor, chore, docs }
enum DependencyKind: String, ExpressibleByArgument, CaseIterable { case blocks, input, related }

extension JSONValue {
    /// An object of those members that are there.
    static func present(_ members: [(String, JSONValue?)]) -> JSONValue {
        .object(members.compactMap { name, value in value.map { Member(name, $0) } })
    }

    // Spelt out: a `nil` beside a `JSONValue` would be its `null`.
    private static var absent: JSONValue? { Optional<JSONValue>.none }

    static func unlessEmpty(_ items: [JSONValue]) -> JSONValue? { items.isEmpty ? absent : .some(.array(items)) }
    static func unlessEmpty(_ text: String) -> JSONValue? { text.isEmpty ? absent : .some(.string(text)) }
    static func ifTrue(_ flag: Bool) -> JSONValue? { flag ? .some(.bool(true)) : absent }
}
