import HubCore
import HubService

/// The card of a task: what it is, where it stands, and buttons for exactly what may be done now.
package struct TaskCard {
    let view: TaskView
    let style: CardStyle

    package init(_ view: TaskView, _ style: CardStyle) {
        (self.view, self.style) = (view, style)
    }

    private var task: AgentTask { view.task }

    package func message(urgency: ChatMessage.Urgency = .answer) -> ChatMessage {
        var text = style.heading(view)
        text.nextLine(ChatText(standing))
        text.nextLine(ChatText(properties.joined(separator: " · ")))
        if let spending = view.spending { text.nextLine(ChatText(SpendingText.line(spending))) }
        if let waiting { text.nextLine(ChatText(waiting)) }
        let after = view.downstreams.filter(\.edge.isOpenBlocker)
        if !after.isEmpty { text.nextLine(ChatText("Holds up: \(names(of: after))")) }
        if !task.content.spec.trimmed.isEmpty {
            text.append("\n")
            text.append(AgentText.prose(task.content.spec.trimmed, limit: 600), .quote(folded: true))
        }
        if let outcome { text.nextLine(outcome) }
        text.nextLine(ChatText(style.label.link(view)))
        return ChatMessage(text, buttons: buttons, urgency: urgency, topic: .task(task.id))
    }

    private var standing: String {
        var line = "\(task.state.words) \(task.state.isFinal ? "at" : "since") \(task.since.words(at: style.now))"
        if task.state.isPlaced, let server = view.serverName {
            line += " on \(AgentText.line(server)) (\(view.isServerOnline ? "online" : "⚠️ server offline"))"
        } else if task.state.isFinal, let server = view.serverName {
            line += ", last on \(AgentText.line(server))"
        }
        if task.attempt > 1 { line += " · attempt \(task.attempt)" }
        return line
    }

    private var properties: [String] {
        let content = task.content
        var words = ["priority \(content.priority.rawValue)"]
        if content.kind != .feature { words.append(content.kind.rawValue) }
        if let repository = content.repository {
            words.append(
                "repository \(AgentText.line(repository, limit: 60))" + (content.branch.map { " @ \(AgentText.line($0, limit: 60))" } ?? "")
            )
        }
        if view.needsPlan { words.append("plan first") }
        if view.needsReview { words.append("review at the end") }
        if let pin = content.requirements.server { words.append("only on \(AgentText.line(pin, limit: 64))") }
        return words
    }

    /// What it waits for, as a sentence.
    var waiting: String? {
        switch (task.state, view.waiting) {
        case (.pending, .blocked(let neighbours)): return "Waits for \(names(of: neighbours))"
        case (.pending, .held(let stuck)):
            let others = view.upstreams.filter { $0.edge.isOpenBlocker && !$0.holdsForGood }
            return "⛔ Held by \(names(of: stuck)): retry that, do not wait for it, or cancel this one"
                + (others.isEmpty ? "" : ". It also waits for \(names(of: others))")
        case (.pending, .writer(let writer)):
            let sentence = writer.sentence { style.label.text($0, in: view.project) }
            return AgentText.line(sentence.prefix(1).uppercased() + sentence.dropFirst(), limit: 600)
        case (.pending, .cap(let cap, let currency)): return "⛔ It has reached \(cap.words(currency)); \(cap.cure)"
        case (.pending, .assignmentByHand): return "Waits for somebody to choose a server: Assign"
        case (.pending, .noServer(let fix)): return "Waits for a server: \(fix)"
        case (_, .nextTry(let retry, let time)): return "🔁 Tries again at \(time.words(at: style.now)), \(retry.next)"
        case (.planReview, _): return "Waits for a decision on its plan"
        case (.needsHuman, _): return "Waits for an answer to its question"
        case (.review, _): return "Waits for a review of its result"
        default: return nil
        }
    }

    private func names(of neighbours: [TaskView.Neighbour]) -> String {
        let shown = neighbours.prefix(5).map { neighbour in
            let again = neighbour.retryAt.map { ", tries again at \($0.words(at: style.now))" } ?? ""
            return "\(style.label.text(neighbour.number, in: view.project)) (\(neighbour.state.words)\(again))"
        }
        return shown.joined(separator: ", ") + (neighbours.count > 5 ? " and \(neighbours.count - 5) more" : "")
    }

    private var outcome: ChatText? {
        switch task.state {
        case .done, .review:
            guard let result = task.result else { return nil }
            return ChatText("Result, as the agent says: \(AgentText.prose(AgentResult(result).summary, limit: 300))")
        case .failed:
            let first = task.failure?.split(whereSeparator: \.isNewline).first.map(String.init)
            return ChatText("Reason: \(AgentText.line(first ?? "none was given", limit: 300))")
        default: return nil
        }
    }

    var buttons: [[ChatButton]] {
        let id = task.id
        var rows: [[ChatButton]] = []
        func row(_ permission: Permission, _ buttons: ChatButton...) { if style.shows(permission) { rows.append(buttons) } }
        func show(_ label: String, _ what: String) -> ChatButton {
            ChatButton(label, .command("/task \(id.text) \(what)", inPlace: false), style: .primary)
        }
        let cancel = ChatButton("Cancel", .cancel(id, isConfirmed: false), style: .danger)
        let release = ChatButton("Release", .release(id, isConfirmed: false))
        switch task.state {
        case .pending:
            row(.see, ChatButton("Why?", .command("/why \(id.text)", inPlace: false)))
            if !view.isBlocked {
                row(.assignTask, ChatButton("Assign", .command("/assign \(id.text)", inPlace: false), style: .primary))
            }
            row(.cancelTask, cancel)
        case .assigned, .planning, .running:
            if let session = task.session { row(.see, watch(session), picture(session)) }
            row(.releaseTask, release, cancel)
        case .planReview:
            row(.see, show("Read the plan", "plan"))
            row(.releaseTask, release, cancel)
        case .needsHuman:
            row(.see, show("See the question", "question"))
            row(.releaseTask, release, cancel)
        case .review:
            row(.see, show("See the result", "result"))
            row(.releaseTask, release, cancel)
        case .done:
            row(.see, show("Result", "result"))
        case .failed:
            let isPlanned = view.retry?.due != nil
            row(.retryTask, ChatButton(isPlanned ? "Try now" : "Retry", .retry(id, isConfirmed: false), style: .primary), reassign)
            if isPlanned { row(.retryTask, ChatButton("Stop trying", .command("/retry \(id.text) stop", inPlace: true), style: .danger)) }
            if let session = task.session {
                row(.see, picture(session), ChatButton("Log", .command("/log \(session.argument)", inPlace: false)))
            } else {
                row(.see, ChatButton("Log", .command("/task \(id.text) log", inPlace: false)))
            }
        case .cancelled:
            row(.retryTask, ChatButton("Retry", .retry(id, isConfirmed: false), style: .primary))
        }
        return rows
    }

    private func watch(_ session: Session.ID) -> ChatButton {
        ChatButton("🖥 Watch", .command("/tail \(session.argument)", inPlace: false), style: .primary)
    }

    private func picture(_ session: Session.ID) -> ChatButton {
        ChatButton("🖼 Picture", .command("/screen \(session.argument)", inPlace: false))
    }

    private var reassign: ChatButton { ChatButton("Reassign", .command("/assign \(task.id.text)", inPlace: false)) }
}

extension TaskView {
    /// Other tasks come first.
    var isBlocked: Bool {
        switch waiting {
        case .blocked?, .held?: true
        case .writer?, .cap?, .assignmentByHand?, .noServer?, .nextTry?, nil: false
        }
    }
}
