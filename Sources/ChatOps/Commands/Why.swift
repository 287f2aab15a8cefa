import HubCore
import HubService

/// `/why`: what a task waits for; for each server the first rule that it fails, and the nearest fix.
struct WhyCommand: ChatCommand {
    static let permission: Permission? = .see
    let task: TaskName?
    /// `/why #42 without #41`, a button's words: do not wait for that one any more.
    let dropped: TaskName?
    /// `/why #42 without lang:swift`: the task does not need that any more.
    let waived: Waiver?
    /// `/why #41 drop` and `/why #41 cancel`, buttons' words, too: what is to become of all that #41 holds up.
    let fate: Fate?

    enum Fate: Equatable {
        case go
        case cancelled(isConfirmed: Bool)

        init?(_ words: ArraySlice<String>) {
            switch words.map({ $0.lowercased() }) {
            case ["drop"]: self = .go
            case ["cancel"]: self = .cancelled(isConfirmed: false)
            case ["cancel", "yes"]: self = .cancelled(isConfirmed: true)
            default: return nil
            }
        }
    }

    init(_ line: CommandLine) throws(UsageError) {
        task = try line.optionalTask()
        let words = line.words
        fate = Fate(words.dropFirst())
        guard fate == nil, words.count >= 3, words[1].lowercased() == "without" else {
            (dropped, waived) = (nil, nil)
            if fate == nil { try line.atMost(1) }
            return
        }
        waived = Waiver(words[2...].joined(separator: " "))
        guard waived == nil else {
            dropped = nil
            return
        }
        try line.atMost(3)
        guard let dropped = TaskName(words[2]) else { throw UsageError("“\(AgentText.line(words[2], limit: 40))” is no task") }
        self.dropped = dropped
    }

    func reply(in context: ChatContext) async throws -> ChatReply {
        if let task, let dropped {
            let (task, upstream) = (try await context.reference(task), try await context.reference(dropped))
            let outcome = try await context.run(RemoveDependency(task, on: upstream))
            let text = ChatText(AssignCommand.sentence(outcome, label: context.label))
            return context.reply(ChatMessage(text, topic: .task(outcome.task.id)))
        }
        if let task, let fate { return try await decide(fate, on: try await context.reference(task), in: context) }
        let view = try await context.view(try await context.reference(task, orShown: true))
        // What is placed needs nothing more.
        if let waived, view.task.state == .pending { return try await waive(waived, of: view, in: context) }
        let style = try await context.style(for: view.project)
        guard view.task.state == .pending else {
            if view.task.state.waitsForPerson { return context.reply(try await Waiting.message(view, in: context)) }
            var text = style.heading(view)
            text.nextLine(ChatText(TaskCard(view, style).waiting.map { "\($0)." } ?? Self.standing(view)))
            return context.reply(ChatMessage(text, buttons: TaskCard(view, style).buttons, topic: .task(view.task.id)))
        }
        let answer = try await context.ask(Explain(.id(view.task.id)))
        let explanation = answer.explanation
        var text = style.heading(view)
        if case .blocked(let upstreams)? = view.waiting {
            text.nextLine("It waits for:")
            for upstream in upstreams.prefix(10) { text.nextLine(ChatText("• " + Self.sentence(on: upstream, style, view.project))) }
            if upstreams.count > 10 { text.nextLine(ChatText("• and \(upstreams.count - 10) more")) }
        } else if let waiting = TaskCard(view, style).waiting {
            text.nextLine(ChatText("\(waiting)."))
        }
        if !answer.roots.isEmpty {
            let names = answer.roots.prefix(5).map { "\(style.label.text($0.number, in: view.project)) (\($0.state.words))" }
            text.nextLine(ChatText("⛔ What it waits for is held by \(names.joined(separator: ", "))."))
        }
        if view.isBlocked, !explanation.lines.isEmpty { text.nextLine("Where it could run then:") }
        for line in explanation.lines.prefix(30) { text.nextLine(ChatText("• " + Self.sentence(line, of: view))) }
        var buttons: [[ChatButton]] = []
        if view.isBlocked {
            buttons = stuck(answer.roots, view, style)
        } else if case .cap(let cap, _)? = view.waiting {
            buttons = SpendingText.buttons(for: cap, of: view, style)
        } else if let fix = explanation.nearestFix {
            buttons = try await fixes(fix, explanation, view, context)
        } else if view.waiting == .assignmentByHand {
            buttons = [[ChatButton("Assign", .command("/assign \(view.task.id.text)", inPlace: false), style: .primary)]]
        }
        return context.reply(ChatMessage(text, buttons: buttons, topic: .task(view.task.id)))
    }

