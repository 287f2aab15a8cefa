import HubCore

/// Creates a task, joins it to what it depends on, and places it if it can go.
package struct CreateTask: UseCase {
    package var project: Project.ID
    package var content: AgentTask.Content
    /// Upstream tasks, repetitions allowed. Each must be in the same project.
    package var dependencies: [Upstream]
    /// The terminal in which an agent asked for it.
    package var source: Session.ID?

    package init(
        project: Project.ID, content: AgentTask.Content, dependencies: [Upstream] = [], source: Session.ID? = nil
    ) {
        (self.project, self.content, self.dependencies, self.source) = (project, content, dependencies, source)
    }

    package var right: Right { .permission(.createTask) }

    package func subject(in transaction: HubTransaction) throws -> Project { try transaction.project(project) }

    package func perform(on project: Project, in transaction: HubTransaction) throws -> TaskOutcome {
        let content = transaction.keepingDemands(try content.validated())
        try transaction.checkSpendCap(content, in: project)
        let upstreams = try transaction.tasks(dependencies, in: project.id)
        var task = AgentTask(
            id: .random(), project: project.id, number: try transaction.tasks.takeNumber(in: project.id), content: content,
            createdBy: transaction.caller.actor, at: transaction.now)
        task.source = try sourceSession(in: transaction)
        try transaction.tasks.insert(task)
        // Of repetitions the one that does more wins, whatever the order.
        for kind in [Dependency.Kind.related, .blocks, .input] {
            for (asked, upstream) in upstreams where asked.kind == kind {
                try transaction.dependencies.put(try transaction.edge(asked, to: upstream, for: task.id), at: transaction.now)
            }
        }
        try transaction.append(
            .taskCreated, on: .task(task.id), in: project.id, after: task.state.rawValue,
            data: ["number": JSONValue(task.number), "title": .string(content.title)])
        try transaction.place(&task)
        return TaskOutcome(try transaction.view(of: task, in: project))
    }

    /// The terminal that the task comes from: a session's key says so by itself, and a server's word counts for its own sessions.
    private func sourceSession(in transaction: HubTransaction) throws -> Session.ID? {
        guard case .agent(let server, let session, _) = transaction.caller else { return nil }
        if let session { return session }
        guard let source, try transaction.sessions.find(source)?.server == server.id else { return nil }
        return source
    }
}
