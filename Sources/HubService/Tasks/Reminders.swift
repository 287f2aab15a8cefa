import HubCore
import HubStore

/// Looks at a task that waits for a person: reminds, and later tells the owners. Once each for a wait, whatever restarts come between.
package struct RemindPeople: UseCase {
    package var task: AgentTask.ID
    /// The beginning of the wait that is meant.
    package var since: Timestamp

    package init(of task: AgentTask.ID, waitingSince since: Timestamp) {
        (self.task, self.since) = (task, since)
    }

    package var right: Right { .hub }
    package func subject(in transaction: HubTransaction) throws -> AgentTask { try transaction.task(.id(task)) }

    package func perform(on task: AgentTask, in transaction: HubTransaction) throws -> Done {
        guard task.state.waitsForPerson, task.since == since else { return Done() }
        let patience = task.patience(in: try transaction.project(task.project))
        var told = try transaction.reminders.step(task.id, since: since)
        let waited = transaction.now.since(since)
        if let step = patience.step(after: waited, told: told) {
            try transaction.reminders.put(step, task.id, since: since)
            let question = task.state == .needsHuman ? try transaction.interventions.open(of: task.id) : nil
            try transaction.append(
                step == .escalated ? .taskEscalated : .taskReminded, on: .task(task.id), in: task.project, by: .hub,
                data: [
                    "number": JSONValue(task.number), "attempt": JSONValue(task.attempt), "state": .string(task.state.rawValue),
                    "since": JSONValue(since.milliseconds), "waited_seconds": JSONValue(waited.milliseconds / 1000),
                    "intervention": JSONValue(question?.id.text),
                ])
            told = step
        }
        if let next = patience.next(told: told) { transaction.remind(of: task, due: since + next) }
        return Done()
    }
}

/// The hub starts: the timers of the last run are gone.
package struct ResumeReminders: UseCase {
    package init() {}

    package var right: Right { .hub }

    package func perform(on _: Void, in transaction: HubTransaction) throws -> Done {
        for project in try transaction.projects.all() { try transaction.remindOfAll(in: project) }
        for intervention in try transaction.interventions.open() { transaction.awaitAnswer(to: intervention) }
        return Done()
    }
}

/// The time for an answer is over: the hub gives the one that the agent declared for that case.
package struct TakeStandby: UseCase {
    package var intervention: Intervention.ID

    package init(for intervention: Intervention.ID) {
        self.intervention = intervention
    }

    package var right: Right { .hub }
    package func scope(of subject: Intervention?) -> Scope { Scope(project: subject?.project, intervention: subject) }
    package func subject(in transaction: HubTransaction) throws -> Intervention? { try transaction.interventions.find(intervention) }

    package func perform(on subject: Intervention?, in transaction: HubTransaction) throws -> Done {
        guard var intervention = subject, intervention.state == .pending, let standby = intervention.standby,
            standby.due <= transaction.now
        else { return Done() }
        var task = try transaction.task(.id(intervention.task))
        try transaction.answer(&intervention, of: &task, standby.option.label, by: .standby)
        return Done()
    }
}

extension HubTransaction {
    /// Stores an answer, and lets the task go on with it.
    func answer(
        _ intervention: inout Intervention, of task: inout AgentTask, _ text: String, by actor: Actor, data: JSONValue = .object([])
    ) throws {
        try intervention.respond(.init(text: text, by: actor, at: now))
        try interventions.save(intervention)
        if intervention.content.target == nil {
            try goOn(&task, with: intervention, text, data: data)
        } else {
            try passOn(text, to: task, answering: intervention)
        }
    }

    /// Lets a task go on whose question is answered, and tells its agent.
    func goOn(_ task: inout AgentTask, with intervention: Intervention, _ text: String, data: JSONValue = .object([])) throws {
        var data = JSONValue.object([.init("intervention", JSONValue(intervention.id))]).adding(data)
        let isStandby = intervention.answer?.by == .standby
        if isStandby { data = data.adding(["standby": true]) }
        // Told first: where it pauses again at once, that is the last word.
        try tell(task, .interventionResponse, ["response": .string(text)])
        try move(&task, .responded(resuming: task.asker ?? .running), as: .taskResponded, by: isStandby ? .hub : nil, data: data)
    }

    /// Looks at the task again when somebody has to be told that it waits.
    func remind(of task: AgentTask, due: Timestamp) {
        let (id, since) = (task.id, task.since)
        afterCommit { $0.timers.add(.reminder(id, since: since), due: due) }
    }

    /// A wait for a person begins, or its limits have changed.
    func remind(of task: AgentTask) throws {
        guard task.state.waitsForPerson else { return }
        let patience = task.patience(in: try project(task.project))
        let told = try reminders.step(task.id, since: task.since)
        if let next = patience.next(told: told) { remind(of: task, due: task.since + next) }
    }

    func remindOfAll(in project: Project) throws {
        for state in AgentTask.State.allCases where state.waitsForPerson {
            for task in try tasks.all(in: project.id, state) { try remind(of: task) }
        }
    }

    func awaitAnswer(to intervention: Intervention) {
        guard let due = intervention.standby?.due else { return }
        let id = intervention.id
        afterCommit { $0.timers.add(.answer(id), due: due) }
    }
}
