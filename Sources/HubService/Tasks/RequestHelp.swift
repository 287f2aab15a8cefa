import HubCore

/// An agent asks a person, and waits; or another session, and goes on meanwhile.
package struct RequestHelp: UseCase {
    package var report: AgentReport
    package var content: Intervention.Content
    /// The session that is asked; `nil`: people are.
    package var target: Session.ID?

    package init(_ report: AgentReport, _ content: Intervention.Content, to target: Session.ID? = nil) {
        (self.report, self.content, self.target) = (report, content, target)
    }

    package struct Outcome: Codable, Sendable {
        package let view: TaskView
        package let intervention: Intervention
        package let isRepetition: Bool
    }

    package var right: Right { .permission(.report) }
    package func subject(in transaction: HubTransaction) throws -> AgentTask { try report.subject(in: transaction) }

    package func perform(on subject: AgentTask, in transaction: HubTransaction) throws -> Outcome {
        var (task, content) = (subject, self.content)
        if let target { content.target = try transaction.target(target, asked: content.kind, by: task) }
        try checkText(content.question, named: "question", limit: 16_384)
        if let context = content.context {
            try checkText(context, named: "context", limit: AgentTask.Content.maximumSpec, mayBeEmpty: true)
        }
        guard content.options.count <= Intervention.Content.maximumOptions else {
            throw HubError.invalid("\(content.options.count) options are too many: \(Intervention.Content.maximumOptions) are allowed")
        }
        for option in content.options {
            try checkText(option.id, named: "id of an option", limit: 64)
            try checkText(option.label, named: "label of an option", limit: 256)
        }
        if let urgency = content.urgency { try checkText(urgency, named: "urgency", limit: 64, mayBeEmpty: true) }
        do { try content.checkStandby() } catch { throw HubError.invalid(error.description) }
        if let open = try transaction.interventions.open(of: task.id) {
            if open.content.question == content.question, open.content.target == content.target, open.attempt == task.attempt {
                return Outcome(view: try transaction.view(of: task), intervention: open, isRepetition: true)
            }
            // Who needs people waits for no other agent.
            guard open.content.target != nil, content.target == nil else {
                throw HubError.conflict("task #\(task.number) already asks another question, which waits for its answer")
            }
            try transaction.withdrawQuestion(of: task)
        }
        // The question is stored first: moving the task makes its event, which subscribers read together with the question.
        guard task.state.after(.helpRequested) != nil else { throw AgentTask.IllegalTransition(task: task, event: .helpRequested) }
        let intervention = Intervention(id: .random(), task: task, content: content, at: transaction.now)
        try transaction.interventions.insert(intervention)
        transaction.awaitAnswer(to: intervention)
        if let target = content.target {
            try transaction.ask(target, intervention, for: task)
            return Outcome(view: try transaction.view(of: task), intervention: intervention, isRepetition: false)
        }
        try transaction.move(&task, .helpRequested, as: .taskHelpRequested, data: ["intervention": JSONValue(intervention.id)])
        return Outcome(view: try transaction.view(of: task), intervention: intervention, isRepetition: false)
    }
}
