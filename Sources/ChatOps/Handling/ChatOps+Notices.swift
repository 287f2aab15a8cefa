import HubCore
import HubService

extension ChatOps {
    /// What an event means for chats (chat page, "What comes by itself"). A decision is told by the card alone: whoever took it
    /// knows. Rendered from the task as it stands, so that what was overtaken meanwhile neither rings nor offers stale buttons.
    package func notice(of event: Event, label: TaskLabel, in transaction: HubTransaction) throws -> Notice? {
        switch event.fact.subject.kind {
        case .task: try taskNotice(event, label, transaction)
        case .server: try serverNotice(event, label, transaction)
        case .session, .person, .project, .intervention, .bot, .chat, .token, .rule: nil
        }
    }

    private func taskNotice(_ event: Event, _ label: TaskLabel, _ transaction: HubTransaction) throws -> Notice? {
        let id = AgentTask.ID(stored: event.fact.subject.id)
        guard let task = try transaction.tasks.find(id) else { return nil }
        let style = CardStyle(label: label, now: transaction.now)
        // Read only by messages: most events have none.
        func view() throws -> TaskView { try transaction.view(of: task) }
        var redraws = Redraws.confirmations(of: id, after: event)
        if Redraws.areDue(after: event) {
            redraws = try Redraws(event: event, view: view(), style: style, transaction: transaction).all() + redraws
        }
        var neighbours: [AgentTask.ID] = []
        func notice(_ message: ChatMessage?) -> Notice { Notice(task: id, neighbours: neighbours, message: message, redraws: redraws) }
        if Self.changesHolding(event) {
            let view = try view()
            redraws += try Redraws.ofHolders(view, after: event, style, transaction)
            if event.fact.before != event.fact.after { neighbours = view.downstreams.filter(\.edge.isOpenBlocker).map(\.id) }
        }
        switch event.fact.kind {
        case .taskPlanSubmitted:
            let isCurrent = event.fact.data["plan_hash"]?.string == task.plan?.hash
            return notice(isCurrent ? try PlanMessage(view(), style).message() : nil)
        case .taskHelpRequested:
            guard let text = event.fact.data["intervention"]?.string,
                let question = try transaction.interventions.find(Intervention.ID(stored: text))
            else { return notice(nil) }
            return notice(try QuestionMessage(question, of: view(), style).message())
        case .taskFailed:
            return notice(task.state == .failed ? try FailureMessage(view(), style).message() : nil)
        case .taskSubmitted:
            let isOpen = task.state == .review && event.at >= task.since
            return notice(isOpen ? try ResultMessage(view(), style).message() : nil)
        case .taskCompleted:
            return notice(task.state == .done ? try ResultMessage(view(), style).message() : nil)
        case .taskReminded, .taskEscalated:
            guard task.state.waitsForPerson, event.at >= task.since else { return nil }
            let isEscalation = event.fact.kind == .taskEscalated
            var reminder = notice(ReminderMessage(try view(), style, isEscalation: isEscalation).message())
            reminder.isForOwners = isEscalation
            return reminder
        case .taskCancelled:
            guard task.state == .cancelled, event.at >= task.since, try !view().held.isEmpty else { return notice(nil) }
            return notice(try FailureMessage(view(), style).message())
        case .taskDependencyAdded, .taskDependencyRemoved, .taskCreated, .taskEdited, .taskAssigned, .taskStarted, .taskPlanApproved,
            .taskPlanRevised, .taskResponded, .taskApproved, .taskRevised, .taskReleased, .taskRetried, .taskNoted, .taskUnblocked:
            return notice(nil)
        default: return nil
        }
    }

    /// What tasks hold or are held may be another than before.
    private static func changesHolding(_ event: Event) -> Bool {
        switch event.fact.kind {
        case .taskFailed, .taskCancelled, .taskRetried, .taskDependencyAdded, .taskDependencyRemoved, .taskCreated: true
        default: false
        }
    }

    /// The return of a server edits the message that told of its loss; the next loss is a message of its own, or it would not ring.
    private func serverNotice(_ event: Event, _ label: TaskLabel, _ transaction: HubTransaction) throws -> Notice? {
        let name = event.fact.data["name"]?.string ?? "a server"
        switch event.fact.kind {
        case .serverOffline:
            let project = try transaction.projects.find(event.project)
            let numbers = (event.fact.data["tasks"]?.array ?? []).compactMap(\.int)
            let tasks = numbers.map { number in project.map { label.text(number, in: $0) } ?? "#\(number)" }
            return Notice(
                message: ServerMessage.lost(name, tasks: tasks, at: event.at, now: transaction.now),
                key: "\(event.fact.subject)/\(event.sequence)")
        case .serverOnline:
            let loss = try transaction.events.latest(on: event.fact.subject, limit: 50).last {
                $0.fact.kind == .serverOffline && $0.sequence < event.sequence
            }
            let away = event.fact.data["away_seconds"]?.int.map { Duration.seconds($0) }
            return Notice(
                message: ServerMessage.back(name, away: away, at: event.at, now: transaction.now),
                key: loss.map { "\(event.fact.subject)/\($0.sequence)" })
        default: return nil
        }
    }
}
