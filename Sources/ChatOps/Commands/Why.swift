import HubCore
import HubService

/// `/why`: what a task waits for; for each server the first rule that it fails, and the nearest fix.
struct WhyCommand: ChatCommand {
    static let permission: Permission? = .see
    let task: TaskName?
    /// `/why #42 without #41`, a button's words: do not wait for that one any more.
    let dropped: TaskName?

    init(_ line: CommandLine) throws(UsageError) {
        task = try line.optionalTask()
        let words = line.words
        guard words.count == 3, words[1].lowercased() == "without" else {
            dropped = nil
            try line.atMost(1)
            return
        }
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
        let view = try await context.view(try await context.reference(task, orShown: true))
        let style = try await context.style(for: view.project)
        guard view.task.state == .pending else {
            if view.task.state.waitsForPerson { return context.reply(try await Waiting.message(view, in: context)) }
            var text = style.heading(view)
            text.nextLine(ChatText(Self.standing(view)))
            return context.reply(ChatMessage(text, buttons: TaskCard(view, style).buttons, topic: .task(view.task.id)))
        }
        let explanation = try await context.ask(Explain(.id(view.task.id))).explanation
        var text = style.heading(view)
        if let waiting = TaskCard(view, style).waiting { text.nextLine(ChatText("\(waiting).")) }
        for line in explanation.lines.prefix(30) { text.nextLine(ChatText("• " + Self.sentence(line, of: view))) }
        var buttons: [[ChatButton]] = []
        if case .blocked(let blockers)? = view.waiting {
            buttons = stuck(blockers, view, style)
        } else if let fix = explanation.nearestFix {
            buttons = try await fixes(fix, explanation, view, context)
        } else if view.waiting == .assignmentByHand {
            buttons = [[ChatButton("Assign", .command("/assign \(view.task.id.text)", inPlace: false), style: .primary)]]
        }
        return context.reply(ChatMessage(text, buttons: buttons, topic: .task(view.task.id)))
    }

    /// What failed or was cancelled never lets its successors go by itself: somebody decides.
    private func stuck(_ blockers: [TaskView.Neighbour], _ view: TaskView, _ style: CardStyle) -> [[ChatButton]] {
        let stuck = blockers.filter { $0.state == .failed || $0.state == .cancelled }
        guard !stuck.isEmpty, style.shows(.editTask) else { return [] }
        let rows = stuck.prefix(5).map { blocker in
            let name = style.label.text(blocker.number, in: view.project)
            let drop = ButtonAction.command("/why \(view.task.id.text) without \(blocker.id.text)", inPlace: false)
            return [ChatButton("Retry \(name)", .retry(blocker.id, isConfirmed: false)), ChatButton("Do not wait for \(name)", drop)]
        }
        return rows + [[ChatButton("Cancel \(style.label.text(view))", .cancel(view.task.id, isConfirmed: false), style: .danger)]]
    }

    /// A button where a command can do it and this person may.
    private func fixes(
        _ fix: Placement.Fix, _ explanation: Placement.Explanation, _ view: TaskView, _ context: ChatContext
    ) async throws -> [[ChatButton]] {
        guard let role = try await context.role(in: view.project.id) else { return [] }
        switch fix {
        case .assignAnyway(let name) where role.allows(.assignTask):
            guard let server = explanation.lines.first(where: { $0.server.name == name })?.server else { return [] }
            return [[ChatButton("Assign to \(AgentText.line(name, limit: 32)) anyway", .assign(view.task.id, server: server.id))]]
        case .undrain(let name) where role.allows(.editServer):
            return [
                [ChatButton("Let \(AgentText.line(name, limit: 32)) take work", .command("/servers \(name) undrain yes", inPlace: false))]
            ]
        case .dropPin where role.allows(.editTask):
            return [[ChatButton("Let it run anywhere", .command("/assign \(view.task.id.text) anywhere", inPlace: false))]]
        case .registerServer where role.allows(.makeRegistrationToken) && context.request.place.isPrivate:
            return [[ChatButton("Register a server", .command("/token", inPlace: false))]]
        case .assignAnyway, .undrain, .dropPin, .registerServer, .bringOnline, .provide: return []
        }
    }

    static func sentence(_ line: Placement.Explanation.Line, of view: TaskView) -> String {
        let name = AgentText.line(line.server.name, limit: 64)
        switch line.verdict {
        case .ready(let score): return "\(name): ready, \(score.total) points"
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
