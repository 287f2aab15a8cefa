import HubCore

/// The servers of a project, by name.
package struct ListServers: Query {
    package static let permission = Permission.see
    package var project: Project.ID

    package init(in project: Project.ID) {
        self.project = project
    }

    package struct Line: Sendable {
        package let server: Server
        package let usedSlots: Int
        package let tasks: [AgentTask]
    }

    package func subject(in transaction: HubTransaction) throws -> Project { try transaction.project(project) }
    package func answer(from project: Project, in transaction: HubTransaction) throws -> [Line] {
        let used = try transaction.tasks.usedSlots(in: project.id)
        return try transaction.servers.all(in: project.id).map {
            Line(server: $0, usedSlots: used[$0.id] ?? 0, tasks: try transaction.tasks.placed(on: $0.id))
        }
    }
}
