import HubCore

/// What a server says about a file that waits for it: fetched, handed in, or why not. A report on a file that is over changes nothing, as
/// an answer may have been lost.
private protocol FileReport: UseCase where Subject == HubFile, Outcome == HubFile {
    var file: HubFile.ID { get }
    var server: Server.ID { get }
}

extension FileReport {
    package var right: Right { .hub }
    package func scope(of subject: HubFile) -> Scope { Scope(project: subject.project) }
    package func subject(in transaction: HubTransaction) throws -> HubFile {
        guard let found = try transaction.files.find(file), found.server == server else {
            throw HubError.notFound("there is no file \(file)")
        }
        return found
    }
}

/// The server fetched a file, or could not (agent protocol, section 3.6).
package struct AcknowledgeFile: UseCase, FileReport {
    package let file: HubFile.ID
    package let server: Server.ID
    package let result: Result

    package enum Result: Sendable {
        case stored(path: String?)
        case failed(String)
    }

    package init(_ file: HubFile.ID, on server: Server.ID, _ result: Result) {
        (self.file, self.server, self.result) = (file, server, result)
    }

    package func perform(on subject: HubFile, in transaction: HubTransaction) throws -> HubFile {
        guard subject.state == .offered else { return subject }
        switch result {
        case .stored(let path):
            var file = subject
            (file.state, file.endedAt, file.path) = (.delivered, transaction.now, path)
            try transaction.files.save(file)
            try transaction.append(.fileDelivered, about: file)
            return file
        case .failed(let reason):
            return try transaction.fail(subject, because: reason)
        }
    }
}

/// The server cannot hand in a file (section 3.9).
package struct FailFileRequest: UseCase, FileReport {
    package let file: HubFile.ID
    package let server: Server.ID
    package let reason: String

    package init(_ file: HubFile.ID, on server: Server.ID, because reason: String) {
        (self.file, self.server, self.reason) = (file, server, reason)
    }

    package func perform(on subject: HubFile, in transaction: HubTransaction) throws -> HubFile {
        guard subject.state == .requested else { return subject }
        return try transaction.fail(subject, because: reason)
    }
}

/// The server handed in a file, whose bytes the hub has (section 3.8).
package struct ReceiveFile: UseCase, FileReport {
    package let file: HubFile.ID
    package let server: Server.ID
    package let content: FileContent.ID
    /// As the server calls it.
    package let name: String?

    package init(_ file: HubFile.ID, from server: Server.ID, named name: String?, content: FileContent.ID) {
        (self.file, self.server, self.name, self.content) = (file, server, name, content)
    }

    package func perform(on subject: HubFile, in transaction: HubTransaction) throws -> HubFile {
        guard subject.state == .requested else { return subject }
        guard let (size, sha256) = try transaction.fileContents.measure(of: content) else {
            throw HubError.notFound("the bytes are not there any more: send them again")
        }
        guard try transaction.files.keptBytes(in: subject.project) + size <= HubFile.maximumKept else {
            return try transaction.fail(subject, because: "the project's files take \(HubFile.maximumKept >> 20) MiB already")
        }
        var file = subject
        if let name { file.name = FileName.bare(name) }
        (file.state, file.endedAt, file.size, file.sha256, file.content) = (.received, transaction.now, size, sha256, content)
        try transaction.files.save(file)
        try transaction.append(.fileReceived, about: file)
        return file
    }
}

extension HubTransaction {
    /// Ends a file that did not reach its place.
    func fail(_ subject: HubFile, because reason: String) throws -> HubFile {
        var file = subject
        let reason = Redactor.redact(String(reason.trimmed.prefix(500)))
        (file.state, file.endedAt, file.failure) = (.failed, now, reason.isEmpty ? "the server gave no reason" : reason)
        try files.save(file)
        try append(.fileFailed, about: file)
        return file
    }
}

/// Gives up files that nobody fetched in a week, and drops bytes that have served their time. A bounded part at a time.
package struct TidyFiles: UseCase {
    private static let batch = 50

    package init() {}

    package var right: Right { .hub }

    package func perform(on _: Void, in transaction: HubTransaction) throws -> Done {
        for file in try transaction.files.waiting(since: transaction.now - HubFile.waitingTime, limit: Self.batch) {
            let deed = file.state == .offered ? "fetch it" : "hand it in"
            _ = try transaction.fail(file, because: "the server did not \(deed) within a week")
        }
        for var file in try transaction.files.kept(endedBefore: transaction.now - HubFile.keepingTime, limit: Self.batch) {
            guard let content = file.content else { continue }
            file.content = nil
            try transaction.files.save(file)
            try transaction.fileContents.remove(content)
        }
        for content in try transaction.fileContents.orphans(olderThan: transaction.now - .seconds(3600), limit: Self.batch) {
            try transaction.fileContents.remove(content)
        }
        try transaction.permissions.removeOlder(than: transaction.now - PermissionEntry.keepingTime)
        return Done()
    }
}
