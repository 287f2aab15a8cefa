import HubCore
import HubService

/// `/note`: a remark for the agent, `!` in front for an urgent one.
struct NoteCommand: ChatCommand {
    static let permission: Permission? = .addNote
    let task: TaskName?
    let text: String
    let isUrgent: Bool

    init(_ line: CommandLine) throws(UsageError) {
        let (task, text) = line.taskAndText()
        self.task = task
        isUrgent = text.hasPrefix("!") || text.hasPrefix("！")
        self.text = isUrgent ? String(text.dropFirst()).trimmed : text
        guard !self.text.isEmpty else { throw UsageError("say what the note is") }
    }

    func reply(in context: ChatContext) async throws -> ChatReply {
        let reference = try await context.reference(task, orShown: false)
        let outcome = try await context.run(AddNote(reference, text, isUrgent: isUrgent))
        let name = context.label.text(outcome.view)
        let kind = isUrgent ? "Urgent note" : "Note"
        let text =
            outcome.view.task.state.isFinal
            ? "\(kind) kept on \(name), which is \(outcome.view.task.state.predicate)."
            : "\(kind) for \(name) stored.\(Delivery.sentence(for: outcome.view).map { " \($0)" } ?? "")"
        return ChatReply(
            [ChatMessage(ChatText(text), topic: .task(outcome.view.task.id))], reaction: "✍", receipt: Receipt(outcome.note))
    }
}
