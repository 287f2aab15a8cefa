import HubCore

/// An agent begins: to plan where a plan is required, to work otherwise.
package struct StartTask: UseCase {
    package var report: AgentReport

    package init(_ report: AgentReport) {
        self.report = report
    }

    package var right: Right { .permission(.report) }
    package func subject(in transaction: HubTransaction) throws -> AgentTask { try report.subject(in: transaction) }

    package func perform(on subject: AgentTask, in transaction: HubTransaction) throws -> TaskOutcome {
        var task = subject
        let project = try transaction.project(task.project)
        let event = AgentTask.Event.started(planFirst: task.needsPlan(in: project))
        if task.isRepetition(event) { return TaskOutcome(try transaction.view(of: task, in: project), isRepetition: true) }
        guard try transaction.tasks.openBlockers(of: task.id) == 0 else {
            throw HubError.conflict("task #\(task.number) waits for other tasks and cannot start yet")
        }
        try transaction.move(&task, event, as: .taskStarted)
        return TaskOutcome(try transaction.view(of: task, in: project))
    }
}
