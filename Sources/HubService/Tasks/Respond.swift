import HubCore

/// Answers a question of an agent, and lets its task go on.
package struct Respond: UseCase {
    package enum Target: Hashable, Sendable {
        case intervention(Intervention.ID)
        /// The open question of a task.
        case task(TaskReference)
    }

    package var target: Target
    package var answer: String

    package init(to target: Target, _ answer: String) {
        (self.target, self.answer) = (target, answer)
    }

    package struct Outcome: Codable, Sendable {
        package let view: TaskView
        package let intervention: Intervention
        package let isRepetition: Bool
    }

    package var right: Right { .permission(.answer) }

    package func subject(in transaction: HubTransaction) throws -> (AgentTask, Intervention?) {
        switch target {
        case .intervention(let id):
            guard let intervention = try transaction.interventions.find(id) else { throw HubError.notFound("there is no question \(id)") }
            return (try transaction.task(.id(intervention.task)), intervention)
        case .task(let reference):
            let task = try transaction.task(reference)
            return (task, try transaction.interventions.latest(of: task.id))
        }
    }

    package func scope(of subject: (AgentTask, Intervention?)) -> Scope {
        Scope(project: subject.0.project, task: subject.0, intervention: subject.1)
    }

    package func perform(on subject: (AgentTask, Intervention?), in transaction: HubTransaction) throws -> Outcome {
        var task = subject.0
        try checkText(answer, named: "answer", limit: AgentTask.Content.maximumSpec)
        guard var intervention = subject.1 else {
            throw HubError.conflict("task #\(task.number) is \(task.state.predicate) and asks nothing")
        }
        if let given = intervention.answer, given.text == answer, given.by == transaction.caller.actor {
            return Outcome(view: try transaction.view(of: task), intervention: intervention, isRepetition: true)
        }
        if let spending = intervention.content.spending {
            guard let choice = spending.choice(answer) else { throw spending.refusal(of: answer) }
            if let given = intervention.answer, given.text == spending.label(of: choice), given.by == transaction.caller.actor {
                return Outcome(view: try transaction.view(of: task), intervention: intervention, isRepetition: true)
            }
            try transaction.decide(choice, on: &intervention, about: spending, of: &task)
            return Outcome(view: try transaction.view(of: task), intervention: intervention, isRepetition: false)
        }
        try transaction.answer(&intervention, of: &task, answer, by: transaction.caller.actor)
        return Outcome(view: try transaction.view(of: task), intervention: intervention, isRepetition: false)
    }
}
