import HubCore
import HubStore

/// A failed task's pause is over: the next attempt begins.
package struct TryAgain: UseCase {
    package var task: AgentTask.ID

    package init(_ task: AgentTask.ID) {
        self.task = task
    }

    package var right: Right { .hub }
    package func subject(in transaction: HubTransaction) throws -> AgentTask { try transaction.task(.id(task)) }

    package func perform(on subject: AgentTask, in transaction: HubTransaction) throws -> Done {
        guard subject.state == .failed, let policy = subject.content.retry, let entry = try transaction.retries.find(subject.id),
            let due = entry.due, due <= transaction.now
        else { return Done() }
        var task = subject
        try transaction.move(
            &task, .retried, as: .taskRetried, by: .hub,
            data: ["automatic": true, "try": JSONValue(entry.failures + 1), "tries": JSONValue(policy.attempts)])
        return Done()
    }
}

/// Lets a failed task be, which the hub would try again.
package struct StopRetry: UseCase {
    package var task: TaskReference

    package init(_ task: TaskReference) {
        self.task = task
    }

    package var right: Right { .permission(.retryTask) }
    package func subject(in transaction: HubTransaction) throws -> AgentTask { try transaction.task(task) }

    package func perform(on task: AgentTask, in transaction: HubTransaction) throws -> TaskOutcome {
        guard try transaction.stopRetry(of: task) else {
            throw HubError.conflict("task #\(task.number) is \(task.state.predicate) and is not tried again by itself")
        }
        return TaskOutcome(try transaction.view(of: task))
    }
}

extension TaskView {
    /// How a task stands that the hub tries again by itself.
    package struct Retry: Hashable, Sendable, Codable {
        /// Attempts that failed since somebody last tried it by hand.
        package let failures: Int
        /// How many attempts there are in all.
        package let attempts: Int
        /// When the next one begins; `nil` while one is under way, after the last, and where somebody stopped it.
        package let due: Timestamp?

        package init(failures: Int, attempts: Int, due: Timestamp?) {
            (self.failures, self.attempts, self.due) = (failures, attempts, due)
        }

        /// “attempt 2 of 3”.
        package var next: String { "attempt \(failures + 1) of \(attempts)" }
        /// No attempt is left.
        package var isExhausted: Bool { due == nil && failures >= attempts }
    }
}

extension HubTransaction {
    /// Counts a failure under the task's policy and plans the next try; forgets the count where somebody tries again by hand, and at the
    /// end.
    ///
    /// - Returns: what the transition's event says of it.
    func planRetry(after transition: AgentTask.Transition, of task: AgentTask, by actor: Actor?) throws -> JSONValue {
        switch transition.event {
        case .failed:
            guard let policy = task.content.retry else { return .object([]) }
            let failures = (try retries.find(task.id)?.failures ?? 0) + 1
            guard policy.allowsAnother(after: failures) else {
                try retries.put(task.id, failures: failures, due: nil)
                return ["gave_up": true, "tries": JSONValue(policy.attempts)]
            }
            let due = now + policy.pause(after: failures)
            try retries.put(task.id, failures: failures, due: due)
            let id = task.id
            afterCommit { $0.timers.add(.retry(id), due: due) }
            return ["retry_at": JSONValue(due), "try": JSONValue(failures + 1), "tries": JSONValue(policy.attempts)]
        case .released(.serverLost):
            guard task.content.retry != nil else { return .object([]) }
            try retries.put(task.id, failures: (try retries.find(task.id)?.failures ?? 0) + 1, due: nil)
            return .object([])
        case .retried:
            if let entry = try retries.find(task.id) {
                if actor == .hub { try retries.put(task.id, failures: entry.failures, due: nil) } else { try retries.remove(task.id) }
            }
            return .object([])
        case .completed, .approved, .cancelled:
            if transition.after.isFinal, task.content.retry != nil { try retries.remove(task.id) }
            return .object([])
        case .assigned, .started, .planSubmitted, .planApproved, .planRevised, .submitted, .helpRequested, .responded, .revised,
            .released(.byHand):
            return .object([])
        }
    }

    /// The server of `task` stayed away past its lease: the task goes back, or has failed where that was the last of its tries.
    func lose(_ task: inout AgentTask, on server: String) throws {
        let data: JSONValue = ["cause": "server_lost", "server": .string(server)]
        if let policy = task.content.retry, !policy.allowsAnother(after: (try retries.find(task.id)?.failures ?? 0) + 1) {
            task.failure = "\(server) was lost, and this was the last of \(policy.attempts) attempts"
            try move(&task, .failed, as: .taskFailed, by: .hub, data: data)
        } else {
            try move(&task, .released(.serverLost), as: .taskReleased, by: .hub, data: data)
        }
    }

    /// - Returns: false if nothing was planned.
    func stopRetry(of task: AgentTask) throws -> Bool {
        guard let entry = try retries.find(task.id), entry.due != nil else { return false }
        try retries.put(task.id, failures: entry.failures, due: nil)
        try append(
            .taskRetryStopped, on: .task(task.id), in: task.project,
            data: ["number": JSONValue(task.number), "attempt": JSONValue(task.attempt)])
        try settlePipeline(of: task.id)
        return true
    }

    func retry(of task: AgentTask) throws -> TaskView.Retry? {
        guard let policy = task.content.retry, let entry = try retries.find(task.id) else { return nil }
        return .init(failures: entry.failures, attempts: policy.attempts, due: entry.due)
    }
}
