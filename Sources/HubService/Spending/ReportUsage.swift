import HubCore
import HubStore

/// An agent says what it has used in its attempt so far. At a cap the task pauses, and people are asked.
///
/// What was spent was spent: a report that names an attempt which is over counts for that one, and changes nothing else.
package struct ReportUsage: UseCase {
    package var report: AgentReport
    package var usage: UsageReport

    package init(_ report: AgentReport, _ usage: UsageReport) {
        (self.report, self.usage) = (report, usage)
    }

    package struct Subject {
        let task: AgentTask
        /// The attempt, where it is over and no more the caller's.
        let past: Attempt?
    }

    package struct Outcome: Codable, Sendable {
        package let view: TaskView
        /// The attempt that the report was counted for, where that is not the task's present one.
        package let pastAttempt: Int?
        /// The hub's question, where the task waits at a cap.
        package let intervention: Intervention?
        /// All of it was known already; nothing was written.
        package let isRepetition: Bool

        package var attempt: Int { pastAttempt ?? view.task.attempt }

        /// There is nothing more to be done in it.
        package var isAttemptOver: Bool { attempt != view.task.attempt || !view.task.state.isPlaced }
    }

    /// How many counts, by model and run, an attempt may have.
    package static let maximumCounts = 64

    package var right: Right { .permission(.report) }
    package func scope(of subject: Subject) -> Scope {
        Scope(project: subject.task.project, task: subject.task, pastAttempt: subject.past)
    }

    package func subject(in transaction: HubTransaction) throws -> Subject {
        let task = try transaction.task(report.task)
        guard case .agent(let server, let session, _) = transaction.caller, let number = report.attempt,
            number != task.attempt || server.id != task.server || (session != nil && session != task.session),
            let past = try transaction.attempts.find(number, of: task.id), past.closedAt != nil, past.server == server.id
        else { return Subject(task: try report.subject(in: transaction), past: nil) }
        return Subject(task: task, past: past)
    }

    package func perform(on subject: Subject, in transaction: HubTransaction) throws -> Outcome {
        var task = subject.task
        let attempt = subject.past?.number ?? task.attempt
        let usage: UsageReport
        do { usage = try self.usage.checked(currency: transaction.spending.currency) } catch { throw HubError.invalid(error.description) }
        guard
            try transaction.usage.isKnown(usage, of: task.id, attempt: attempt)
                || transaction.usage.counts(of: task.id, attempt: attempt) < Self.maximumCounts
        else {
            throw HubError.invalid(
                "an attempt has at most \(Self.maximumCounts) counts, by model and run: report the totals of those that there are")
        }
        let more = try transaction.book(usage, of: task, attempt: attempt)
        if !more.isZero {
            try transaction.append(
                .taskSpent, on: .task(task.id), in: task.project,
                data: [
                    "number": JSONValue(task.number), "attempt": JSONValue(attempt), "model": .string(usage.model),
                    "tokens_in": JSONValue(more.tokensIn), "tokens_out": JSONValue(more.tokensOut), "cost": .string(more.cost.description),
                    "spent": .string((try transaction.usage.total(of: task.id) ?? .zero).cost.description),
                    "currency": .string(transaction.spending.currency),
                ])
            // The attempt that goes on now is stopped by its own next report, not by that of another machine.
            if subject.past == nil { try transaction.pauseIfOverspent(&task) }
        }
        let view = try transaction.view(of: task)
        let question = subject.past == nil ? view.openIntervention : nil
        return Outcome(
            view: view, pastAttempt: subject.past?.number, intervention: question.flatMap { $0.content.spending == nil ? nil : $0 },
            isRepetition: more.isZero)
    }
}
