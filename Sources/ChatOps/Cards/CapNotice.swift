import HubCore
import HubService

/// What waits because a cap is reached, for whoever may let it go; and, in the same message, that it does not wait any more.
struct CapNotice {
    let event: Event
    let label: TaskLabel
    let transaction: HubTransaction

    private static let shownTasks = 5

    init(_ event: Event, _ label: TaskLabel, _ transaction: HubTransaction) {
        (self.event, self.label, self.transaction) = (event, label, transaction)
    }

    private var kind: SpendingCap.Kind? { event.fact.data["cap"]?.string.flatMap(SpendingCap.Kind.init(rawValue:)) }
    private var mark: String { event.fact.data["mark"]?.string ?? "" }

    // MARK: A cap of the project or of the hub

    func ofProject() throws -> Notice? {
        guard event.fact.kind == .projectCapped || event.fact.kind == .projectUncapped, let kind,
            let project = try transaction.projects.find(event.project)
        else { return nil }
        if event.fact.kind == .projectUncapped {
            return try told(.projectCapped).map { Notice(message: ended($0, kind, project), key: key($0)) }
        }
        // Told late, as after quiet hours, it may hold nothing any more.
        guard let cap = try transaction.heldCap(kind, mark: mark, in: project.id) else { return nil }
        let waiting = try transaction.waitingAtCap(in: project.id)
        return waiting.isEmpty ? nil : Notice(message: message(cap, waiting, project), key: key(event))
    }

    private func message(_ cap: SpendingCap, _ waiting: [AgentTask], _ project: Project) -> ChatMessage {
        let count = waiting.count
        let who = count == 1 ? "1 task waits" : "\(count) tasks wait"
        var text: ChatText = "💰 "
        text.append(head(cap, project), .bold)
        text.append(cap.kind == .fleet ? ": \(who) in \(project.name)." : ": \(who).")
        for task in waiting.prefix(Self.shownTasks) {
            text.nextLine(ChatText("• \(label.text(task.number, in: project)) \(AgentText.line(task.content.title, limit: 80))"))
        }
        if count > Self.shownTasks { text.nextLine(ChatText("• and \(count - Self.shownTasks) more")) }
        text.nextLine(ChatText(cure(cap)))
        return ChatMessage(text, buttons: buttons(cap, project), urgency: .decision)
    }

    /// “web has spent 50.10 of its 50.00 USD for 2026-11-22”.
    private func head(_ cap: SpendingCap, _ project: Project) -> String {
        let sum = "\(cap.spent) of its \(cap.limit) \(transaction.spending.currency)"
        switch cap.kind {
        case .task, .project: return "\(project.name) has spent \(sum)"
        case .day: return "\(project.name) has spent \(sum) for \(cap.mark)"
        case .fleet: return "This hub has spent \(sum) for \(cap.mark)"
        }
    }

    private func cure(_ cap: SpendingCap) -> String {
        switch cap.kind {
        case .task, .project: "An owner can raise project_cap, or let a single task go: /spend and its number."
        case .day: "It goes on with the next day. An owner can raise day_cap, or let a single task go: /spend and its number."
        case .fleet:
            "It goes on with the next day in UTC, or when \(SpendingCap.fleetRaise). An administrator can let a single task go: /spend and its number."
        }
    }

    /// The hub's own cap is in its configuration, where no button reaches.
    private func buttons(_ cap: SpendingCap, _ project: Project) -> [[ChatButton]] {
        guard cap.kind == .project || cap.kind == .day else { return [] }
        let spending = Intervention.Spending(cap)
        let line = "/spend raise \(cap.kind == .day ? "day_cap" : "project_cap") \(spending.raised) \(project.name)"
        return [[ChatButton(spending.label(of: .raise), .command(line, inPlace: true), style: .primary)]]
    }

