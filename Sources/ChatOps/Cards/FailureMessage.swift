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
        let place = view.serverName.map { "on \(AgentText.line($0)), " } ?? ""
        var text = style.heading(view, emoji: "❌", " failed:")
        text.nextLine(ChatText("\(place)attempt \(task.attempt), \(task.since.words(at: style.now))"))
        appendReason(to: &text)
        let held = view.downstreams.filter(\.edge.isOpenBlocker)
        if !held.isEmpty {
            let names = held.prefix(5).map { style.label.text($0.number, in: view.project) }.joined(separator: ", ")
            text.nextLine(ChatText("Holds up \(names)\(held.count > 5 ? " and \(held.count - 5) more" : "")."))
        }
        text.nextLine(ChatText(style.label.link(view)))
        return ChatMessage(
            text, buttons: TaskCard(view, style).buttons, urgency: task.state == .failed ? .decision : .card, topic: .failure(task.id),
            terminal: task.session.map { .lines($0, count: 20, withPicture: false) })
    }

    /// One line stands beside the word; of more, the last in a block, and the first where those leave it out.
    private func appendReason(to text: inout ChatText) {
        let failure = (view.task.failure ?? "").trimmed
        let first = failure.split(whereSeparator: \.isNewline).first.map(String.init) ?? "the agent gave none"
        guard failure.contains(where: \.isNewline) else {
            return text.nextLine(ChatText("Reason: \(AgentText.line(first, limit: 300))"))
        }
        let block = AgentText.tail(failure, lines: 20, limit: 2500)
        let isWhole = block.hasPrefix(AgentText.block(first, limit: 2500))
        text.nextLine(ChatText(isWhole ? "Reason:\n" : "Reason: \(AgentText.line(first, limit: 300))\n"))
        text.append(block, .pre(language: nil))
    }
}
