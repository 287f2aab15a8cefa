import HubCore
import HubStore

/// One session with its task.
package struct GetSession: Query {
    package static let permission = Permission.see
    package var session: SessionReference

    package init(_ session: SessionReference) {
        self.session = session
    }

    package func subject(in transaction: HubTransaction) throws -> Session { try transaction.session(session) }
    package func answer(from session: Session, in transaction: HubTransaction) throws -> SessionView {
        try transaction.view(of: session)
    }
}

/// The sessions of a project, the newest first, at most 1 000.
package struct ListSessions: Query {
    package static let permission = Permission.see
    package var project: Project.ID
    package var includeOver: Bool

    package init(in project: Project.ID, includeOver: Bool = false) {
        (self.project, self.includeOver) = (project, includeOver)
    }

    package func subject(in transaction: HubTransaction) throws -> Project { try transaction.project(project) }
    package func answer(from project: Project, in transaction: HubTransaction) throws -> [SessionView] {
        try transaction.sessions.list(in: project.id, includeOver: includeOver, limit: 1000).map { try transaction.view(of: $0) }
    }
}

/// What the hub told a session lately, and what became of it; the latest 50, oldest first.
package struct ListPushes: Query {
    package static let permission = Permission.see
    package var session: SessionReference

    package init(to session: SessionReference) {
        self.session = session
    }

    package func subject(in transaction: HubTransaction) throws -> Session { try transaction.session(session) }
    package func answer(from session: Session, in transaction: HubTransaction) throws -> [Push] {
        try transaction.pushes.latest(of: session.id, limit: 50)
    }
}
