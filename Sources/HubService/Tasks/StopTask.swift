import HubCore

/// Ends a task for good, unless somebody retries it. One that failed and would be tried again stays failed.
package struct CancelTask: UseCase {
    package var task: TaskReference

    package init(_ task: TaskReference) {
        self.task = task
    }

    package var right: Right { .permission(.cancelTask) }
    package func subject(in transaction: HubTransaction) throws -> AgentTask { try transaction.task(task) }

    package func perform(on subject: AgentTask, in transaction: HubTransaction) throws -> TaskOutcome {
        var task = subject
        if task.state == .failed, try transaction.stopRetry(of: task) { return TaskOutcome(try transaction.view(of: task)) }
        try transaction.move(&task, .cancelled, as: .taskCancelled)
        return TaskOutcome(try transaction.view(of: task))
    }
}

/// Lets a failed or cancelled task wait for a server again: the next attempt.
package struct RetryTask: UseCase {
    package var task: TaskReference

    package init(_ task: TaskReference) {
        self.task = task
    }

    package var right: Right { .permission(.retryTask) }
    package func subject(in transaction: HubTransaction) throws -> AgentTask { try transaction.task(task) }

    package func perform(on subject: AgentTask, in transaction: HubTransaction) throws -> TaskOutcome {
        var task = subject
        try transaction.move(&task, .retried, as: .taskRetried)
        return TaskOutcome(try transaction.view(of: task))
    }
}

/// Takes a task back from its server by hand.
package struct ReleaseTask: UseCase {
    package var task: TaskReference

    package init(_ task: TaskReference) {
        self.task = task
    }

    package var right: Right { .permission(.releaseTask) }
    package func subject(in transaction: HubTransaction) throws -> AgentTask { try transaction.task(task) }

    package func perform(on subject: AgentTask, in transaction: HubTransaction) throws -> TaskOutcome {
        var task = subject
        try transaction.move(&task, .released(.byHand), as: .taskReleased, data: ["cause": "by_hand"])
        return TaskOutcome(try transaction.view(of: task))
    }
}
