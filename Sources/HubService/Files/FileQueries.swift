import HubCore

/// A file, with the name of its server.
package struct FileView: Sendable {
    package let file: HubFile
    package let serverName: String
    package let taskNumber: Int?
}

extension HubTransaction {
    func view(of file: HubFile) throws -> FileView {
        FileView(
            file: file, serverName: try servers.find(file.server)?.name ?? file.server.text,
            taskNumber: try file.task.flatMap { try tasks.find($0)?.number })
    }
}

/// The latest files of a project, or of one task, newest first.
package struct ListFiles: Query {
    package static let permission = Permission.see
    package var project: Project.ID
    package var task: TaskReference?
    package var limit: Int

    package init(in project: Project.ID, task: TaskReference? = nil, limit: Int = 100) {
        (self.project, self.task, self.limit) = (project, task, limit)
    }

    package func subject(in transaction: HubTransaction) throws -> Project { try transaction.project(project) }
    package func answer(from project: Project, in transaction: HubTransaction) throws -> [FileView] {
        let task = try task.map { try transaction.task($0) }
        guard task.map({ $0.project == project.id }) ?? true else { throw HubError.notFound("there is no such task in this project") }
        return try transaction.files.latest(in: project.id, task: task?.id, limit: min(max(limit, 1), 500)).map(transaction.view)
    }
}

/// One file.
package struct GetFile: Query {
    package static let permission = Permission.see
    package var file: HubFile.ID

    package init(_ file: HubFile.ID) {
        self.file = file
    }

    package func subject(in transaction: HubTransaction) throws -> HubFile {
        guard let found = try transaction.files.find(file) else { throw HubError.notFound("there is no file \(file)") }
        return found
    }
    package func scope(of subject: HubFile) -> Scope { Scope(project: subject.project) }
    package func answer(from subject: HubFile, in transaction: HubTransaction) throws -> FileView { try transaction.view(of: subject) }
}

/// Who may read a file's bytes: members, as they could have fetched it themselves.
package struct ReadFile: Query {
    package static let permission = Permission.fetchFile
    package var file: HubFile.ID

    package init(_ file: HubFile.ID) {
        self.file = file
    }

    package func subject(in transaction: HubTransaction) throws -> HubFile { try GetFile(file).subject(in: transaction) }
    package func scope(of subject: HubFile) -> Scope { Scope(project: subject.project) }

    /// - Throws: ``HubError/conflict(_:)`` if there are no bytes yet, or no longer.
    package func answer(from subject: HubFile, in transaction: HubTransaction) throws -> StoredFile {
        guard let content = subject.content, let size = subject.size else {
            throw HubError.conflict(
                subject.state == .requested
                    ? "\(subject.name) has not arrived yet"
                    : "the bytes of \(subject.name) are not kept any more")
        }
        return StoredFile(name: subject.name, size: size, content: content)
    }
}

/// A file whose bytes are there to be read, piece by piece.
package struct StoredFile: Sendable {
    package let name: String
    package let size: Int
    package let content: FileContent.ID
}

/// What a server is to fetch, or to hand in; oldest first.
package struct WaitingFiles: Query {
    package static let permission = Permission.see
    package var server: Server
    package var state: HubFile.State

    package init(for server: Server, _ state: HubFile.State) {
        (self.server, self.state) = (server, state)
    }

    package func subject(in transaction: HubTransaction) throws -> Project { try transaction.project(server.project) }
    package func answer(from _: Project, in transaction: HubTransaction) throws -> [HubFile] {
        try transaction.files.waiting(for: server.id, state)
    }
}
