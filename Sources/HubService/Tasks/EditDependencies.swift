import HubCore

/// Makes one task wait for another, or joins them.
package struct AddDependency: UseCase {
    package var task: TaskReference
    package var upstream: Upstream

    package init(_ task: TaskReference, on upstream: TaskReference, kind: Dependency.Kind, contractKey: String? = nil) {
        (self.task, self.upstream) = (task, Upstream(upstream, kind, contractKey: contractKey))
    }

    private var kind: Dependency.Kind { upstream.kind }

    package struct Outcome: Codable, Sendable {
        package let dependency: Dependency
        package let view: TaskView
    }

    package var right: Right { .permission(.editTask) }
    package func subject(in transaction: HubTransaction) throws -> AgentTask { try transaction.task(task) }

    package func perform(on subject: AgentTask, in transaction: HubTransaction) throws -> Outcome {
        var task = subject
        let other = try transaction.task(upstream, in: task.project)
        guard task.state == .pending || task.state == .assigned else {
            throw HubError.conflict("task #\(task.number) is \(task.state.predicate): dependencies change only before it starts")
        }
        guard other.id != task.id || kind.holdsBack else { throw HubError.conflict("task #\(task.number) cannot be joined to itself") }
        if kind.holdsBack { try refuseCycle(from: task, to: other, in: transaction) }
        let edge = try transaction.edge(upstream, to: other, for: task.id)
        if try transaction.dependencies.find(upstream: other.id, downstream: task.id) == edge {
            return Outcome(dependency: edge, view: try transaction.view(of: task))
        }
        try transaction.dependencies.put(edge, at: transaction.now)
        try transaction.append(
            .taskDependencyAdded, on: .task(task.id), in: task.project,
            data: [
                "number": JSONValue(task.number), "on": JSONValue(other.number), "type": .string(kind.rawValue),
                "contract_key": JSONValue(edge.contractKey),
            ])
        // An edge that held the task back may have become one that only joins.
        try transaction.place(&task)
        return Outcome(dependency: edge, view: try transaction.view(of: task))
    }

    private func refuseCycle(from task: AgentTask, to upstream: AgentTask, in transaction: HubTransaction) throws {
        let cycle = try CycleSearch.path(closing: task.id, dependingOn: upstream.id) { id in
            try transaction.dependencies.upstreams(of: id).filter(\.kind.holdsBack).map(\.upstream)
        }
        guard let cycle else { return }
        let path = try cycle.map { "#\(try transaction.task(.id($0)).number)" }.joined(separator: " waits for ")
        throw HubError.conflict("that would close a circle: \(path)")
    }
}

/// Takes an edge away; the task goes if nothing else holds it back.
package struct RemoveDependency: UseCase {
    package var task: TaskReference
    package var upstream: TaskReference

    package init(_ task: TaskReference, on upstream: TaskReference) {
        (self.task, self.upstream) = (task, upstream)
    }

    package var right: Right { .permission(.editTask) }
    package func subject(in transaction: HubTransaction) throws -> AgentTask { try transaction.task(task) }

    package func perform(on subject: AgentTask, in transaction: HubTransaction) throws -> TaskOutcome {
        var task = subject
        let other = try transaction.task(upstream)
        guard task.state == .pending || task.state == .assigned else {
            throw HubError.conflict("task #\(task.number) is \(task.state.predicate): dependencies change only before it starts")
        }
        guard try transaction.dependencies.remove(upstream: other.id, downstream: task.id) else {
            throw HubError.notFound("task #\(task.number) does not depend on #\(other.number)")
        }
        try transaction.append(
            .taskDependencyRemoved, on: .task(task.id), in: task.project,
            data: ["number": JSONValue(task.number), "on": JSONValue(other.number)])
        try transaction.place(&task)
        return TaskOutcome(try transaction.view(of: task))
    }
}
