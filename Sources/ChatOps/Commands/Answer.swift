import HubCore
import HubService

/// `/answer`: answers the question of an agent.
struct AnswerCommand: ChatCommand {
    static let permission: Permission? = .answer
    let task: TaskName?
    let text: String

    init(_ line: CommandLine) throws(UsageError) {
        (task, text) = line.taskAndText()
    }

    func reply(in context: ChatContext) async throws -> ChatReply {
        let target = try await target(in: context)
        guard !text.isEmpty else { return try await show(target, context) }
        let outcome = try await context.run(Respond(to: target, text))
        let name = context.label.text(outcome.view)
        let queued = Delivery.sentence(for: outcome.view).map { " \($0)" } ?? ""
        return ChatReply(
            [ChatMessage(ChatText("Answered \(name).\(queued)"), topic: .task(outcome.view.task.id))], reaction: "✍",
            receipt: Receipt(outcome.intervention))
    }

    private func target(in context: ChatContext) async throws -> Respond.Target {
        if let task { return .task(.id(try await context.view(named: task).task.id)) }
        if case .intervention(let id, _)? = context.request.repliedTo?.topic ?? context.request.lastShown { return .intervention(id) }
        guard let id = context.request.repliedTo?.topic?.task else { throw UsageError("say which task asks: /tasks waiting lists them") }
        return .task(.id(id))
    }

    /// Without an answer: the question, with its options.
    private func show(_ target: Respond.Target, _ context: ChatContext) async throws -> ChatReply {
        let view: TaskView
        switch target {
        case .task(let reference): view = try await context.view(reference)
        case .intervention(let id):
            view = try await context.view(.id(try await context.ask(GetIntervention(id.text, in: nil)).task))
        }
        guard view.task.state == .needsHuman else {
            throw UsageError("\(context.label.text(view)) is \(view.task.state.predicate) and asks nothing")
        }
        return context.reply(try await Waiting.message(view, in: context))
    }
}
