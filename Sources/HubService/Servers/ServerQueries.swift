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

/// A server by its id, whichever project it is in: the gate decides who may know of it.
package struct GetServer: Query {
    package static let permission = Permission.see
    package var server: Server.ID

    package init(_ server: Server.ID) {
        self.server = server
    }

    package struct Answer: Sendable {
        package let line: ListServers.Line
        package let project: Project
    }

    package func subject(in transaction: HubTransaction) throws -> Server {
        guard let server = try transaction.servers.find(server), server.revokedAt == nil else {
            // As the gate says it of one that the caller may not see.
            throw HubError.notFound("there is no such thing, or it is in a project that you are not part of")
        }
        return server
    }

    package func scope(of subject: Server) -> Scope { Scope(project: subject.project) }

    package func answer(from server: Server, in transaction: HubTransaction) throws -> Answer {
        let tasks = transaction.tasks
        return Answer(
            line: ListServers.Line(
                server: server, usedSlots: try tasks.usedSlots(of: server.id), tasks: try tasks.placed(on: server.id)),
            project: try transaction.project(server.project))
    }
}
