import HubCore
import HubService

/// What the messages become that asked for something which an event has settled, whichever way it came: by a button elsewhere, by a
/// reply, by a command, over REST, or because the task was taken away.
struct Redraws {
    let event: Event
    let view: TaskView
    let style: CardStyle
    let transaction: HubTransaction

    private var task: AgentTask { view.task }

    /// The state that the event ended, if something in a chat asked about it.
    private static func settled(by event: Event) -> AgentTask.State? {
        guard event.fact.before != event.fact.after, let before = event.fact.before.flatMap(AgentTask.State.init(rawValue:)) else {
            return nil
        }
        return before.waitsForPerson || before.holdsDependentsForGood ? before : nil
    }

    static func areDue(after event: Event) -> Bool { settled(by: event) != nil || answersSession(event) }

    /// A question to another session was answered; its task has gone on meanwhile.
    private static func answersSession(_ event: Event) -> Bool { event.fact.kind == .taskResponded && event.fact.before == nil }

    /// The questions of ours, “really cancel?”, whose action is not possible any more: they lose their buttons.
    static func confirmations(of task: AgentTask.ID, after event: Event) -> [Notice.Redraw] {
        func state(_ text: String?) -> AgentTask.State? { text.flatMap(AgentTask.State.init(rawValue:)) }
        guard let before = state(event.fact.before), let after = state(event.fact.after) else { return [] }
        return StopAction.allCases.filter { before.after($0.event) != nil && after.after($0.event) == nil }
            .map { .init(.confirmation(task, $0), nil) }
    }

    func all() throws -> [Notice.Redraw] {
        if Self.answersSession(event) { return [try question()].compactMap(\.self) }
        guard let before = Self.settled(by: event) else { return [] }
        return switch before {
        case .planReview: [plan].compactMap(\.self)
        case .needsHuman: [try question()].compactMap(\.self)
        case .review: [.init(.review(task.id), task.result.map { _ in ResultMessage(view, style, decision: decision).redrawn() })]
        // The next attempt has forgotten why the last one failed: the words stay.
        case .failed, .cancelled: [.init(.failure(task.id), nil)]
        case .pending, .assigned, .planning, .running, .done: []
        }
    }

    /// The messages about what failed or was cancelled list what that holds up; an edge was added or dropped, or a task that is held
    /// came, went for good, or came back.
    static func ofHolders(_ view: TaskView, after event: Event, _ style: CardStyle, _ transaction: HubTransaction) throws -> [Notice.Redraw]
    {
        var holders = view.upstreams.filter { $0.edge.isOpenBlocker && $0.state.holdsDependentsForGood }.map(\.id)
        switch event.fact.kind {
        case .taskDependencyRemoved:
            if let number = event.fact.data["on"]?.int, let other = try transaction.tasks.find(number: number, in: event.project),
                other.state.holdsDependentsForGood
            {
                holders.append(other.id)
            }
        case .taskDependencyAdded, .taskCreated, .taskCancelled, .taskRetried: break
        default: return []
        }
        return try holders.map { holder in
            let message = try transaction.tasks.find(holder).map { FailureMessage(try transaction.view(of: $0), style).message() }
            return Notice.Redraw(.failure(holder), message)
        }
    }

    private var decision: AgentTask.Decision? {
        switch event.fact.kind {
        case .taskPlanApproved, .taskApproved: .init(.approved, by: event.fact.actor, at: event.at)
        case .taskPlanRevised, .taskRevised: .init(.revised, by: event.fact.actor, at: event.at)
        default: nil
        }
    }

    private var plan: Notice.Redraw? {
        guard let hash = event.fact.data["plan_hash"]?.string ?? task.plan?.hash else { return nil }
        let topic = Topic.plan(task.id, hash: hash)
        if task.plan?.hash == hash, let message = PlanMessage(view, style).redrawn() { return .init(topic, message) }
        // A new attempt has no plan yet: the words stay.
        guard task.plan != nil || decision != nil else { return .init(topic, nil) }
        var text = style.heading(view, emoji: "📋", " plan:")
        text.nextLine(ChatText(decision?.sentence(at: style.now) ?? "This plan was replaced by a newer one."))
        text.nextLine(ChatText(style.label.link(view)))
        return .init(topic, ChatMessage(text, urgency: .card, topic: topic))
    }

    private func question() throws -> Notice.Redraw? {
        let named = try event.fact.data["intervention"]?.string.flatMap {
            try transaction.interventions.find(Intervention.ID(stored: $0))
        }
        guard let question = try named ?? transaction.interventions.latest(of: task.id) else { return nil }
        return .init(.intervention(question.id, task.id), QuestionMessage(question, of: view, style).message())
    }
}
