import HubCore

/// How somebody names a session.
package enum SessionReference: Hashable, Sendable, Codable {
    case id(Session.ID)
    /// Of those that are not over; any case.
    case named(String, in: Project.ID)
    /// The session that a task has.
    case task(TaskReference)
}

extension HubTransaction {
    /// - Throws: ``HubError/notFound(_:)``
    package func session(_ reference: SessionReference) throws -> Session {
        switch reference {
        case .id(let id):
            guard let session = try sessions.find(id) else { throw HubError.notFound("there is no session \(id)") }
            return session
        case .named(let name, let project):
            if let session = try sessions.find(name: name, in: project) { return session }
            if let id = Session.ID(name), let session = try sessions.find(id), session.project == project { return session }
            throw HubError.notFound("there is no session \(name.prefix(Session.maximumName))")
        case .task(let reference):
            let task = try task(reference)
            guard let id = task.session, let session = try sessions.find(id) else {
                throw HubError.notFound("task #\(task.number) has no session")
            }
            return session
        }
    }
}

extension UseCase where Subject == Session {
    package func scope(of subject: Session) -> Scope { Scope(project: subject.project) }
}

extension Query where Subject == Session {
    package func scope(of subject: Session) -> Scope { Scope(project: subject.project) }
}
