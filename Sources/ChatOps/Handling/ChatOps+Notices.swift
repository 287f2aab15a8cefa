import HubCore
import HubService

extension ChatOps {
    /// What an event means for chats (chat page, "What comes by itself"). A decision is told by the card alone: whoever took it
    /// knows. Rendered from the task as it stands, so that what was overtaken meanwhile neither rings nor offers stale buttons.
    package func notice(of event: Event, label: TaskLabel, in transaction: HubTransaction) throws -> Notice? {
        guard var notice = try anyNotice(of: event, label, transaction) else { return nil }
        if notice.message?.urgency == .decision, let id = notice.task ?? notice.message?.topic?.task {
            notice.isUrgent = try transaction.tasks.find(id)?.content.priority == .critical
        }
        return notice
    }

    private func anyNotice(of event: Event, _ label: TaskLabel, _ transaction: HubTransaction) throws -> Notice? {
        switch event.fact.subject.kind {
        case .task: try taskNotice(event, label, transaction)
        case .server: try serverNotice(event, label, transaction)
        case .session: try sessionNotice(event, label, transaction)
        case .schedule: scheduleNotice(event)
        case .pipeline: try pipelineNotice(event, transaction)
        case .project: try CapNotice(event, label, transaction).ofProject()
        case .person, .intervention, .bot, .chat, .token, .rule, .template: nil
        }
    }

    package func card(of view: PipelineView, at now: Timestamp) -> ChatMessage { PipelineCard(view: view, now: now).message() }

    /// A schedule that made nothing; what one made tells of itself.
    private func scheduleNotice(_ event: Event) -> Notice? {
        guard let error = event.fact.data["error"]?.string else { return nil }
        let name = "S\(event.fact.data["number"]?.int ?? 0) \(AgentText.line(event.fact.data["name"]?.string ?? "", limit: 60))"
        let reason = AgentText.line(error, limit: 400)
        guard event.fact.kind == .scheduleChanged else {
            let text = "⏰ \(name) was due, and nothing was created: \(reason)"
            return Notice(message: ChatMessage(ChatText(text), urgency: .decision))
        }
        let number = event.fact.data["number"]?.int ?? 0
        let text =
            "⏸ \(name) was due and is paused now: \(reason). Remove it (/schedule remove S\(number)), and add it anew to run it as yourself."
        var notice = Notice(message: ChatMessage(ChatText(text), urgency: .decision))
        notice.isForOwners = true
        return notice
    }

