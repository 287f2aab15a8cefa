import HubCore
import HubService

/// A finished piece of work: done, or waiting for a review.
package struct ResultMessage {
    let view: TaskView
    let style: CardStyle
    /// The decision on a result that was under review.
    let decision: AgentTask.Decision?

    private static let longest = 3000

    package init(_ view: TaskView, _ style: CardStyle, decision: AgentTask.Decision? = nil) {
        (self.view, self.style, self.decision) = (view, style, decision)
    }

    package func message() -> ChatMessage {
        let task = view.task
        let isOpen = task.state == .review
        let proof = Proof(view)
        var text = isOpen ? style.heading(view, emoji: "🔎", " wants a review:") : style.heading(view, " \(task.state.words):")
        var document: ChatDocument?
        if let reported = task.result {
            let result = AgentResult(reported)
            text.append("\n")
            text.append(AgentText.prose(result.summary.trimmed, limit: Self.longest), .quote(folded: result.summary.count > 700))
            if let changes = result.changes { text.nextLine(ChatText("Changes: \(changes)")) }
            if let tests = result.tests { text.nextLine(ChatText("Tests: \(tests)")) }
            if let diff = proof.diff { text.nextLine(ChatText("Diff: \(diff)")) }
            text.nextLine(.italic(proof.sentence))
            if result.summary.count > Self.longest {
                let whole = AgentText.block(reported.string ?? reported.indented)
                document = ChatDocument(name: "result-\(view.project.name)-\(task.number).txt", bytes: Array(whole.utf8))
            }
        } else {
            text.nextLine("The agent reported no result.")
            text.nextLine(.italic(proof.sentence))
        }
        if let spending = view.spending { text.nextLine(ChatText(SpendingText.line(spending))) }
        if let decision {
            text.nextLine(ChatText(decision.sentence(at: style.now)))
        } else if isOpen {
            text.nextLine(style.shows(.decide) ? "Approve finishes the task; reply with text to send it back." : "A member decides.")
        }
        if task.state == .done, let next { text.nextLine(ChatText(next)) }
        text.nextLine(ChatText(style.label.link(view)))
        return ChatMessage(
            text, buttons: isOpen && style.shows(.decide) ? buttons : [], urgency: isOpen ? .decision : .result,
            topic: isOpen ? .review(task.id) : .task(task.id), document: document)
    }

    /// What goes on now, and what has one thing less to wait for.
    private var next: String? {
        let freed = view.downstreams.filter { $0.edge.kind.holdsBack && $0.edge.isResolved }
        func names(_ tasks: [TaskView.Neighbour]) -> String {
            let shown = tasks.prefix(5).map { style.label.text($0.number, in: view.project) }.joined(separator: ", ")
            return shown + (tasks.count > 5 ? " and \(tasks.count - 5) more" : "")
        }
        let (going, waiting) = (freed.filter { $0.state != .pending }, freed.filter { $0.state == .pending })
        let sentences = [
            going.isEmpty ? nil : "This lets \(names(going)) go on.",
            waiting.isEmpty ? nil : "\(names(waiting)) \(waiting.count == 1 ? "has" : "have") one thing less to wait for.",
        ].compactMap(\.self)
        return sentences.isEmpty ? nil : sentences.joined(separator: " ")
    }

    /// What a message that asked for a review becomes: no buttons, no second document.
    package func redrawn() -> ChatMessage {
        var message = message()
        (message.buttons, message.document, message.urgency) = ([], nil, .card)
        if decision == nil { message.text.nextLine("Nothing to decide any more: the task is \(view.task.state.predicate).") }
        return message
    }

    private var buttons: [[ChatButton]] {
        let id = view.task.id
        return [
            [
                ChatButton("Approve", .approve(id, planHash: nil), style: .success), ChatButton("Revise", .revise(id, planHash: nil)),
                ChatButton("Later", .later(id)),
            ]
        ]
    }
}
