import HubCore

/// Which server a file goes to or comes from.
package enum FileTarget: Hashable, Sendable, Codable {
    /// By id or name.
    case server(String, in: Project.ID)
    /// The server that has the task.
    case task(TaskReference)
}

/// What a ``FileTarget`` means at the moment.
package struct FilePlace: Sendable, Codable {
    package let server: Server
    package let task: AgentTask?
}

extension HubTransaction {
    /// - Throws: ``HubError/notFound(_:)``; ``HubError/conflict(_:)`` for a task that no server has.
    func place(of target: FileTarget) throws -> FilePlace {
        switch target {
        case .server(let name, let project):
            return FilePlace(server: try server(named: name, in: project), task: nil)
        case .task(let reference):
            let task = try task(reference)
            guard let id = task.server, let server = try servers.find(id) else {
                throw HubError.conflict("task #\(task.number) is on no server: assign it first")
            }
            return FilePlace(server: server, task: task)
        }
    }

    func checkRoom(for server: Server) throws {
        guard server.revokedAt == nil else { throw HubError.conflict("\(server.name) is revoked") }
        guard try files.waitingCount(for: server.id) < HubFile.maximumWaiting else {
            throw HubError.conflict("\(HubFile.maximumWaiting) files wait for \(server.name) already")
        }
    }

    func append(_ kind: Event.Kind, about file: HubFile, by actor: Actor? = nil) throws {
        let server = try servers.find(file.server)
        let number = try file.task.flatMap { try tasks.find($0)?.number }
        try append(
            kind, on: file.task.map(Event.Subject.task) ?? .server(file.server), in: file.project, by: actor,
            after: file.state.rawValue,
            data: [
                "file": JSONValue(file.id), "name": .string(file.name), "size": JSONValue(file.size),
                "server": JSONValue(server?.name), "number": JSONValue(number), "path": JSONValue(file.path),
                "error": JSONValue(file.failure),
            ])
    }
}

/// The server that a file would go to, for a caller who may send one: asked before the bytes are taken in.
package struct FindFilePlace: Query {
    package static let permission = Permission.sendFile
    package var target: FileTarget

    package init(_ target: FileTarget) {
        self.target = target
    }

    package func subject(in transaction: HubTransaction) throws -> FilePlace { try transaction.place(of: target) }
    package func scope(of subject: FilePlace) -> Scope { Scope(project: subject.server.project) }
    package func answer(from subject: FilePlace, in transaction: HubTransaction) throws -> FilePlace {
        try transaction.checkRoom(for: subject.server)
        return subject
    }
}
