import HubCore
import HubService

/// A question of an agent, with its context, and its options as buttons.
package struct QuestionMessage {
    let view: TaskView
    let intervention: Intervention
    let style: CardStyle

    package init(_ intervention: Intervention, of view: TaskView, _ style: CardStyle) {
        (self.view, self.intervention, self.style) = (view, intervention, style)
    }

    package func message() -> ChatMessage {
        let isOpen = intervention.state == .pending
        var text = style.heading(view, emoji: intervention.content.spending == nil ? "❓" : "💰", " \(verb):")
        text.append("\n")
        text.append(AgentText.prose(intervention.content.question.trimmed, limit: 2500), .quote(folded: false))
        if let context = intervention.content.context, !context.trimmed.isEmpty {
            text.append("\nContext:\n")
            text.append(AgentText.prose(context.trimmed, limit: 3000), .quote(folded: true))
        }
        text.nextLine(ChatText(closing))
        if isOpen, intervention.content.spending?.cap.kind == .fleet {
            text.nextLine(
                ChatText("Only an administrator lets it go on today. For all tasks \(SpendingCap.fleetRaise): then this goes on by itself.")
            )
        }
        if isOpen, let standby = intervention.standby {
            text.nextLine(
                ChatText(
                    "Unless somebody answers by \(standby.due.words(at: style.now)), the hub answers “\(AgentText.line(standby.option.label, limit: 100))”, as the agent declared."
                ))
        }
        text.nextLine(ChatText(style.label.link(view)))
        return ChatMessage(
            text, buttons: isOpen && style.shows(.answer) ? buttons : [],
            urgency: isOpen && intervention.content.target == nil ? .decision : .card,
            topic: .intervention(intervention.id, view.task.id))
    }

    private var verb: String {
        if intervention.content.spending != nil { return "has reached a cap" }
        if let target = intervention.content.target { return "asks the session \(target.name)" }
        return intervention.content.kind == .approval ? "asks for permission" : "asks"
    }

    private var closing: String {
        if let answer = intervention.answer, intervention.content.spending?.isChoice(answer.text) == false {
            return "✍️ \(answer.at.words(at: style.now)): \(AgentText.prose(answer.text, limit: 500))"
        }
        if let answer = intervention.answer {
            return "✍️ Answered by \(AgentText.line(answer.by.name, limit: 64)), \(answer.at.words(at: style.now)): "
                + AgentText.prose(answer.text, limit: 500)
        }
        if intervention.state == .pending, !style.shows(.answer) { return "It waits for a member's answer." }
        if intervention.state == .pending, intervention.content.target != nil {
            return "It goes on meanwhile. Whoever replies to this message answers for that session."
        }
        guard intervention.state == .pending else { return "The question was withdrawn: the task went on without an answer." }
        let offline = view.isServerOnline ? "" : " The server is offline: the agent gets the answer when it is back."
        return (intervention.content.options.isEmpty ? "Reply to this message to answer." : "Press an option, or reply to this message.")
            + offline
    }

    private var buttons: [[ChatButton]] {
        intervention.content.options.map { option in
            // What is answered is what the label says, whole; a long label is cut on the button only.
            [ChatButton(AgentText.line(option.label, limit: 48), .answer(intervention.id, view.task.id, text: option.label))]
        }
    }
}
