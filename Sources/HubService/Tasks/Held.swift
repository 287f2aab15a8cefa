import HubCore
import HubStore

/// What was done to the tasks that a failed or cancelled one held up.
package struct HeldOutcome: Codable, Sendable {
    package let view: TaskView
    /// The numbers of the tasks that it concerns.
    package let tasks: [Int]
}

/// Drops the edges by which a failed or cancelled task holds others: they go on without it, as far as nothing else holds them.
package struct ReleaseDependents: UseCase {
    package var task: TaskReference

    package init(of task: TaskReference) {
        self.task = task
    }

    package var right: Right { .permission(.editTask) }
    package func subject(in transaction: HubTransaction) throws -> AgentTask { try transaction.task(task) }

    package func perform(on task: AgentTask, in transaction: HubTransaction) throws -> HeldOutcome {
        var numbers: [Int] = []
        for id in try transaction.held(by: task) {
            guard var held = try transaction.tasks.find(id) else { continue }
            try Gate.admit(transaction.caller, right, on: .task(held), in: transaction)
            _ = try transaction.dependencies.remove(upstream: task.id, downstream: held.id)
            try transaction.append(
                .taskDependencyRemoved, on: .task(held.id), in: held.project,
                data: ["number": JSONValue(held.number), "on": JSONValue(task.number)])
            numbers.append(held.number)
            try transaction.place(&held)
        }
        return HeldOutcome(view: try transaction.view(of: task), tasks: numbers)
    }
}

/// Cancels all that a failed or cancelled task holds up, and what waits for that in turn.
package struct CancelDependents: UseCase {
    package var task: TaskReference

    package init(of task: TaskReference) {
        self.task = task
    }

    package var right: Right { .permission(.cancelTask) }
    package func subject(in transaction: HubTransaction) throws -> AgentTask { try transaction.task(task) }

    package func perform(on task: AgentTask, in transaction: HubTransaction) throws -> HeldOutcome {
        var numbers: [Int] = []
        var next = try transaction.held(by: task)
        while let id = next.popLast() {
            guard var held = try transaction.tasks.find(id), held.state == .pending || held.state == .assigned else { continue }
            try Gate.admit(transaction.caller, right, on: .task(held), in: transaction)
            try transaction.move(&held, .cancelled, as: .taskCancelled)
            numbers.append(held.number)
            next += try transaction.held(by: held)
        }
        return HeldOutcome(view: try transaction.view(of: task), tasks: numbers.sorted())
    }
}

extension HubTransaction {
    /// The tasks that wait for `task` and never go by themselves.
    ///
    /// - Throws: ``HubError/conflict(_:)`` where `task` may still be done.
    fileprivate func held(by task: AgentTask) throws -> [AgentTask.ID] {
        guard task.state.holdsDependentsForGood, try retries.find(task.id)?.due == nil else {
            throw HubError.conflict("task #\(task.number) is \(task.state.predicate): what waits for it goes when it is done")
        }
        return try dependencies.neighbours(of: task.id).downstreams
            .filter { $0.edge.isOpenBlocker && ($0.state == .pending || $0.state == .assigned) }.map(\.id)
    }

    /// What failed or was cancelled somewhere before `task` and so holds it through others, the nearest first. Gives up after a thousand
    /// tasks: by then the reason is far away.
    func roots(of task: AgentTask) throws -> [TaskView.Neighbour] {
        var (roots, seen): ([TaskView.Neighbour], Set<AgentTask.ID>) = ([], [task.id])
        var layer = [task.id]
        while !layer.isEmpty, seen.count < 1000 {
            var next: [AgentTask.ID] = []
            for id in layer {
                for blocker in try dependencies.openBlockers(of: id) where seen.insert(blocker.id).inserted {
                    if !blocker.state.holdsDependentsForGood {
                        if blocker.state == .pending { next.append(blocker.id) }
                    } else if id != task.id, try retries.find(blocker.id)?.due == nil {
                        roots.append(.init(blocker))
                    }
                }
            }
            layer = next
        }
        return roots
    }
}
