import HubCore

/// A server wants to send a file to another server of its project, named by one of its sessions or by its own name (agent protocol,
/// section 6.6).
package struct StartTransfer: UseCase {
    /// Under way from one server at a time.
    package static let maximumOpen = 4

    package var source: Server
    package var target: String
    package var filename: String
    package var path: String
    package var size: Int
    package var sha256: String

    package init(from source: Server, to target: String, filename: String, path: String, size: Int, sha256: String) {
        (self.source, self.target, self.filename, self.path) = (source, target, filename, path)
        (self.size, self.sha256) = (size, sha256)
    }

    package var right: Right { .permission(.sendFile) }
    package func subject(in transaction: HubTransaction) throws -> Project { try transaction.project(source.project) }

    package func perform(on project: Project, in transaction: HubTransaction) throws -> FileTransfer {
        guard FileName.isBare(filename) else { throw HubError.invalid("filename must be a bare name, without a folder") }
        guard (0...FileTransfer.maximumSize).contains(size) else {
            throw HubError.invalid("file_size must be a number of bytes from 0 to \(FileTransfer.maximumSize)")
        }
        let digest = sha256.lowercased()
        guard digest.utf8.count == 64, digest.allSatisfy(\.isHexDigit) else {
            throw HubError.invalid("sha256 must have 64 hexadecimal digits")
        }
        guard !path.isEmpty, path.utf8.count <= 4096, !path.contains("\0") else { throw HubError.invalid("file_path must be a path") }
        guard try transaction.fileTransfers.openCount(from: source.id) < Self.maximumOpen else {
            throw HubError.conflict("\(Self.maximumOpen) files of \(source.name) are on their way already: wait for one of them")
        }
        let target = try transaction.transferTarget(named: target, in: project.id)
        let transfer = FileTransfer(
            id: .random(), project: project.id, source: source.id, target: target.id, targetName: String(self.target.prefix(200)),
            filename: filename, path: path, size: size, sha256: digest, createdBy: transaction.caller.actor, createdAt: transaction.now)
        try transaction.fileTransfers.insert(transfer)
        try transaction.append(.transferStarted, about: transfer)
        return transfer
    }
}

/// What became of a transfer so far, as the relay saw it. One that is over stays as it is.
package struct UpdateTransfer: UseCase {
    package var transfer: FileTransfer.ID
    package var state: FileTransfer.State
    package var chunksRelayed: Int
    package var failure: String?

    package init(_ transfer: FileTransfer.ID, _ state: FileTransfer.State, chunksRelayed: Int, failure: String? = nil) {
        (self.transfer, self.state, self.chunksRelayed, self.failure) = (transfer, state, chunksRelayed, failure)
    }

    package var right: Right { .hub }
    package func subject(in transaction: HubTransaction) throws -> FileTransfer {
        guard let found = try transaction.fileTransfers.find(transfer) else {
            throw HubError.notFound("there is no transfer \(transfer)")
        }
        return found
    }
    package func scope(of subject: FileTransfer) -> Scope { Scope(project: subject.project) }

    package func perform(on subject: FileTransfer, in transaction: HubTransaction) throws -> FileTransfer {
        guard !subject.state.isOver else { return subject }
        var transfer = subject
        (transfer.state, transfer.chunksRelayed) = (state, chunksRelayed)
        transfer.failure = failure.map { Redactor.redact(String($0.prefix(500))) }
        if state.isOver { transfer.endedAt = transaction.now }
        try transaction.fileTransfers.save(transfer)
        if state.isOver { try transaction.append(state == .completed ? .transferCompleted : .transferFailed, about: transfer) }
        return transfer
    }
}

/// Ends what a stopped hub left under way: the relay has forgotten it.
package struct AbandonTransfers: UseCase {
    /// Those that began before.
    package var time: Timestamp

    package init(before time: Timestamp) {
        self.time = time
    }

    package var right: Right { .hub }

    package func perform(on _: Void, in transaction: HubTransaction) throws -> Done {
        for transfer in try transaction.fileTransfers.open() where transfer.createdAt < time {
            let update = UpdateTransfer(
                transfer.id, .failed, chunksRelayed: transfer.chunksRelayed, failure: "the hub was restarted while the file was on its way")
            _ = try update.perform(on: transfer, in: transaction)
        }
        return Done()
    }
}

/// One transfer, by its id or the beginning of it.
package struct GetTransfer: Query {
    package static let permission = Permission.see
    package var id: String
    package var project: Project.ID

    package init(_ id: String, in project: Project.ID) {
        (self.id, self.project) = (id, project)
    }

    package func subject(in transaction: HubTransaction) throws -> FileTransfer {
        let missing = HubError.notFound("there is no transfer \(id.prefix(64))")
        if let full = FileTransfer.ID(id) {
            guard let found = try transaction.fileTransfers.find(full) else { throw missing }
            return found
        }
        // The installed command line shows the first 12 characters and three dots.
        var prefix = id.lowercased()
        while prefix.hasSuffix(".") { prefix.removeLast() }
        guard prefix.count >= 4 else { throw missing }
        let found = try transaction.fileTransfers.find(prefix: prefix, in: project)
        guard let first = found.first else { throw missing }
        guard found.count == 1 else { throw HubError.conflict("\(prefix) is the beginning of several transfers' ids: give more of it") }
        return first
    }
    package func scope(of subject: FileTransfer) -> Scope { Scope(project: subject.project) }
    package func answer(from subject: FileTransfer, in transaction: HubTransaction) throws -> FileTransfer { subject }
}

extension HubTransaction {
    fileprivate func transferTarget(named name: String, in project: Project.ID) throws -> Server {
        if let session = try sessions.find(name: name, in: project), let server = try servers.find(session.server) { return server }
        guard let server = try servers.find(name: name, in: project) else {
            throw HubError.notFound("there is no session and no server \(name.prefix(64)) in this project")
        }
        return server
    }

    fileprivate func append(_ kind: Event.Kind, about transfer: FileTransfer) throws {
        try append(
            kind, on: .server(transfer.source), in: transfer.project, after: transfer.state.rawValue,
            data: [
                "transfer": JSONValue(transfer.id), "name": .string(transfer.filename), "size": JSONValue(transfer.size),
                "to": .string(try servers.find(transfer.target)?.name ?? transfer.target.text), "error": JSONValue(transfer.failure),
            ])
    }
}
