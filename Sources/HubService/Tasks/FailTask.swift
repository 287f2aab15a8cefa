import HubCore

/// An agent gives up.
package struct FailTask: UseCase {
    package var report: AgentReport
    /// What went wrong, in the agent's words.
    package var error: String

    package init(_ report: AgentReport, error: String) {
        (self.report, self.error) = (report, error)
    }

    package var right: Right { .permission(.report) }
    package func subject(in transaction: HubTransaction) throws -> AgentTask { try report.subject(in: transaction) }

    package func perform(on subject: AgentTask, in transaction: HubTransaction) throws -> TaskOutcome {
        var task = subject
        try checkText(error, named: "error", limit: maximumReportBytes, mayBeEmpty: true)
        if task.isRepetition(.failed) { return TaskOutcome(try transaction.view(of: task), isRepetition: true) }
        task.failure = error
        try transaction.move(&task, .failed, as: .taskFailed)
        return TaskOutcome(try transaction.view(of: task))
    }
}
