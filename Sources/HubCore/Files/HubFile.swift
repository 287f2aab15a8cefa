/// A file on its way between the hub and a server: sent there by a person, or asked for from there.
package struct HubFile: Hashable, Sendable, Codable {
    package typealias ID = Identifier<HubFile>

    package let id: ID
    package let project: Project.ID
    package let server: Server.ID
    /// The task in whose matter it travels, if there is one.
    package let task: AgentTask.ID?
    /// A bare name, fit to be joined to a folder's path on any system.
    package var name: String
    /// Where it lies on the server: as asked for, or as the daemon told after it stored the file there.
    package var path: String?
    /// In bytes; `nil` until it is known.
    package var size: Int?
    /// Lower-case hexadecimal; `nil` until it is known.
    package var sha256: String?
    /// The bytes, as long as the hub keeps them.
    package var content: FileContent.ID?
    package var state: State
    package let createdBy: Actor
    package let createdAt: Timestamp
    /// When it was delivered, received or failed.
    package var endedAt: Timestamp?
    package var failure: String?

    package enum State: String, CaseIterable, Hashable, Sendable, Codable {
        /// Waits for its server to fetch it.
        case offered
        case delivered
        /// Waits for its server to hand it in.
        case requested
        case received
        case failed

        package var isOver: Bool { self != .offered && self != .requested }
    }

    package init(
        id: ID, project: Project.ID, server: Server.ID, task: AgentTask.ID?, name: String, path: String? = nil, size: Int? = nil,
        sha256: String? = nil, content: FileContent.ID? = nil, state: State, createdBy: Actor, createdAt: Timestamp,
        endedAt: Timestamp? = nil, failure: String? = nil
    ) {
        (self.id, self.project, self.server, self.task, self.name, self.path) = (id, project, server, task, name, path)
        (self.size, self.sha256, self.content, self.state) = (size, sha256, content, state)
        (self.createdBy, self.createdAt, self.endedAt, self.failure) = (createdBy, createdAt, endedAt, failure)
    }
}

extension HubFile {
    /// Longest file that a person sends to a server, in bytes: what a bot may download from Telegram.
    package static let maximumSentSize = 20 << 20
    /// Longest file that a server hands in (agent protocol, section 3.8).
    package static let maximumFetchedSize = 10 << 20
    /// A file that its server does not fetch or hand in within this time has failed.
    package static let waitingTime: Duration = .seconds(7 * 24 * 3600)
    /// The bytes are kept this long after the end, for those who want to look again.
    package static let keepingTime: Duration = .seconds(7 * 24 * 3600)
    /// Files that may wait for one server at a time.
    package static let maximumWaiting = 100
    /// What all kept files of a project may take together, in bytes.
    package static let maximumKept = 1 << 30
}

/// Bytes that the hub keeps for a file.
package enum FileContent {
    package typealias ID = Identifier<FileContent>

    /// Bytes in one stored piece.
    package static let pieceSize = 256 << 10
}
