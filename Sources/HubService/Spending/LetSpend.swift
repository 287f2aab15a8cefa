import HubCore
import HubStore

/// Lets a task go on that a cap keeps from being worked on: by a higher cap, or over it this once.
package struct LetSpend: UseCase {
    package var task: TaskReference
    package var choice: Intervention.Spending.Choice

    package init(_ task: TaskReference, _ choice: Intervention.Spending.Choice) {
        (self.task, self.choice) = (task, choice)
    }

    package var right: Right { .permission(.decide) }
    package func subject(in transaction: HubTransaction) throws -> AgentTask { try transaction.task(task) }

    package func perform(on subject: AgentTask, in transaction: HubTransaction) throws -> TaskOutcome {
        var task = subject
        if var open = try transaction.interventions.open(of: task.id), let spending = open.content.spending {
            try transaction.decide(choice, on: &open, about: spending, of: &task)
            return TaskOutcome(try transaction.view(of: task))
        }
        guard !task.state.isFinal, let cap = try transaction.reachedCap(for: task) else {
            throw HubError.conflict("task #\(task.number) is \(task.state.predicate), and no cap keeps it from going on")
        }
        let spending = Intervention.Spending(cap)
        guard spending.choices.contains(choice), choice != .stop else { throw spending.refusal(of: choice.rawValue) }
        try transaction.allow(choice, spending, for: &task)
        if let stored = try transaction.tasks.find(task.id) { task = stored }
        if task.state == .pending { try transaction.place(&task) }
        return TaskOutcome(try transaction.view(of: task))
    }
}

/// A quarter of an hour is over, and with it perhaps some project's day: what waited for the next one goes.
package struct BeginSpendingDay: UseCase {
    package init() {}

    package var right: Right { .hub }

    package func perform(on _: Void, in transaction: HubTransaction) throws -> Done {
        for project in try transaction.projects.all() {
            let isTold = try !transaction.capNotices.entries(of: .project(project.id)).isEmpty
            guard isTold || project.settings.dayCap != nil || transaction.spending.dayCap != nil else { continue }
            try transaction.fillAll(in: project.id)
        }
        return Done()
    }

    /// Days begin at whole quarters of an hour, in every time zone.
    package static func next(after now: Timestamp) -> Timestamp {
        let quarter: Int64 = 900_000
        return Timestamp(milliseconds: (now.milliseconds / quarter + 1) * quarter)
    }
}

extension HubTransaction {
    /// What a person answers to the hub's own question at a cap.
    func decide(
        _ choice: Intervention.Spending.Choice, on intervention: inout Intervention, about spending: Intervention.Spending,
        of task: inout AgentTask
    ) throws {
        let text = spending.label(of: choice)
        guard intervention.state == .pending else { throw Intervention.AlreadyDecided(intervention: intervention) }
        guard spending.choices.contains(choice) else { throw spending.refusal(of: choice.rawValue) }
        if choice == .stop {
            try Gate.admit(caller, .permission(.cancelTask), on: .task(task), in: self)
            try intervention.respond(.init(text: text, by: caller.actor, at: now))
            try interventions.save(intervention)
            try move(&task, .cancelled, as: .taskCancelled, data: ["intervention": JSONValue(intervention.id)])
            return
        }
        // Answered first: a raise lets others go on whom the cap held, and this one by this answer.
        try intervention.respond(.init(text: text, by: caller.actor, at: now))
        try interventions.save(intervention)
        try allow(choice, spending, for: &task)
        // A raise may have placed other tasks, and changed this one.
        if let stored = try tasks.find(task.id) { task = stored }
        try goOn(&task, with: intervention, text)
    }
}

extension Intervention.Spending {
    func refusal(of answer: String) -> HubError {
        let accepted = choices.map { "“\(label(of: $0))”" }.joined(separator: ", ")
        return .invalid("“\(answer.prefix(80))” is no answer to this: choose one of \(accepted)")
    }
}
