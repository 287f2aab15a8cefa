/// A file that one server sends to another, relayed by the hub piece by piece and never kept by it (agent protocol, section 6.6).
package struct FileTransfer: Hashable, Sendable, Codable {
    package typealias ID = Identifier<FileTransfer>

    package let id: ID
    package let project: Project.ID
    package let source: Server.ID
    package let target: Server.ID
    /// As the sender named it: a session of the project, or a server.
    package let targetName: String
    package let filename: String
    /// On the sending server.
    package let path: String
    /// In bytes.
    package let size: Int
    /// Lower-case hexadecimal, as the sender announced it.
    package let sha256: String
    package var state: State
    package var chunksRelayed: Int
    package var failure: String?
    package let createdBy: Actor
    package let createdAt: Timestamp
    package var endedAt: Timestamp?

    /// The words of the wire.
    package enum State: String, CaseIterable, Hashable, Sendable, Codable {
        case pending, accepted, transferring, completed, failed, rejected

        package var isOver: Bool { self == .completed || self == .failed || self == .rejected }
    }

    package init(
        id: ID, project: Project.ID, source: Server.ID, target: Server.ID, targetName: String, filename: String, path: String, size: Int,
        sha256: String, state: State = .pending, chunksRelayed: Int = 0, failure: String? = nil, createdBy: Actor, createdAt: Timestamp,
        endedAt: Timestamp? = nil
    ) {
        (self.id, self.project, self.source, self.target, self.targetName) = (id, project, source, target, targetName)
        (self.filename, self.path, self.size, self.sha256, self.state) = (filename, path, size, sha256, state)
        (self.chunksRelayed, self.failure, self.createdBy) = (chunksRelayed, failure, createdBy)
        (self.createdAt, self.endedAt) = (createdAt, endedAt)
    }

    /// Bytes in each chunk but the last.
    package static let chunkSize = 65_536
    /// In bytes.
    package static let maximumSize = 1 << 34

    package var totalChunks: Int { (size + Self.chunkSize - 1) / Self.chunkSize }
}
