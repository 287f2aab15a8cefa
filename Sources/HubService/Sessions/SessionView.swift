import HubCore
import HubStore

/// A session with what people see beside it.
package struct SessionView: Hashable, Sendable, Codable {
    package var session: Session
    package var serverName: String
    package var isServerOnline: Bool
    /// The task that it has now, or had last.
    package var task: TaskLine?

    package struct TaskLine: Hashable, Sendable, Codable {
        package let id: AgentTask.ID
        package let number: Int
        package let title: String
        package let state: AgentTask.State
        package let requirePlan: Bool

        init(_ task: AgentTask, in project: Project) {
            (id, number, title, state) = (task.id, task.number, task.content.title, task.state)
            requirePlan = task.needsPlan(in: project)
        }
    }
}

extension HubTransaction {
    package func view(of session: Session) throws -> SessionView {
        let server = try servers.standing(of: session.server)
        let task = try task(of: session)
        let project = try project(session.project)
        return SessionView(
            session: session, serverName: server?.name ?? "", isServerOnline: server?.state == .online,
            task: task.map { SessionView.TaskLine($0, in: project) })
    }

    /// What is being done in a session, or was last.
    func task(of session: Session) throws -> AgentTask? {
        if let current = try tasks.placed(in: session.id).first { return current }
        if let id = session.task, let task = try tasks.find(id) { return task }
        return try tasks.list(TaskFilter(project: session.project, session: session.id, limit: 1)).first
    }
}
