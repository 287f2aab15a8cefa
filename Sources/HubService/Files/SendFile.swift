import HubCore

/// Offers a file to a server, whose bytes the hub has already (``Hub/sendFile(named:_:to:as:once:)`` does both).
package struct SendFile: UseCase {
    package var target: FileTarget
    package var name: String
    package var content: FileContent.ID

    package init(to target: FileTarget, named name: String, content: FileContent.ID) {
        (self.target, self.name, self.content) = (target, name, content)
    }

    package var right: Right { .permission(.sendFile) }
    package func subject(in transaction: HubTransaction) throws -> FilePlace { try transaction.place(of: target) }
    package func scope(of subject: FilePlace) -> Scope { Scope(project: subject.server.project) }

    package func perform(on place: FilePlace, in transaction: HubTransaction) throws -> HubFile {
        try transaction.checkRoom(for: place.server)
        guard let (size, sha256) = try transaction.fileContents.measure(of: content) else {
            throw HubError.notFound("the bytes of \(FileName.bare(name)) are not there any more: send it again")
        }
        let project = place.server.project
        guard try transaction.files.keptBytes(in: project) + size <= HubFile.maximumKept else {
            throw HubError.conflict("the project's files take \(HubFile.maximumKept >> 20) MiB already: they are dropped a week after use")
        }
        let file = HubFile(
            id: .random(), project: project, server: place.server.id, task: place.task?.id,
            name: try freeName(on: place.server, sha256: sha256, transaction), size: size, sha256: sha256, content: content,
            state: .offered, createdBy: transaction.caller.actor, createdAt: transaction.now)
        try transaction.files.insert(file)
        try transaction.append(.fileOffered, about: file)
        return file
    }

    /// Agents overwrite a file of the same name, so another one gets a number.
    private func freeName(on server: Server, sha256: String, _ transaction: HubTransaction) throws -> String {
        let wanted = FileName.bare(name)
        let recently = transaction.now - HubFile.keepingTime
        var (free, number) = (wanted, 1)
        while number < 100, try transaction.files.isTaken(free, on: server.id, sha256: sha256, since: recently) {
            number += 1
            free = FileName.numbered(wanted, number)
        }
        return free
    }
}

/// Asks a server for a file of its own.
package struct RequestFile: UseCase {
    package var target: FileTarget
    /// Absolute, or beginning with `~`; elsewise it begins in the folder of the task's terminal.
    package var path: String

    package init(from target: FileTarget, path: String) {
        (self.target, self.path) = (target, path)
    }

    package var right: Right { .permission(.fetchFile) }
    package func subject(in transaction: HubTransaction) throws -> FilePlace { try transaction.place(of: target) }
    package func scope(of subject: FilePlace) -> Scope { Scope(project: subject.server.project) }

    package func perform(on place: FilePlace, in transaction: HubTransaction) throws -> HubFile {
        let path = path.trimmed
        guard !path.isEmpty, path.utf8.count <= 4096, !path.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        else { throw HubError.invalid("a path has 1 to 4096 bytes on one line: for example ~/web/README.md") }
        let whole = try self.whole(path, on: place, in: transaction)
        try transaction.checkRoom(for: place.server)
        let file = HubFile(
            id: .random(), project: place.server.project, server: place.server.id, task: place.task?.id, name: FileName.bare(path),
            path: whole, state: .requested, createdBy: transaction.caller.actor, createdAt: transaction.now)
        try transaction.files.insert(file)
        try transaction.append(.fileRequested, about: file)
        return file
    }

    /// From the folder that the task's terminal began in. The agent is asked for the path as it was given where none is known.
    private func whole(_ path: String, on place: FilePlace, in transaction: HubTransaction) throws -> String {
        guard !path.hasPrefix("/"), !path.hasPrefix("~"), let session = try place.task?.session.flatMap(transaction.sessions.find),
            session.server == place.server.id, let folder = session.workingDirectory, folder.hasPrefix("/") || folder.hasPrefix("~")
        else { return path }
        let whole = folder.hasSuffix("/") ? folder + path : "\(folder)/\(path)"
        return whole.utf8.count <= 4096 ? whole : path
    }
}
