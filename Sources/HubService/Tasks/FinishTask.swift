import HubCore

/// An agent hands in its result: as done, or for review where one is required or the agent asks for one.
package struct CompleteTask: UseCase {
    package var report: AgentReport
    /// Any JSON.
    package var result: JSONValue
    /// The agent asks for a review, whatever is required.
    package var forReview: Bool

    package init(_ report: AgentReport, result: JSONValue, forReview: Bool = false) {
        (self.report, self.result, self.forReview) = (report, result, forReview)
    }

    package var right: Right { .permission(.report) }
    package func subject(in transaction: HubTransaction) throws -> AgentTask { try report.subject(in: transaction) }

    package func perform(on subject: AgentTask, in transaction: HubTransaction) throws -> TaskOutcome {
        var task = subject
        try checkSize(of: result, named: "result")
        let project = try transaction.project(task.project)
        let needsReview = task.needsReview(in: project)
        let event: AgentTask.Event = forReview ? .submitted : .completed(needsReview: needsReview)
        if task.isRepetition(event) { return TaskOutcome(try transaction.view(of: task, in: project), isRepetition: true) }
        task.result = result
        try transaction.move(&task, event, as: forReview || needsReview ? .taskSubmitted : .taskCompleted)
        return TaskOutcome(try transaction.view(of: task, in: project))
    }
}

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
