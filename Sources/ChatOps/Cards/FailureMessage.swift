import HubCore
import HubService

/// What failed, where and why, with the last lines, and what it holds up; for a cancelled task only that.
package struct FailureMessage {
    let view: TaskView
    let style: CardStyle

    package init(_ view: TaskView, _ style: CardStyle) {
        (self.view, self.style) = (view, style)
    }

    package func message() -> ChatMessage {
        let task = view.task
        guard task.state != .cancelled else { return cancellation() }
        let place = view.serverName.map { "on \(AgentText.line($0)), " } ?? ""
        var text = style.heading(view, emoji: "❌", " failed:")
        text.nextLine(ChatText("\(place)attempt \(task.attempt), \(task.since.words(at: style.now))"))
        appendReason(to: &text)
        appendRetry(to: &text)
        appendHeld(to: &text)
        text.nextLine(ChatText(style.label.link(view)))
        return ChatMessage(
            text, buttons: TaskCard(view, style).buttons + heldButtons, urgency: urgency,
            topic: .failure(task.id),
            terminal: task.session.map { .lines($0, count: 20, withPicture: false) })
    }

    /// Nobody is needed while the hub tries again by itself.
    private var urgency: ChatMessage.Urgency {
        guard view.task.state == .failed else { return .card }
        return view.retry?.due == nil ? .decision : .result
    }

    private func appendRetry(to text: inout ChatText) {
        guard let retry = view.retry else { return }
        if let due = retry.due {
            text.nextLine(ChatText("🔁 Tries again at \(due.words(at: style.now)), \(retry.next)."))
        } else if retry.isExhausted {
            text.nextLine(ChatText("It gave up after \(retry.attempts) attempts."))
        }
    }

    /// For the owners, in private: no attempt is left.
    package func escalation() -> ChatMessage {
        var text = style.heading(view, emoji: "🚨", " gave up after \(view.retry?.attempts ?? view.task.attempt) attempts:")
        text.nextLine("You are told as an owner.")
        appendReason(to: &text)
        appendHeld(to: &text)
        text.nextLine(ChatText(style.label.link(view)))
        return ChatMessage(text, buttons: TaskCard(view, style).buttons + heldButtons, urgency: .decision, topic: .failure(view.task.id))
    }

    private func cancellation() -> ChatMessage {
        var text = style.heading(view, emoji: "🚫", " was cancelled:")
        appendHeld(to: &text)
        text.nextLine(ChatText(style.label.link(view)))
        return ChatMessage(
            text, buttons: TaskCard(view, style).buttons + heldButtons, urgency: view.held.isEmpty ? .card : .decision,
            topic: .failure(view.task.id))
    }

    private func appendHeld(to text: inout ChatText) {
        guard !view.held.isEmpty else { return }
        text.nextLine("⛔ Holds up, until somebody decides:")
        for held in view.held.prefix(10) {
            text.nextLine(ChatText("• \(style.label.text(held.number, in: view.project)) \(AgentText.line(held.title, limit: 80))"))
        }
        if view.held.count > 10 { text.nextLine(ChatText("• and \(view.held.count - 10) more")) }
    }

    private var heldButtons: [[ChatButton]] {
        guard let first = view.held.first, style.shows(.editTask) else { return [] }
        let names = view.held.count == 1 ? style.label.text(first.number, in: view.project) : "\(view.held.count) tasks"
        let id = view.task.id.text
        return [
            [
                ChatButton("Let \(names) go without it", .command("/why \(id) drop", inPlace: false)),
                ChatButton("Cancel \(names)", .command("/why \(id) cancel", inPlace: false), style: .danger),
            ]
        ]
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
