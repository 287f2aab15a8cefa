import HubCore
import HubService

/// Feedback that was typed when what it is about had not been shown: it is kept in the chat, and a tap gives it to the agent.
struct FeedbackMessage {
    let feedback: String

    private static let longest = 3000

    init(_ feedback: String) {
        self.feedback = feedback
    }

    /// - Parameter views: what the feedback may be about, as it stands now.
    func kept(for views: [TaskView], label: TaskLabel) -> ChatMessage {
        let buttons = views.map { view in
            let hash = view.task.state == .planReview ? view.task.plan?.hash : nil
            let words = views.count == 1 ? "Send it back with this feedback" : "Send \(label.text(view)) back with it"
            return [ChatButton(words, .sendBack(view.task.id, planHash: hash, feedback: feedback))]
        }
        return ChatMessage(
            text("✍️ Your feedback is not sent yet:"), buttons: buttons, topic: views.count == 1 ? .task(views[0].task.id) : nil)
    }

    /// What the message becomes once its button was pressed.
    func settled(_ sentence: String) -> ChatMessage { ChatMessage(text(sentence), urgency: .card) }

    private func text(_ heading: String) -> ChatText {
        var text = ChatText(heading)
        text.append("\n")
        text.append(AgentText.prose(feedback, limit: Self.longest), .quote(folded: feedback.count > 700))
        return text
    }
}
