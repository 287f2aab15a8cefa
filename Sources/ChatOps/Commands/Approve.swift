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
        switch try await Waiting.meaning(of: task, in: context) {
        case .decision(let view): try await approve(view, in: context)
        case .unseen(let view): try await Waiting.look(at: view, in: context)
        case .oneOf(let views, let total): Waiting.choice(views, total: total, of: "approve", in: context)
        case .nothing(let project): Waiting.nothing(in: project, context)
        }
    }

    private func approve(_ view: TaskView, in context: ChatContext) async throws -> ChatReply {
        let hash = Waiting.hash(of: view, in: context)
        do {
            let outcome = try await context.run(Decide(.id(view.task.id), .approve, planHash: hash))
            let name = context.label.text(outcome.view)
            if outcome.isRepetition, let decision = try await decision(outcome, hash, context) {
                return try await late("\(name) was \(decision.already(at: context.now)).", view, in: context)
            }
            let next =
                switch outcome.task.state {
                case .done: "it is done"
                case .pending: "its server is gone, so it waits for another"
                default: outcome.view.isServerOnline ? "the agent goes on" : "the agent goes on when its server is back"
                }
            return context.reply(ChatMessage(ChatText("✅ Approved \(name): \(next)."), topic: .task(outcome.task.id)))
        } catch let refusal as Decide.Refusal {
            return try await Waiting.show(view.task.id, after: refusal, in: context)
        }
    }

    /// Who named nothing wants to go on with what is next.
    private func late(_ sentence: String, _ view: TaskView, in context: ChatContext) async throws -> ChatReply {
        if task == nil, context.request.repliedTo?.topic == nil, let next = try await Waiting.oldest(in: view.project.id, context) {
            return try await Waiting.look(at: next, saying: "\(sentence) This has waited longest:", in: context)
        }
        return context.reply(ChatText("\(sentence) /tasks waiting lists what still waits."))
    }

    private func decision(_ outcome: TaskOutcome, _ hash: String?, _ context: ChatContext) async throws -> AgentTask.Decision? {
        if hash != nil { return outcome.task.plan?.decision }
        return try await context.ask(LastDecision(task: outcome.task.id))
    }
}
