import HubCore
import HubService

/// What failed, where and why, with the last lines.
package struct FailureMessage {
    let view: TaskView
    let style: CardStyle

    package init(_ view: TaskView, _ style: CardStyle) {
        (self.view, self.style) = (view, style)
    }

    package func message() -> ChatMessage {
        let task = view.task
        let failure = (task.failure ?? "").trimmed
        let isMany = failure.contains(where: \.isNewline)
        var text = style.heading(view, emoji: "❌", " failed:")
        let place = view.serverName.map { "on \(AgentText.line($0)), " } ?? ""
        text.nextLine(ChatText("\(place)attempt \(task.attempt), \(task.since.words(at: style.now))"))
        let first = failure.split(whereSeparator: \.isNewline).first.map(String.init) ?? "the agent gave none"
        text.nextLine(ChatText("Reason: \(AgentText.line(first, limit: 300))"))
        if isMany {
            text.append("\n")
            text.append(AgentText.tail(failure, lines: 20, limit: 2500), .pre(language: nil))
        }
        let held = view.downstreams.filter(\.edge.isOpenBlocker)
        if !held.isEmpty {
            let names = held.prefix(5).map { style.label.text($0.number, in: view.project) }.joined(separator: ", ")
            text.nextLine(ChatText("Holds up \(names)\(held.count > 5 ? " and \(held.count - 5) more" : "")."))
        }
        text.nextLine(ChatText(style.label.link(view)))
        let buttons = TaskCard(view, style).buttons
        return ChatMessage(text, buttons: buttons, urgency: task.state == .failed ? .decision : .card, topic: .task(task.id))
    }
}
