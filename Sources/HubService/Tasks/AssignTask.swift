import HubCore

/// Puts a waiting task on a server, of a person's choice or the hub's.
package struct AssignTask: UseCase {
    package enum Target: Sendable {
        /// By id or by name, any case.
        case server(String)
        /// An existing terminal, by name or id, and so its server.
        case session(String)
        case automatic
    }

    package var task: TaskReference
    package var target: Target
    /// Asks for a plan first, whatever the task and the project say.
    package var requirePlan: Bool

    package init(_ task: TaskReference, to target: Target, requirePlan: Bool = false) {
        (self.task, self.target, self.requirePlan) = (task, target, requirePlan)
    }

    package var right: Right { .permission(.assignTask) }
    package func subject(in transaction: HubTransaction) throws -> AgentTask { try transaction.task(task) }

    package func perform(on subject: AgentTask, in transaction: HubTransaction) throws -> TaskOutcome {
        var task = subject
        // A name that nobody has is the first thing to say, whatever the task's state.
        let session = try chosenSession(for: task, in: transaction)
        guard task.state == .pending else {
            throw AgentTask.IllegalTransition(task: task, event: .assigned(Server.ID(stored: "")))
        }
        guard try transaction.tasks.openBlockers(of: task.id) == 0 else {
            let blockers = try transaction.view(of: task).upstreams.filter(\.edge.isOpenBlocker)
            let names = blockers.map { "#\($0.number) (\($0.state.words))" }.joined(separator: ", ")
            throw HubError.conflict("task #\(task.number) waits for \(names): assign it when that is done, or drop the dependency")
        }
        if requirePlan, task.content.requirePlan != true {
            task.content.requirePlan = true
            try Self.saveContent(of: &task, changed: "require_plan", in: transaction)
        }
        switch target {
        case .server(let name): return try assign(&task, to: try transaction.server(named: name, in: task.project), in: transaction)
        case .session: return try assign(&task, to: session, in: transaction)
        case .automatic: return try assignAutomatically(&task, in: transaction)
        }
    }

    private func chosenSession(for task: AgentTask, in transaction: HubTransaction) throws -> Session? {
        guard case .session(let name) = target else { return nil }
        return try transaction.session(.named(name, in: task.project))
    }

    private func assign(_ task: inout AgentTask, to session: Session?, in transaction: HubTransaction) throws -> TaskOutcome {
        guard let session, let server = try transaction.servers.find(session.server) else {
            throw HubError.notFound("there is no such session")
        }
        guard !session.isOver else { throw HubError.conflict("session \(session.name) is over") }
        return try assign(&task, to: server, in: session, transaction)
    }

    private func assign(_ task: inout AgentTask, to server: Server, in transaction: HubTransaction) throws -> TaskOutcome {
        try assign(&task, to: server, in: nil, transaction)
    }

    private func assign(
        _ task: inout AgentTask, to server: Server, in session: Session?, _ transaction: HubTransaction
    ) throws -> TaskOutcome {
        if let rule = Placement.infeasibility(of: task.content, on: server) {
            throw HubError.conflict("\(server.name) cannot run task #\(task.number): \(Self.sentence(rule, server))")
        }
        if let writer = try transaction.writer(before: task) {
            throw HubError.conflict(
                "task #\(task.number) \(writer.sentence { "#\($0)" }): assign it then, or take those paths out of requires.writes")
        }
        if let cap = try transaction.reachedCap(for: task) {
            throw HubError.conflict(
                "task #\(task.number) has reached \(cap.words(transaction.spending.currency)); \(cap.cure), or let it go on this once")
        }
        var warnings: [String] = []
        let used = try transaction.usedSlots(of: server)
        if used >= server.capabilities.slots {
            warnings.append(
                "\(server.name) has \(server.capabilities.slots) \(server.capabilities.slots == 1 ? "slot" : "slots") and now \(used + 1) tasks"
            )
        }
        if server.state == .offline {
            warnings.append("\(server.name) is offline: the task is given to another if it does not come back within 5 minutes")
            let (id, due) = (server.id, transaction.now + Server.graceUntilRelease)
            transaction.afterCommit { $0.timers.add(.lease(id), due: due) }
        }
        try transaction.assign(&task, to: server, in: session, by: transaction.caller.actor)
        return TaskOutcome(try transaction.view(of: task), warnings: warnings)
    }

    private func assignAutomatically(_ task: inout AgentTask, in transaction: HubTransaction) throws -> TaskOutcome {
        if !task.isAutoAssigned(in: try transaction.project(task.project)) {
            task.content.autoAssign = true
            try Self.saveContent(of: &task, changed: "auto_assign", in: transaction)
        }
        try transaction.place(&task)
        return TaskOutcome(try transaction.view(of: task))
    }

    private static func saveContent(of task: inout AgentTask, changed: String, in transaction: HubTransaction) throws {
        let version = task.version
        task.touch(at: transaction.now)
        try transaction.tasks.saveContent(task, replacing: version)
        try transaction.append(
            .taskEdited, on: .task(task.id), in: task.project, data: ["number": JSONValue(task.number), "changed": [.string(changed)]])
    }

    private static func sentence(_ rule: Placement.Infeasibility, _ server: Server) -> String {
        if case .pinnedElsewhere = rule { return rule.description }
        return "it \(rule.description)"
    }
}
