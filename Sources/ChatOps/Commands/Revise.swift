import HubCore
import HubService

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
            case .task, .failure, .intervention, .confirmation, .terminal, .prompt, .pipeline, .conversation, nil:
                return try await Waiting.oldest(in: context)
            }
        }
        let hash = Waiting.hash(of: view, shown: shown)
        guard !feedback.isEmpty else {
            try await context.require(.decide, in: view.project)
            let isResult = view.task.state == .review
            guard isResult || view.task.state == .planReview else { throw AgentTask.IllegalTransition(task: view.task, event: .revised) }
            let reply = try await Presses(context: context).reply(
                to: .revise(view.task.id, planHash: isResult ? nil : hash ?? view.task.plan?.hash))
            // Here is no button that the words could appear at.
            return reply.messages.isEmpty ? reply.toast.map { ChatReply($0) } ?? reply : reply
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
            [ChatMessage(ChatText("↩️ Sent \(what) of \(name) back with your feedback."), topic: .task(outcome.task.id))], reaction: "✍",
            receipt: Receipt(.planRevision, feedback, for: outcome.task.id))
    }
}
