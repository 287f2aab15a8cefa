import HubCore
import HubService

/// A plan with its buttons. The whole text is shown, or attached, before anybody can press (domain page, "Plan mode").
package struct PlanMessage {
    let view: TaskView
    let style: CardStyle

    /// Longer plans are attached as a document: three messages' worth.
    static let longest = 9000
    private static let excerpt = 1500
    /// UTF-16 units that a message holds (Bot API, `sendMessage`).
    private static let longestInOneMessage = 4096

    package init(_ view: TaskView, _ style: CardStyle) {
        (self.view, self.style) = (view, style)
    }

    /// `nil` if the task has no plan.
    package func message() -> ChatMessage? {
        guard let plan = view.task.plan else { return nil }
        let isOpen = view.task.state == .planReview && plan.decision == nil
        var text = style.heading(view, emoji: "📋", " plan:")
        text.append("\n")
        let content = AgentText.block(plan.text)
        var document: ChatDocument?
        if content.count > Self.longest {
            text.append(AgentText.prose(content, limit: Self.excerpt), .quote(folded: true))
            text.nextLine("The whole plan is in the attached document.")
            document = ChatDocument(name: "plan-\(view.project.name)-\(view.task.number).txt", bytes: Array(content.utf8))
        } else {
            let lines = content.split(separator: "\n", omittingEmptySubsequences: false).count
            text.append(AgentText.prose(content, limit: .max), .quote(folded: lines > 10))
        }
        text.nextLine(ChatText(closing(plan, isOpen: isOpen)))
        text.nextLine(ChatText(style.label.link(view)))
        return ChatMessage(
            text, buttons: isOpen ? buttons(plan.hash) : [], urgency: isOpen ? .decision : .card,
            topic: .plan(view.task.id, hash: plan.hash), document: document)
    }

    /// What a message that showed it becomes. Where the plan filled several messages, the last of them, which had the buttons, is
    /// redrawn, and does not repeat the others.
    package func redrawn() -> ChatMessage? {
        guard var message = message(), message.buttons.isEmpty, let plan = view.task.plan else { return message() }
        message.document = nil
        var shown = style.heading(view, emoji: "📋", " plan:")
        shown.append("\n" + AgentText.block(plan.text))
        shown.nextLine(ChatText(invitation))
        shown.nextLine(ChatText(style.label.link(view)))
        guard shown.plain.utf16.count > Self.longestInOneMessage, AgentText.block(plan.text).count <= Self.longest else { return message }
        message.text = style.heading(view, emoji: "📋", " plan:")
        message.text.nextLine("It is in the messages above.")
        message.text.nextLine(ChatText(closing(plan, isOpen: false)))
        message.text.nextLine(ChatText(style.label.link(view)))
        return message
    }

    private func closing(_ plan: AgentTask.Plan, isOpen: Bool) -> String {
        if let decision = plan.decision { return decision.sentence(at: style.now) }
        return isOpen ? invitation : "Nothing to decide: the task is \(view.task.state.predicate)."
    }

    /// What stands below a plan that waits.
    private var invitation: String {
        let place = view.serverName.map { " on \(AgentText.line($0))\(view.isServerOnline ? "" : " (⚠️ server offline)")" } ?? ""
        return "The agent\(place) waits. "
            + (style.shows(.decide) ? "Approve lets it work; reply with text to ask for changes." : "A member decides.")
    }

    private func buttons(_ hash: String) -> [[ChatButton]] {
        guard style.shows(.decide) else { return [] }
        let id = view.task.id
        return [
            [
                ChatButton("Approve", .approve(id, planHash: hash), style: .success),
                ChatButton("Revise", .revise(id, planHash: hash)),
                ChatButton("Later", .later(id)),
            ]
        ]
    }
}

extension AgentTask.Decision {
    /// “✅ Approved by Ada, 12:03 UTC”.
    func sentence(at now: Timestamp) -> String {
        "\(verdict == .approved ? "✅ Approved" : "↩️ Sent back") by \(AgentText.line(by.name, limit: 64)), \(at.words(at: now))"
    }

    /// “already approved by Ada, 12:03 UTC”.
    func already(at now: Timestamp) -> String {
        "already \(verdict == .approved ? "approved" : "sent back") by \(AgentText.line(by.name, limit: 64)), \(at.words(at: now))"
    }
}
