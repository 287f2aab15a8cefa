import HubCore
import HubService

/// `/spend`: what the project has spent, or a task; `/spend #42 raise` and `/spend #42 once` let a task go on that a cap holds back.
/// `/spend raise day_cap 75` is what the button on the notice of a reached cap does.
struct SpendCommand: ChatCommand {
    static let permission: Permission? = .see
    let task: TaskName?
    let choice: Intervention.Spending.Choice?
    private let raise: Raise?

    private struct Raise {
        let kind: SpendingCap.Kind
        let amount: Money
        /// By name; `nil`: that of the chat.
        let project: String?
    }

    init(_ line: CommandLine) throws(UsageError) {
        if line.words.first?.lowercased() == "raise" {
            (task, choice, raise) = (nil, nil, try Self.raise(line))
            return
        }
        raise = nil
        task = try line.optionalTask()
        guard line.words.count > 1 else {
            choice = nil
            return
        }
        try line.atMost(2)
        guard let choice = Intervention.Spending.Choice(rawValue: line.words[1].lowercased()), choice != .stop else {
            throw UsageError("“\(AgentText.line(line.words[1], limit: 40))” is neither raise nor once")
        }
        self.choice = choice
    }

    private static func raise(_ line: CommandLine) throws(UsageError) -> Raise {
        try line.atMost(4)
        let words = line.words
        guard words.count > 2, let kind = ["project_cap": SpendingCap.Kind.project, "day_cap": .day][words[1].lowercased()] else {
            throw UsageError("say which cap and how much: raise project_cap or day_cap, and an amount such as 75")
        }
        guard let amount = Money(decimal: words[2]) else {
            throw UsageError("“\(AgentText.line(words[2], limit: 40))” is no amount: give one such as 5 or 2.50")
        }
        return Raise(kind: kind, amount: amount, project: words.count > 3 ? words[3] : nil)
    }

    private func carryOut(_ raise: Raise, in context: ChatContext) async throws -> ChatReply {
        var project: HubCore.Project
        if let name = raise.project {
            guard let found = try await context.ops.hub.project(named: name.lowercased()) else {
                throw HubError.notFound("there is no such thing, or it is in a project that you are not part of")
            }
            project = found
        } else {
            project = try await context.project()
        }
        project = try await context.run(RaiseCap(raise.kind, of: project.id, to: raise.amount))
        let name = raise.kind == .day ? "day_cap" : "project_cap"
        // The notice whose button was pressed is redrawn by what follows.
        if context.isInPlace { return ChatReply(toast: "\(name) is \(raise.amount) now.") }
        let by = AgentText.line(try context.person().name, limit: 64)
        return context.reply(ChatMessage(ChatText("💰 \(project.name): \(by) set \(name) to \(raise.amount).")))
    }

    func reply(in context: ChatContext) async throws -> ChatReply {
        if let raise { return try await carryOut(raise, in: context) }
        guard let task else {
            return context.reply(Self.message(try await context.ask(GetSpending(in: try await context.project().id, limit: 7)), context))
        }
        let reference = try await context.reference(task)
        if let choice {
            let view = try await context.run(LetSpend(reference, choice)).view
            var message = try await context.card(view)
            let by = AgentText.line(try context.person().name, limit: 64)
            message.text.nextLine(ChatText(choice == .raise ? "\(by) raised the cap." : "\(by) lets it go on this once."))
            return context.reply(message)
        }
        let answer = try await context.ask(GetTaskSpending(reference))
        return context.reply(Self.message(answer, try await context.style(for: answer.view.project)))
    }

