import HubCore
import HubStore

/// What a project has spent: in all, today, by day, and on which tasks.
package struct GetSpending: Query {
    package static let permission = Permission.see
    package var project: Project.ID
    /// How many days and tasks at most.
    package var limit: Int

    package init(in project: Project.ID, limit: Int = 30) {
        (self.project, self.limit) = (project, limit)
    }

    package struct Answer: Sendable {
        package let project: Project
        package let currency: String
        package let total: Usage
        /// The day that it is in the project, and what was spent on it.
        package let today: Day
        /// Those that are set.
        package let caps: [SpendingCap]
        /// The newest first.
        package let days: [Day]
        /// The dearest first.
        package let tasks: [(task: AgentTask, usage: Usage)]
    }

    package struct Day: Hashable, Sendable {
        package let name: String
        package let usage: Usage
    }

    package func subject(in transaction: HubTransaction) throws -> Project { try transaction.project(project) }

    package func answer(from project: Project, in transaction: HubTransaction) throws -> Answer {
        let (limit, day) = (min(max(limit, 1), 366), transaction.spendingDay(of: project))
        return Answer(
            project: project, currency: transaction.spending.currency, total: try transaction.usage.total(of: project.id),
            today: Day(name: day, usage: try transaction.usage.total(of: project.id, on: day)),
            caps: try transaction.sharedCaps(of: project.id),
            days: try transaction.usage.days(of: project.id, limit: limit).map { Day(name: $0.day, usage: $0.usage) },
            tasks: try transaction.usage.dearest(in: project.id, limit: min(limit, 100)).compactMap { entry in
                try transaction.tasks.find(entry.task).map { ($0, entry.usage) }
            })
    }
}

/// What a task has spent, attempt by attempt.
package struct GetTaskSpending: Query {
    package static let permission = Permission.see
    package var task: TaskReference

    package init(_ task: TaskReference) {
        self.task = task
    }

    package struct Answer: Sendable {
        package let view: TaskView
        package let spending: TaskView.Spending
        package let entries: [UsageTable.Entry]
        /// What keeps it from going on.
        package let reached: SpendingCap?
    }

    package func subject(in transaction: HubTransaction) throws -> AgentTask { try transaction.task(task) }

    package func answer(from task: AgentTask, in transaction: HubTransaction) throws -> Answer {
        let view = try transaction.view(of: task)
        return Answer(
            view: view, spending: view.spending ?? .init(usage: .zero, cap: nil, currency: transaction.spending.currency),
            entries: try transaction.usage.entries(of: task.id), reached: try transaction.reachedCap(for: task))
    }
}

extension TaskView {
    /// What the task has cost so far, and its cap.
    package struct Spending: Hashable, Sendable, Codable {
        package let usage: Usage
        package let cap: Money?
        package let currency: String
    }
}

extension HubTransaction {
    /// `nil` for a task of which nothing was reported and that has no cap.
    func spending(of task: AgentTask, in project: Project) throws -> TaskView.Spending? {
        let (total, cap) = (task.attempt > 0 ? try usage.total(of: task.id) : nil, task.spendCap(in: project))
        guard total != nil || cap != nil else { return nil }
        return .init(usage: total ?? .zero, cap: cap, currency: spending.currency)
    }
}
