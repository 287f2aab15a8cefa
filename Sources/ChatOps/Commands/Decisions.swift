import HubCore
import HubService
import HubStore

/// `/approve`: lets a plan or a result go on. A plan is approved in the version that was last shown in the chat, never unseen.
struct ApproveCommand: ChatCommand {
    static let permission: Permission? = .decide
    let task: TaskName?

    init(_ line: CommandLine) throws(UsageError) {
        task = try line.optionalTask()
    }

    func reply(in context: ChatContext) async throws -> ChatReply {
        let shown = context.request.repliedTo?.topic ?? context.request.lastShown
        if let task { return try await approve(try await context.reference(task), shown, in: context) }
        switch shown {
        case .plan(let id, _), .review(let id): return try await approve(.id(id), shown, in: context)
        case .task, .intervention, .conversation, nil: return try await Waiting.oldest(in: context)
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

/// `/revise`: sends a plan or a result back with what should change.
struct ReviseCommand: ChatCommand {
    static let permission: Permission? = .decide
    let task: TaskName?
    let feedback: String

    init(_ line: CommandLine) throws(UsageError) {
        (task, feedback) = line.taskAndText()
    }

    func reply(in context: ChatContext) async throws -> ChatReply {
        let shown = context.request.repliedTo?.topic ?? context.request.lastShown
        let view: TaskView
        if let task {
            view = try await context.view(named: task)
        } else {
            switch shown {
            case .plan(let id, _), .review(let id): view = try await context.view(.id(id))
            case .task, .intervention, .conversation, nil: return try await Waiting.oldest(in: context)
            }
        }
        let hash = Waiting.hash(of: view, shown: shown)
        guard !feedback.isEmpty else {
            return try await Presses(context: context).reply(to: .revise(view.task.id, planHash: hash ?? view.task.plan?.hash))
        }
        do {
            return try await Self.sendBack(.id(view.task.id), planHash: hash, feedback: feedback, in: context)
        } catch let refusal as Decide.Refusal {
            return try await Waiting.show(view, after: refusal, in: context)
        }
    }

    static func sendBack(_ task: TaskReference, planHash: String?, feedback: String, in context: ChatContext) async throws -> ChatReply {
        let outcome = try await context.run(Decide(task, .revise(feedback: feedback), planHash: planHash))
        let name = context.label.text(outcome.view)
        guard !outcome.isRepetition else { return ChatReply("\(name) was sent back before; the agent has the feedback of that time.") }
        let what = planHash == nil ? "the result" : "the plan"
        return ChatReply(
            [ChatMessage(ChatText("↩️ Sent \(what) of \(name) back with your feedback."), topic: .task(outcome.task.id))], reaction: "✍")
    }
}

/// What waits for a decision.
enum Waiting {
    /// The plan that was shown, if it is this task's and a plan is what waits.
    static func hash(of view: TaskView, shown: Topic?) -> String? {
        guard case .plan(let id, let hash)? = shown, id == view.task.id, view.task.state != .review else { return nil }
        return hash
    }

    /// The plan or result that has waited longest, with its buttons.
    static func oldest(in context: ChatContext) async throws -> ChatReply {
        let project = try await context.project()
        let filter = TaskFilter(project: project.id, states: [.planReview, .review], limit: 200, newestFirst: false)
        guard let oldest = try await context.ask(ListTasks(filter)).tasks.min(by: { $0.task.since < $1.task.since }) else {
            return context.reply(ChatText("Nothing waits for a decision in \(project.name)."))
        }
        return context.reply(try await message(try await context.view(.id(oldest.task.id)), in: context))
    }

    /// The decision was not taken: the thing as it stands now, where that helps.
    static func show(_ view: TaskView, after refusal: Decide.Refusal, in context: ChatContext) async throws -> ChatReply {
        let name = context.label.text(view)
        switch refusal {
        case .hashMissing, .replaced:
            guard view.task.state == .planReview else { throw refusal }
            let sentence =
                refusal == .hashMissing(number: view.task.number)
                ? "Nothing is decided yet. Here is the plan of \(name): read it, then press."
                : "The plan of \(name) was replaced by a newer one. Here it is: read it, then press."
            return ChatReply([ChatMessage(ChatText(sentence)), try await message(view, in: context)])
        case .alreadyDecided, .feedbackMissing: throw refusal
        }
    }

    static func message(_ view: TaskView, in context: ChatContext) async throws -> ChatMessage {
        let style = try await context.style(for: view.project)
        var message: ChatMessage
        switch view.task.state {
        case .planReview: message = PlanMessage(view, style).message() ?? TaskCard(view, style).message()
        case .review: message = ResultMessage(view, style).message()
        case .needsHuman:
            message = view.openIntervention.map { QuestionMessage($0, of: view, style).message() } ?? TaskCard(view, style).message()
        default: message = TaskCard(view, style).message()
        }
        message.urgency = .answer
        return message
    }
}
