import HubCore
import HubService

/// `/approve`: lets a plan or a result go on. A plan is approved in the version that was last shown in the chat, never unseen.
struct ApproveCommand: ChatCommand {
    static let permission: Permission? = .decide
    let task: TaskName?

    init(_ line: CommandLine) throws(UsageError) {
        task = try line.optionalTask()
        // “but with a test” is no approval: whoever reads over it lets go what was not meant to.
        guard line.words.count <= 1, line.body.isEmpty else {
            throw UsageError("approving takes no words, so nothing is approved: send it alone, or /revise with what should change")
        }
    }

    func reply(in context: ChatContext) async throws -> ChatReply {
        let shown = context.request.repliedTo?.topic ?? context.request.lastShown
        if let task { return try await approve(try await context.reference(task), shown, in: context) }
        switch shown {
        case .plan(let id, _), .review(let id):
            if context.request.repliedTo?.topic == nil, let several = try await Waiting.several(in: context) { return several }
            return try await approve(.id(id), shown, in: context)
        case .task, .failure, .intervention, .confirmation, .terminal, .prompt, .pipeline, .conversation, nil:
            return try await Waiting.oldest(in: context)
        }
    }

    private func approve(_ reference: TaskReference, _ shown: Topic?, in context: ChatContext) async throws -> ChatReply {
        let view = try await context.view(reference)
        let hash = Waiting.hash(of: view, shown: shown)
        do {
            let outcome = try await context.run(Decide(.id(view.task.id), .approve, planHash: hash))
            let name = context.label.text(outcome.view)
            if outcome.isRepetition, let decision = try await decision(outcome, hash, context) {
                return context.reply(ChatText("\(name) was \(decision.already(at: context.now)). /tasks waiting lists what still waits."))
            }
            let next =
                switch outcome.task.state {
                case .done: "it is done"
                case .pending: "its server is gone, so it waits for another"
                default: outcome.view.isServerOnline ? "the agent goes on" : "the agent goes on when its server is back"
                }
            return context.reply(ChatMessage(ChatText("✅ Approved \(name): \(next)."), topic: .task(outcome.task.id)))
        } catch let refusal as Decide.Refusal {
            return try await Waiting.show(view, after: refusal, in: context)
        }
    }

    private func decision(_ outcome: TaskOutcome, _ hash: String?, _ context: ChatContext) async throws -> AgentTask.Decision? {
        if hash != nil { return outcome.task.plan?.decision }
        return try await context.ask(LastDecision(task: outcome.task.id))
    }
}
