import HubCore
import HubService

extension Waiting {
    /// Asks which of several is meant. Feedback goes to one of them with a tap.
    static func choice(
        _ views: [TaskView], total: Int, of command: String, keeping feedback: String = "", in context: ChatContext
    ) -> ChatReply {
        var text: ChatText = "\(total) decisions wait. Say which, or reply to one:"
        for view in views {
            text.nextLine(ChatText("/\(command) \(context.label.text(view)) – \(AgentText.line(view.task.content.title, limit: 80))"))
        }
        guard !feedback.isEmpty else { return context.reply(text) }
        let seen = views.filter { $0.task.state == .review || hash(of: $0, in: context) == $0.task.plan?.hash }
        if seen.isEmpty { text.nextLine(ChatText("Your feedback is below: send it with one of these.")) }
        return ChatReply([ChatMessage(text), FeedbackMessage(feedback).kept(for: seen, label: context.label)])
    }

    /// Shows what is to be decided on. Feedback that was typed before that goes to it with a tap.
    static func look(
        at view: TaskView, saying sentence: String? = nil, keeping feedback: String = "", in context: ChatContext
    ) async throws -> ChatReply {
        let message = try await message(view, in: context)
        guard sentence != nil || !feedback.isEmpty else { return context.reply(message) }
        var messages = [message]
        if let sentence { messages.insert(ChatMessage(ChatText(sentence)), at: 0) }
        if !feedback.isEmpty {
            try await context.require(.decide, in: view.project)
            messages.append(FeedbackMessage(feedback).kept(for: [view], label: context.label))
        }
        return ChatReply(messages)
    }

    /// The decision was not taken: the thing as it stands now, where that helps.
    static func show(
        _ id: AgentTask.ID, after refusal: Decide.Refusal, keeping feedback: String = "", in context: ChatContext
    ) async throws -> ChatReply {
        let view = try await context.view(.id(id))
        let name = context.label.text(view)
        switch refusal {
        case .hashMissing, .replaced:
            guard view.task.state == .planReview else { throw refusal }
            let sentence =
                refusal == .hashMissing(number: view.task.number)
                ? "Nothing is decided yet. Here is the plan of \(name): read it, then press."
                : "The plan of \(name) was replaced by a newer one. Here it is: read it, then press."
            return try await look(at: view, saying: sentence, keeping: feedback, in: context)
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
