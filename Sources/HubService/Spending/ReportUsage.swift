import HubCore
import HubStore

/// An agent says what it has used in its attempt so far. At a cap the task pauses, and people are asked.
package struct ReportUsage: UseCase {
    package var report: AgentReport
    package var usage: UsageReport

    package init(_ report: AgentReport, _ usage: UsageReport) {
        (self.report, self.usage) = (report, usage)
    }

    package struct Outcome: Codable, Sendable {
        package let view: TaskView
        /// The hub's question, where the task waits at a cap.
        package let intervention: Intervention?
        /// All of it was known already; nothing was written.
        package let isRepetition: Bool
    }

    /// How many counts, by model and run, an attempt may have.
    package static let maximumCounts = 64

    package var right: Right { .permission(.report) }
    package func subject(in transaction: HubTransaction) throws -> AgentTask { try report.subject(in: transaction) }

    package func perform(on subject: AgentTask, in transaction: HubTransaction) throws -> Outcome {
        var task = subject
        let usage: UsageReport
        do { usage = try self.usage.checked(currency: transaction.spending.currency) } catch { throw HubError.invalid(error.description) }
        guard try transaction.usage.isKnown(usage, of: task) || transaction.usage.counts(of: task) < Self.maximumCounts else {
            throw HubError.invalid(
                "an attempt has at most \(Self.maximumCounts) counts, by model and run: report the totals of those that there are")
        }
        let more = try transaction.book(usage, of: task)
        if !more.isZero {
            try transaction.append(
                .taskSpent, on: .task(task.id), in: task.project,
                data: [
                    "number": JSONValue(task.number), "attempt": JSONValue(task.attempt), "model": .string(usage.model),
                    "tokens_in": JSONValue(more.tokensIn), "tokens_out": JSONValue(more.tokensOut), "cost": .string(more.cost.description),
                    "spent": .string((try transaction.usage.total(of: task.id) ?? .zero).cost.description),
                    "currency": .string(transaction.spending.currency),
                ])
            try transaction.pauseIfOverspent(&task)
        }
        let view = try transaction.view(of: task)
        return Outcome(
            view: view, intervention: view.openIntervention.flatMap { $0.content.spending == nil ? nil : $0 }, isRepetition: more.isZero)
    }
}