    private func ended(_ told: Event, _ kind: SpendingCap.Kind, _ project: Project) -> ChatMessage {
        let data = told.fact.data
        let sum = "\(data["spent"]?.string ?? "") of \(data["limit"]?.string ?? "") \(data["currency"]?.string ?? "")"
        var text: ChatText = "💰 "
        text.append("\(kind == .fleet ? "This hub" : project.name) had spent \(sum)\(mark.isEmpty ? "" : " for \(mark)").", .bold)
        let by = AgentText.line(event.fact.actor.name, limit: 64)
        let limit = kind == .project ? project.settings.projectCap : kind == .day ? project.settings.dayCap : nil
        let (fleetLimit, toldLimit) = (transaction.spending.dayCap, data["limit"]?.string.flatMap({ Money(decimal: $0) }) ?? .zero)
        if event.fact.actor == .hub, kind == .fleet, fleetLimit.map({ toldLimit < $0 }) ?? true {
            text.nextLine(ChatText("spending.day_cap is \(fleetLimit?.description ?? "off") now: what waited goes on."))
        } else if event.fact.actor == .hub {
            text.nextLine("That is over: what waited goes on.")
        } else if kind == .fleet {
            text.nextLine(ChatText("\(by) changed that: what waited goes on."))
        } else {
            let name = kind == .day ? "day_cap" : "project_cap"
            text.nextLine(ChatText("\(by) set \(name) to \(limit?.description ?? "off"): what waited goes on."))
        }
        return ChatMessage(text, urgency: .card)
    }

    // MARK: A task's own cap

    func of(_ view: TaskView, _ style: CardStyle) throws -> Notice? {
        let task = view.task
        if event.fact.kind == .taskUncapped {
            guard let told = try told(.taskCapped) else { return nil }
            return Notice(task: task.id, message: ended(told, view, style), key: key(told))
        }
        guard task.state == .pending, case .cap(let cap, let currency) = view.waiting, cap.kind == .task else { return nil }
        var text = style.heading(view, emoji: "💰", " waits at its cap:")
        text.nextLine(
            ChatText("It has spent \(cap.spent) of its cap \(cap.limit) \(currency): attempt \(task.attempt + 1) does not begin."))
        text.nextLine("May it go on?")
        text.nextLine(ChatText(style.label.link(view)))
        var buttons = SpendingText.buttons(for: cap, of: view, style)
        if style.shows(.cancelTask) {
            buttons.append([ChatButton("Cancel \(style.label.text(view))", .cancel(task.id, isConfirmed: false), style: .danger)])
        }
        return Notice(
            task: task.id, message: ChatMessage(text, buttons: buttons, urgency: .decision, topic: .task(task.id)), key: key(event))
    }

    private func ended(_ told: Event, _ view: TaskView, _ style: CardStyle) -> ChatMessage {
        var text = style.heading(view, emoji: "💰", " had reached its cap:")
        let data = told.fact.data
        text.nextLine(
            ChatText("It had spent \(data["spent"]?.string ?? "") of \(data["limit"]?.string ?? "") \(data["currency"]?.string ?? "")."))
        let by = event.fact.actor == .hub ? nil : AgentText.line(event.fact.actor.name, limit: 64)
        // The state is read when this is drawn; by then it may be further.
        if view.task.state == .cancelled {
            text.nextLine(ChatText(by.map { "\($0) cancelled it." } ?? "It was cancelled."))
        } else {
            text.nextLine(ChatText(by.map { "\($0) lets it go on." } ?? "It goes on."))
        }
        text.nextLine(ChatText(style.label.link(view)))
        return ChatMessage(text, urgency: .card, topic: .task(view.task.id))
    }

    // MARK: Finding the message again

    private func key(_ told: Event) -> String { "cap/\(told.sequence)" }

    /// The event of which `event` is the end.
    private func told(_ kind: Event.Kind) throws -> Event? {
        try transaction.events.latest(on: event.fact.subject, limit: 200).last {
            $0.fact.kind == kind && $0.sequence < event.sequence && $0.fact.data["cap"]?.string == event.fact.data["cap"]?.string
        }
    }
}
