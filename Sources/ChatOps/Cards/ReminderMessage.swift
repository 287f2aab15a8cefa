import HubCore
import HubService

/// Says again that something waits for a person: in the chats of the project, later to its owners. Time decides nothing.
package struct ReminderMessage {
    let view: TaskView
    let style: CardStyle
    /// It goes to the owners, because nobody else has acted.
    let isEscalation: Bool

    package init(_ view: TaskView, _ style: CardStyle, isEscalation: Bool) {
        (self.view, self.style, self.isEscalation) = (view, style, isEscalation)
    }

    package func message() -> ChatMessage {
        let task = view.task
        let waited = style.now.since(task.since).words
        var text = style.heading(view, emoji: isEscalation ? "🚨" : "⏰", isEscalation ? " has waited for \(waited):" : " still waits:")
        let (what, word) = Self.words(task.state)
        text.nextLine(ChatText(isEscalation ? "Nobody has \(what). You are told as an owner." : "For \(waited) nobody has \(what)."))
        if let question = view.openIntervention, question.content.target == nil {
            text.append("\n")
            text.append(AgentText.prose(question.content.question.trimmed, limit: 700), .quote(folded: false))
        }
        let held = view.downstreams.filter(\.edge.isOpenBlocker).count
        if held > 0 { text.nextLine(ChatText("\(held == 1 ? "1 task waits" : "\(held) tasks wait") for it.")) }
        text.nextLine(ChatText(style.label.link(view)))
        let show = ChatButton("See the \(word)", .command("/task \(task.id.text) \(word)", inPlace: false), style: .primary)
        return ChatMessage(text, buttons: [[show]], urgency: .decision, topic: topic)
    }

    /// A reply to the reminder is a reply to what waits.
    private var topic: Topic {
        let id = view.task.id
        switch view.task.state {
        case .needsHuman: return view.openIntervention.map { .intervention($0.id, id) } ?? .task(id)
        case .planReview: return view.task.plan.map { .plan(id, hash: $0.hash) } ?? .task(id)
        case .review: return .review(id)
        case .pending, .assigned, .planning, .running, .done, .failed, .cancelled: return .task(id)
        }
    }

    private static func words(_ state: AgentTask.State) -> (what: String, word: String) {
        switch state {
        case .planReview: ("decided on its plan", "plan")
        case .needsHuman: ("answered its question", "question")
        default: ("reviewed its result", "result")
        }
    }
}
