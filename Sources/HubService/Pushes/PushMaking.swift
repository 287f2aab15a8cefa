import HubCore
import HubStore

extension HubTransaction {
    func push(_ kind: Push.Kind, to session: Session, about task: AgentTask.ID?, _ payload: JSONValue) throws {
        try pushes.insert(
            id: .random(), server: session.server, session: session.id, task: task, kind: kind, payload: payload, at: now)
        ring(session.server)
    }

    /// Tells the agent in a task's terminal something about it. Nothing is typed into a plain shell, which would carry it out, nor
    /// into a terminal that is over.
    func tell(_ task: AgentTask, _ kind: Push.Kind, _ more: JSONValue = .object([])) throws {
        guard let id = task.session, let session = try sessions.find(id) else { return }
        try tell(session, about: task, kind, more)
    }

    func tell(_ session: Session, about task: AgentTask, _ kind: Push.Kind, _ more: JSONValue = .object([])) throws {
        guard !session.isOver, session.profile != Session.shell else { return }
        let payload: JSONValue = ["session_id": JSONValue(session.id), "task_id": JSONValue(task.id)]
        try push(kind, to: session, about: task.id, payload.adding(more))
    }

    func tellAssignment(of task: AgentTask) throws {
        guard task.session != nil else { return }
        let requirePlan = task.needsPlan(in: try project(task.project))
        try tell(
            task, .taskAssigned,
            [
                "title": .string(task.content.title), "priority": .string(task.content.priority.rawValue), "pending_approval": false,
                "require_plan": JSONValue(requirePlan),
            ])
    }

    /// Whether the caller is the agent that has the task: it knows what it did itself.
    func isHolder(of task: AgentTask) -> Bool {
        guard case .agent(let server, let session, _) = caller, task.holder == server.id else { return false }
        return session == nil || session == task.session
    }

    /// A push reached its end.
    func settle(_ push: Push, dropped reason: String? = nil) throws {
        guard try pushes.settle(push.id, dropped: reason, at: now), !push.kind.isLifecycle || reason != nil else { return }
        guard let session = try sessions.find(push.session) else { return }
        let task = try push.task.flatMap { try tasks.find($0) }
        try append(
            reason == nil ? .pushDelivered : .pushDropped, on: task.map { .task($0.id) } ?? .session(session.id), in: session.project,
            data: [
                "push": JSONValue(push.id), "kind": .string(push.kind.rawValue), "session": JSONValue(session.id),
                "session_name": .string(session.name), "number": JSONValue(task?.number), "reason": JSONValue(reason),
            ])
    }

    /// A report of an installed client shows that it has read what was typed for it before (agent protocol, section 12). Notes are
    /// held back by the client until its terminal is quiet, so only what a task's end leaves open is taken for read.
    func confirmPushes(byReportOn task: AgentTask) throws {
        guard let id = task.session, isHolder(of: task) else { return }
        for push in try pushes.open(of: id) where push.task == task.id && push.state == .sent && push.kind != .taskNote {
            guard try servers.find(push.server)?.terminals?.confirmsPushes != true else { return }
            try settle(push)
        }
    }

    func ring(_ server: Server.ID) {
        afterCommit { $0.doorbell.ring(server) }
    }
}
