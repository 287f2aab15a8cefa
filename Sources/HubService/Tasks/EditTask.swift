import HubCore

/// Changes what people and agents say about a task; what is `nil` stays.
package struct EditTask: UseCase {
    package struct Changes: Sendable {
        package var title: String?
        package var spec: String?
        package var priority: AgentTask.Priority?
        package var kind: AgentTask.Kind?
        package var repository: String?
        package var branch: String?
        package var acceptanceCriteria: [String]?
        package var requirements: AgentTask.Requirements?
        package var preferences: AgentTask.Preferences?
        package var requirePlan: Bool?
        package var requireReview: Bool?
        package var autoAssign: Bool?
        package var produces: JSONValue?
        package var reminderMinutes: Int?
        package var escalationMinutes: Int?
        /// ``RetryPolicy/none`` takes it away.
        package var retry: RetryPolicy?
        /// Nothing: no limit, whatever the project says.
        package var spendCap: Money?
        /// Goes on although tasks that use a contract are hit by its change.
        package var acceptsImpact = false

        package init() {}

        func applied(to content: AgentTask.Content) -> AgentTask.Content {
            var content = content
            if let title { content.title = title }
            if let spec { content.spec = spec }
            if let priority { content.priority = priority }
            if let kind { content.kind = kind }
            if let repository { content.repository = repository.isEmpty ? nil : repository }
            if let branch { content.branch = branch.isEmpty ? nil : branch }
            if let acceptanceCriteria { content.acceptanceCriteria = acceptanceCriteria }
            if let requirements { content.requirements = requirements }
            if let preferences { content.preferences = preferences }
            if let requirePlan { content.requirePlan = requirePlan }
            if let requireReview { content.requireReview = requireReview }
            if let autoAssign { content.autoAssign = autoAssign }
            if let produces { content.produces = produces }
            if let reminderMinutes { content.reminderMinutes = reminderMinutes }
            if let escalationMinutes { content.escalationMinutes = escalationMinutes }
            if let retry { content.retry = retry }
            if let spendCap { content.spendCap = spendCap }
            return content
        }
    }

    package var task: TaskReference
    package var changes: Changes

    package init(_ task: TaskReference, _ changes: Changes) {
        (self.task, self.changes) = (task, changes)
    }

    package var right: Right { .permission(.editTask) }
    package func subject(in transaction: HubTransaction) throws -> AgentTask { try transaction.task(task) }

    package func perform(on subject: AgentTask, in transaction: HubTransaction) throws -> TaskOutcome {
        var task = subject
        let retry = task.state == .failed ? try transaction.retry(of: task) : nil
        guard !task.state.isFinal || retry?.due != nil else {
            throw HubError.conflict("task #\(task.number) is \(task.state.predicate) and cannot be edited: retry it, or create another")
        }
        let project = try transaction.project(task.project)
        let content = transaction.keepingDemands(try changes.applied(to: task.content).validated(), replacing: task.content)
        guard content != task.content else { return TaskOutcome(try transaction.view(of: task), isRepetition: true) }
        try transaction.checkSpendCap(content, replacing: task.content, in: project)
        if content.produces != task.content.produces {
            try transaction.checkImpact(on: task, of: content.contracts, isAccepted: changes.acceptsImpact)
        }
        try transaction.changeWriteScope(of: task, to: content)
        let changed = Self.names(ofChangesFrom: task.content, to: content)
        task.content = content
        task.touch(at: transaction.now)
        try transaction.tasks.saveContent(task, replacing: subject.version)
        try transaction.append(
            .taskEdited, on: .task(task.id), in: task.project, data: ["number": JSONValue(task.number), "changed": JSONValue(changed)])
        try transaction.remind(of: task)
        // Fewer attempts than were made already: no further one.
        if let retry, task.content.retry?.allowsAnother(after: retry.failures) != true { _ = try transaction.stopRetry(of: task) }
        if task.session != nil, !transaction.isHolder(of: task) { try transaction.tell(task, .taskUpdated) }
        try transaction.place(&task)
        try transaction.resumeIfPaused(&task, capBefore: subject.spendCap(in: try transaction.project(task.project)))
        return TaskOutcome(try transaction.view(of: task))
    }

    private static func names(ofChangesFrom old: AgentTask.Content, to new: AgentTask.Content) -> [String] {
        let differences: [(String, Bool)] = [
            ("title", old.title != new.title), ("spec", old.spec != new.spec), ("priority", old.priority != new.priority),
            ("type", old.kind != new.kind), ("repository", old.repository != new.repository), ("branch", old.branch != new.branch),
            ("acceptance_criteria", old.acceptanceCriteria != new.acceptanceCriteria), ("requires", old.requirements != new.requirements),
            ("prefers", old.preferences != new.preferences), ("require_plan", old.requirePlan != new.requirePlan),
            ("require_review", old.requireReview != new.requireReview), ("auto_assign", old.autoAssign != new.autoAssign),
            ("produces", old.produces != new.produces), ("reminder_minutes", old.reminderMinutes != new.reminderMinutes),
            ("escalation_minutes", old.escalationMinutes != new.escalationMinutes), ("retry", old.retry != new.retry),
            ("spend_cap", old.spendCap != new.spendCap),
        ]
        return differences.filter(\.1).map(\.0)
    }
}
