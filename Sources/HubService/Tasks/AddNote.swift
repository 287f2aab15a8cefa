import HubCore
import HubStore

/// Leaves a remark on a task: for the agent from a person, or for people from the agent.
package struct AddNote: UseCase {
    package var task: TaskReference
    package var content: String
    package var isUrgent: Bool

    package init(_ task: TaskReference, _ content: String, isUrgent: Bool = false) {
        (self.task, self.content, self.isUrgent) = (task, content, isUrgent)
    }

    package struct Outcome: Codable, Sendable {
        package let note: Note
        package let view: TaskView
    }

    package var right: Right { .permission(.addNote) }
    package func subject(in transaction: HubTransaction) throws -> AgentTask { try transaction.task(task) }

    package func perform(on task: AgentTask, in transaction: HubTransaction) throws -> Outcome {
        try checkText(content, named: "note", limit: 16_384)
        let note = Note(
            id: .random(), task: task.id, author: transaction.caller.actor, content: content, isUrgent: isUrgent,
            createdAt: transaction.now)
        try transaction.notes.insert(note)
        try transaction.append(
            .taskNoted, on: .task(task.id), in: task.project,
            data: ["number": JSONValue(task.number), "note": JSONValue(note.id), "urgent": JSONValue(isUrgent)])
        if task.session != nil, !transaction.isHolder(of: task) {
            try transaction.tell(
                task, .taskNote,
                ["content": .string(content), "urgent": JSONValue(isUrgent), "author": .string(note.author.name)])
        }
        return Outcome(note: note, view: try transaction.view(of: task))
    }
}
