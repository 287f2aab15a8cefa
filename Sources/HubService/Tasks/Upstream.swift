import HubCore

/// A task that another is to depend on, as somebody asks for it.
package struct Upstream: Sendable {
    package var task: TaskReference
    package var kind: Dependency.Kind
    /// Which of its contracts an `input` edge delivers; `nil`: all of them.
    package var contractKey: String?

    package init(_ task: TaskReference, _ kind: Dependency.Kind = .blocks, contractKey: String? = nil) {
        (self.task, self.kind, self.contractKey) = (task, kind, contractKey)
    }
}

extension HubTransaction {
    /// The task that is named, if one of `project` may depend on it in this way.
    ///
    /// - Throws: ``HubError/notFound(_:)`` for another project's, ``HubError/invalid(_:)`` for a contract that it never declared.
    func task(_ upstream: Upstream, in project: Project.ID) throws -> AgentTask {
        let task = try task(upstream.task)
        try check(upstream, on: task, in: project)
        return task
    }

    /// The tasks that are named, with what is asked of each. A task that is named often is read once.
    ///
    /// - Throws: as ``task(_:in:)``.
    func tasks(_ upstreams: [Upstream], in project: Project.ID) throws -> [(asked: Upstream, task: AgentTask)] {
        var known: [TaskReference: AgentTask] = [:]
        return try upstreams.map { upstream in
            let task = try known[upstream.task] ?? task(upstream.task)
            known[upstream.task] = task
            try check(upstream, on: task, in: project)
            return (upstream, task)
        }
    }

    private func check(_ upstream: Upstream, on task: AgentTask, in project: Project.ID) throws {
        guard task.project == project else { throw HubError.notFound("there is no task \(task.id)") }
        let keys = upstream.kind == .input ? task.content.contractKeys : .none
        if let reason = keys.refusal(of: upstream.kind, delivering: upstream.contractKey, from: "task #\(task.number)") {
            throw HubError.invalid(reason)
        }
    }

    /// The edge for what was asked. Two contracts of the same task make one edge, which then delivers all of them.
    func edge(_ upstream: Upstream, to task: AgentTask, for downstream: AgentTask.ID) throws -> Dependency {
        var key = upstream.contractKey
        let present = try dependencies.find(upstream: task.id, downstream: downstream)
        if let present, present.kind == .input, upstream.kind == .input, present.contractKey != key { key = nil }
        return Dependency(
            upstream: task.id, downstream: downstream, kind: upstream.kind, contractKey: key,
            isResolved: upstream.kind.holdsBack && task.state == .done)
    }
}
