import HubCore

extension FileTransfer.State: SQLRepresentable {}

/// The stored transfers between servers.
package struct FileTransferTable {
    let connection: any SQLConnection

    package init(_ connection: any SQLConnection) {
        self.connection = connection
    }

    private static let columns: StaticString = """
        id, project, source, target, target_name, filename, path, size, sha256, state, chunks_relayed, failure, created_by, created_at, ended_at
        """

    package func insert(_ transfer: FileTransfer) throws {
        try connection.execute(
            """
            INSERT INTO file_transfer (\(raw: Self.columns)) VALUES (\(transfer.id), \(transfer.project), \(transfer.source),
                \(transfer.target), \(transfer.targetName), \(transfer.filename), \(transfer.path), \(transfer.size), \(transfer.sha256),
                \(transfer.state), \(transfer.chunksRelayed), \(transfer.failure), \(transfer.createdBy.json), \(transfer.createdAt),
                \(transfer.endedAt))
            """)
    }

    package func save(_ transfer: FileTransfer) throws {
        try connection.execute(
            """
            UPDATE file_transfer SET state = \(transfer.state), chunks_relayed = \(transfer.chunksRelayed),
                failure = \(transfer.failure), ended_at = \(transfer.endedAt) WHERE id = \(transfer.id)
            """)
    }

    package func find(_ id: FileTransfer.ID) throws -> FileTransfer? {
        try connection.row("SELECT \(raw: Self.columns) FROM file_transfer WHERE id = \(id)").map(Self.read)
    }

    /// Those whose id begins with `prefix`, at most two.
    package func find(prefix: String, in project: Project.ID) throws -> [FileTransfer] {
        // `~` sorts behind all that a UUID holds.
        try connection.rows(
            """
            SELECT \(raw: Self.columns) FROM file_transfer
            WHERE id >= \(prefix) AND id < \(prefix + "~") AND project = \(project) ORDER BY id LIMIT 2
            """
        ).map(Self.read)
    }

    /// Those under way, of every project.
    package func open() throws -> [FileTransfer] {
        try connection.rows("SELECT \(raw: Self.columns) FROM file_transfer WHERE ended_at IS NULL").map(Self.read)
    }

    package func openCount(from source: Server.ID) throws -> Int {
        guard let row = try connection.row("SELECT COUNT(*) FROM file_transfer WHERE source = \(source) AND ended_at IS NULL") else {
            return 0
        }
        var reader = RowReader(row)
        return try reader.int()
    }

    private static func read(_ row: SQLRow) throws -> FileTransfer {
        var reader = RowReader(row)
        return FileTransfer(
            id: try reader.id(), project: try reader.id(), source: try reader.id(), target: try reader.id(),
            targetName: try reader.text(), filename: try reader.text(), path: try reader.text(), size: try reader.int(),
            sha256: try reader.text(), state: try reader.value(), chunksRelayed: try reader.int(), failure: try reader.optionalText(),
            createdBy: try Actor(json: try reader.json()), createdAt: try reader.time(), endedAt: try reader.optionalTime())
    }
}