    private static func message(_ answer: GetSpending.Answer, _ context: ChatContext) -> ChatMessage {
        let unit = answer.currency
        var text: ChatText = "💰 Spending of "
        text.append(answer.project.name, .bold)
        func line(_ name: String, _ usage: Usage, _ kind: SpendingCap.Kind) {
            let cap = answer.caps.first { $0.kind == kind }
            text.nextLine(
                ChatText(
                    "\(name): \(usage.cost)\(cap.map { " of \($0.limit)" } ?? "") \(unit)\(SpendingText.tokens(usage))\(cap?.isReached == true ? " ⛔" : "")"
                ))
        }
        line("Today, \(answer.today.name)", answer.today.usage, .day)
        line("In all", answer.total, .project)
        if let fleet = answer.caps.first(where: { $0.kind == .fleet }) {
            text.nextLine(ChatText("All projects of the hub today: \(fleet.spent) of \(fleet.limit) \(unit)\(fleet.isReached ? " ⛔" : "")"))
        }
        if let cap = answer.project.settings.taskCap {
            text.nextLine(ChatText("Each task may spend \(cap) \(unit), unless it says otherwise."))
        }
        let days = answer.days.filter { $0.name != answer.today.name }
        if !days.isEmpty { text.nextLine(.bold("Days before")) }
        for day in days { text.nextLine(ChatText("\(day.name): \(day.usage.cost) \(unit)")) }
        if !answer.tasks.isEmpty { text.nextLine(.bold("Dearest tasks")) }
        for (task, usage) in answer.tasks {
            let name = context.label(in: answer.project).text(task.number, in: answer.project)
            text.nextLine(ChatText("\(name) \(AgentText.line(task.content.title, limit: 60)): \(usage.cost) \(unit)"))
        }
        if answer.total.isZero { text.nextLine("No agent has reported anything yet.") }
        return ChatMessage(text)
    }

    private static func message(_ answer: GetTaskSpending.Answer, _ style: CardStyle) -> ChatMessage {
        let (view, unit) = (answer.view, answer.spending.currency)
        var text = style.heading(view)
        text.nextLine(ChatText(SpendingText.line(answer.spending)))
        for entry in answer.entries.prefix(20) {
            let names = [entry.model, entry.run].filter { !$0.isEmpty }.map { " · \(AgentText.line($0, limit: 64))" }.joined()
            text.nextLine(ChatText("Attempt \(entry.attempt)\(names): \(entry.usage.cost) \(unit)\(SpendingText.tokens(entry.usage))"))
        }
        if answer.entries.count > 20 { text.nextLine(ChatText("and \(answer.entries.count - 20) more")) }
        var buttons: [[ChatButton]] = []
        if let cap = answer.reached, !view.task.state.isFinal {
            text.nextLine(ChatText("⛔ It has reached \(cap.words(unit)); \(cap.cure)."))
            buttons = SpendingText.buttons(for: cap, of: view, style)
        }
        text.nextLine(ChatText(style.label.link(view)))
        return ChatMessage(text, buttons: buttons, topic: .task(view.task.id))
    }
}

/// Spending in words, as cards and messages show it.
enum SpendingText {
    /// “Spent 5.10 of 5.00 USD · 120 000 tokens in, 3 000 out”.
    static func line(_ spending: TaskView.Spending) -> String {
        "💰 Spent \(spending.usage.cost)\(spending.cap.map { " of \($0)" } ?? "") \(spending.currency)\(tokens(spending.usage))"
    }

    static func tokens(_ usage: Usage) -> String {
        guard usage.tokensIn > 0 || usage.tokensOut > 0 else { return "" }
        return " · \(grouped(usage.tokensIn)) tokens in, \(grouped(usage.tokensOut)) out"
    }

    private static func grouped(_ number: Int64) -> String {
        var digits = Array(String(number))
        var place = digits.count - 3
        while place > 0 {
            digits.insert("\u{202F}", at: place)
            place -= 3
        }
        return String(digits)
    }

    /// What lets a waiting task go on, for those who may.
    static func buttons(for cap: SpendingCap, of view: TaskView, _ style: CardStyle) -> [[ChatButton]] {
        let spending = Intervention.Spending(cap)
        let permission: Permission =
            switch cap.kind {
            case .task: .editTask
            case .project, .day: .changeSettings
            case .fleet: .exceedFleetCap
            }
        guard style.shows(permission) else { return [] }
        return [
            spending.choices.filter { $0 != .stop }.map { choice in
                ChatButton(
                    spending.label(of: choice), .command("/spend \(view.task.id.text) \(choice.rawValue)", inPlace: true),
                    style: choice == .raise ? .primary : nil)
            }
        ]
    }
}