    private func pipelineNotice(_ event: Event, _ transaction: HubTransaction) throws -> Notice? {
        guard event.fact.kind == .pipelineFinished,
            let run = try transaction.pipelines.find(PipelineRun.ID(stored: event.fact.subject.id)), run.finishedAt != nil
        else { return nil }
        return Notice(message: PipelineCard(view: try transaction.view(of: run), now: transaction.now).finished())
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
        case .taskGaveUp:
            guard task.state == .failed, task.attempt == event.fact.data["attempt"]?.int else { return nil }
            var escalation = Notice(task: id, message: FailureMessage(try view(), style).escalation())
            escalation.isForOwners = true
            return escalation
        case .taskRetryStopped:
            let view = try view()
            guard task.state == .failed, view.retry?.due == nil else { return notice(nil) }
            let message = FailureMessage(view, style).message()
            redraws.append(.init(.failure(id), message))
            neighbours = view.held.map(\.id)
            return notice(view.held.isEmpty ? nil : message)
        case .taskSubmitted:
            let isOpen = task.state == .review && event.at >= task.since
            return notice(isOpen ? try ResultMessage(view(), style).message() : nil)
        case .taskCompleted:
            return notice(task.state == .done ? try ResultMessage(view(), style).message() : nil)
        case .taskStalled:
            guard let message = try stall(event, view(), style) else { return notice(nil) }
            return notice(message)
        case .fileDelivered, .fileReceived, .fileFailed: return nil
        case .taskCapped, .taskUncapped: return try CapNotice(event, label, transaction).of(view(), style)
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

    /// A silence that was overtaken meanwhile is none.
    private func stall(_ event: Event, _ view: TaskView, _ style: CardStyle) throws -> ChatMessage? {
        guard view.task.state.isPlaced, !view.task.state.waitsForPerson, view.task.attempt == event.fact.data["attempt"]?.int,
            let level = event.fact.data["level"]?.string.flatMap(MarkStalled.Level.init(rawValue:)),
            let since = event.fact.data["since"]?.int
        else { return nil }
        return StallMessage(view: view, style: style, level: level, since: Timestamp(milliseconds: Int64(since))).message()
    }

    /// What a terminal waits for. Its cards are settled when somebody types, when it asks something else, and when it is over.
    private func sessionNotice(_ event: Event, _ label: TaskLabel, _ transaction: HubTransaction) throws -> Notice? {
        guard let session = try transaction.sessions.find(Session.ID(stored: event.fact.subject.id)) else { return nil }
        let view = try transaction.view(of: session)
        let card = SessionCard(view, in: try transaction.project(session.project), CardStyle(label: label, now: transaction.now))
        let task = session.task ?? view.task?.id
        func settled(_ sentence: String) throws -> Notice.Redraw? {
            guard
                let last = try transaction.events.latest(on: event.fact.subject, limit: 100).last(where: {
                    $0.fact.kind == .sessionWaiting && $0.sequence < event.sequence
                })
            else { return nil }
            return .init(.prompt(session.id, task), prompt(last, card).settled(sentence))
        }
        let time = event.at.words(at: transaction.now)
        switch event.fact.kind {
        case .sessionWaiting:
            let redraws = [try settled("It asks something else now.")].compactMap(\.self)
            // Told late, as after quiet hours, it may be gone from the screen.
            let isOvertaken = try transaction.events.latest(on: event.fact.subject, limit: 100).contains {
                $0.sequence > event.sequence && [.sessionWaiting, .sessionTyped, .sessionResumed].contains($0.fact.kind)
            }
            let message = session.isOver || isOvertaken ? nil : prompt(event, card).message()
            return Notice(task: task, message: message, redraws: redraws)
        case .sessionTyped:
            let by = AgentText.line(event.fact.actor.name, limit: 64)
            guard let redraw = try settled("✍️ \(by) typed, \(time).") else { return nil }
            return Notice(task: task, redraws: [redraw])
        case .sessionResumed:
            // Who typed is told already, and is why it goes on.
            let latest = try transaction.events.latest(on: event.fact.subject, limit: 100).last {
                $0.sequence < event.sequence && ($0.fact.kind == .sessionWaiting || $0.fact.kind == .sessionTyped)
            }
            guard latest?.fact.kind == .sessionWaiting, let redraw = try settled("▶️ It goes on, \(time).") else { return nil }
            return Notice(task: task, redraws: [redraw])
        case .sessionClosed, .sessionFailed:
            let redraws = [try settled("The terminal \(card.standing).")].compactMap(\.self)
            // Of a task's terminal its task tells.
            guard event.fact.kind == .sessionFailed, task == nil else {
                return redraws.isEmpty ? nil : Notice(task: task, redraws: redraws)
            }
            var text = card.heading("🔴", " · \(AgentText.line(session.name, limit: 64))")
            text.nextLine(ChatText("It \(card.standing)."))
            return Notice(message: ChatMessage(text, urgency: .decision, topic: card.topic), redraws: redraws)
        default: return nil
        }
    }

    private func prompt(_ event: Event, _ card: SessionCard) -> PromptMessage {
        PromptMessage(
            card: card, kind: event.fact.data["kind"]?.string.flatMap(Session.Prompt.init(rawValue:)) ?? .unknown,
            text: event.fact.data["text"]?.string ?? "", prompt: event.fact.data["prompt"]?.string, since: event.at)
    }

    package func countdown(of session: Session, label: TaskLabel, in transaction: HubTransaction) throws -> Countdown? {
        guard !session.isOver, try transaction.sessions.prompt(of: session.id) != nil,
            let last = try transaction.events.latest(on: .session(session.id), limit: 100).last(where: {
                $0.fact.kind == .sessionWaiting || $0.fact.kind == .sessionTyped || $0.fact.kind == .sessionResumed
            }), last.fact.kind == .sessionWaiting
        else { return nil }
        let card = SessionCard(
            try transaction.view(of: session), in: try transaction.project(session.project), CardStyle(label: label, now: transaction.now))
        return prompt(last, card).countdown(event: last.sequence)
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