    /// What failed or was cancelled never lets its successors go by itself: somebody decides.
    private func stuck(_ roots: [TaskView.Neighbour], _ view: TaskView, _ style: CardStyle) -> [[ChatButton]] {
        guard style.shows(.editTask) else { return [] }
        guard case .held(let stuck)? = view.waiting else {
            return roots.prefix(5).map {
                [ChatButton("Retry \(style.label.text($0.number, in: view.project))", .retry($0.id, isConfirmed: false))]
            }
        }
        let rows = stuck.prefix(5).map { blocker in
            let name = style.label.text(blocker.number, in: view.project)
            let drop = ButtonAction.command("/why \(view.task.id.text) without \(blocker.id.text)", inPlace: false)
            return [ChatButton("Retry \(name)", .retry(blocker.id, isConfirmed: false)), ChatButton("Do not wait for \(name)", drop)]
        }
        return rows + [[ChatButton("Cancel \(style.label.text(view))", .cancel(view.task.id, isConfirmed: false), style: .danger)]]
    }

    /// What is to become of all that a failed or cancelled task holds up.
    private func decide(_ fate: Fate, on task: TaskReference, in context: ChatContext) async throws -> ChatReply {
        func names(_ numbers: [Int], _ project: Project) -> String {
            let shown = numbers.prefix(10).map { context.label.text($0, in: project) }.joined(separator: ", ")
            return shown + (numbers.count > 10 ? " and \(numbers.count - 10) more" : "")
        }
        let (outcome, words): (HeldOutcome, String)
        switch fate {
        case .go: (outcome, words) = (try await context.run(ReleaseDependents(of: task)), "not waiting any more for")
        case .cancelled(isConfirmed: true): (outcome, words) = (try await context.run(CancelDependents(of: task)), "cancelled, behind")
        case .cancelled(isConfirmed: false):
            let view = try await context.view(task)
            try await context.require(.cancelTask, in: view.project)
            let held = names(view.held.map(\.number), view.project)
            let text = ChatText("Cancel \(held), and whatever waits for that? It can be retried later.")
            let yes = ChatButton("Yes, cancel", .command("/why \(view.task.id.text) cancel yes", inPlace: true), style: .danger)
            return context.reply(ChatMessage(text, buttons: view.held.isEmpty ? [] : [[yes]], topic: .task(view.task.id)))
        }
        let name = context.label.text(outcome.view)
        let text =
            outcome.tasks.isEmpty ? "Nothing is held up by \(name)." : "\(names(outcome.tasks, outcome.view.project)): \(words) \(name)."

        return context.reply(ChatMessage(ChatText(text), topic: .task(outcome.view.task.id)))
    }

    /// “#41 Build it: its plan waits for approval”.
    private static func sentence(on upstream: TaskView.Neighbour, _ style: CardStyle, _ project: HubCore.Project) -> String {
        let name = "\(style.label.text(upstream.number, in: project)) \(AgentText.line(upstream.title, limit: 80))"
        switch upstream.state {
        case .pending: return "\(name): waits itself"
        case .assigned: return "\(name): is about to begin"
        case .planning: return "\(name): is being planned"
        case .planReview: return "\(name): its plan waits for approval"
        case .running: return "\(name): is under way"
        case .needsHuman: return "\(name): its question waits for an answer"
        case .review: return "\(name): its result waits for a review"
        case .done, .failed, .cancelled:
            guard let again = upstream.retryAt else { return "\(name): is \(upstream.state.predicate)" }
            return "\(name): has failed, and is tried again at \(again.words(at: style.now))"
        }
    }

    static func sentence(_ line: Placement.Explanation.Line, of view: TaskView) -> String {
        let name = AgentText.line(line.server.name, limit: 64)
        switch line.verdict {
        case .ready(let score): return "\(name): can take it, \(score.total) points"
        case .unavailable(let why, let score): return "\(name): \(AgentText.line(why.description)), \(score.total) points"
        case .infeasible(let rule): return "\(name): \(AgentText.line(rule.description))"
        }
    }

    private static func standing(_ view: TaskView) -> String {
        guard view.task.state.isPlaced else { return "It is \(view.task.state.predicate) and waits for nothing." }
        let server = AgentText.line(view.serverName ?? "its server")
        return view.isServerOnline
            ? "It does not wait: it is \(view.task.state.predicate) on \(server)."
            : "It is \(view.task.state.predicate), but \(server) is offline: it goes on when that is back."
    }
}
