import HubCore
import HubService

/// `/revise`: sends a plan or a result back with what should change. Words that cannot be given yet are kept in the chat.
struct ReviseCommand: ChatCommand {
    static let permission: Permission? = .decide
    let task: TaskName?
    let feedback: String

    init(_ line: CommandLine) throws(UsageError) {
        (task, feedback) = line.taskAndText()
    }

    func reply(in context: ChatContext) async throws -> ChatReply {
        switch try await Waiting.meaning(of: task, in: context) {
        case .decision(let view):
            try await feedback.isEmpty ? ask(about: view, in: context) : sendBack(view, in: context)
        case .unseen(let view): try await Waiting.look(at: view, keeping: feedback, in: context)
        case .oneOf(let views, let total): Waiting.choice(views, total: total, of: "revise", keeping: feedback, in: context)
        case .nothing(let project): Waiting.nothing(in: project, context)
        }
    }

    /// Nobody is asked about a plan that they were not shown.
    private func ask(about view: TaskView, in context: ChatContext) async throws -> ChatReply {
        try await context.require(.decide, in: view.project)
        guard Waiting.isOpen(view) else { throw AgentTask.IllegalTransition(task: view.task, event: .revised) }
        let plan = view.task.state == .planReview ? view.task.plan?.hash : nil
        var reply = try await Presses(context: context).reply(to: .revise(view.task.id, planHash: plan))
        // Here is no button that the words could appear at.
        guard !reply.messages.isEmpty else { return reply.toast.map { ChatReply($0) } ?? reply }
        if plan != Waiting.hash(of: view, in: context) {
            reply.messages.insert(try await Waiting.message(view, in: context), at: 0)
        }
        return reply
    }

    private func sendBack(_ view: TaskView, in context: ChatContext) async throws -> ChatReply {
        let hash = Waiting.hash(of: view, in: context)
        do {
            return try await Self.sendBack(.id(view.task.id), planHash: hash, feedback: feedback, in: context)
        } catch let refusal as Decide.Refusal {
            return try await Waiting.show(view.task.id, after: refusal, keeping: feedback, in: context)
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
