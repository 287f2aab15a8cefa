import HubCore
import HubService
import HubStore

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
