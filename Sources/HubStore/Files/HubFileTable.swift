import HubCore

extension HubFile.State: SQLRepresentable {}

/// The stored files, without their bytes.
package struct HubFileTable {
    let connection: any SQLConnection

    package init(_ connection: any SQLConnection) {
        self.connection = connection
    }

    private static let columns: StaticString = """
        id, project, server, task, name, path, size, sha256, content, state, created_by, created_at, ended_at, failure
        """

    package func insert(_ file: HubFile) throws {
        try connection.execute(
            """
            INSERT INTO hub_file (\(raw: Self.columns)) VALUES (\(file.id), \(file.project), \(file.server), \(file.task), \(file.name),
                \(file.path), \(file.size), \(file.sha256), \(file.content), \(file.state), \(file.createdBy.json), \(file.createdAt),
                \(file.endedAt), \(file.failure))
            """)
    }

    package func save(_ file: HubFile) throws {
        try connection.execute(
            """
            UPDATE hub_file SET name = \(file.name), path = \(file.path), size = \(file.size), sha256 = \(file.sha256),
                content = \(file.content), state = \(file.state), ended_at = \(file.endedAt), failure = \(file.failure)
            WHERE id = \(file.id)
            """)
    }

    package func find(_ id: HubFile.ID) throws -> HubFile? {
        try connection.row("SELECT \(raw: Self.columns) FROM hub_file WHERE id = \(id)").map(Self.read)
    }

    /// What waits for a server in this state, oldest first.
    package func waiting(for server: Server.ID, _ state: HubFile.State, limit: Int = HubFile.maximumWaiting) throws -> [HubFile] {
        try connection.rows(
            """
            SELECT \(raw: Self.columns) FROM hub_file WHERE server = \(server) AND state = \(state) AND ended_at IS NULL
            ORDER BY created_at, id LIMIT \(limit)
            """
        ).map(Self.read)
    }

    package func waitingCount(for server: Server.ID) throws -> Int {
        try count("SELECT COUNT(*) FROM hub_file WHERE server = \(server) AND ended_at IS NULL")
    }

    /// The latest of a project, newest first; of one task if it is given.
    package func latest(in project: Project.ID, task: AgentTask.ID? = nil, limit: Int) throws -> [HubFile] {
        let filter: SQL = if let task { "AND task = \(task)" } else { "" }
        return try connection.rows(
            """
            SELECT \(raw: Self.columns) FROM hub_file WHERE project = \(project) \(filter) ORDER BY created_at DESC, id LIMIT \(limit)
            """
        ).map(Self.read)
    }

    /// Whether a file of that name, with other bytes, is on its way to the server or was brought there lately.
    package func isTaken(_ name: String, on server: Server.ID, sha256: String, since time: Timestamp) throws -> Bool {
        try count(
            """
            SELECT COUNT(*) FROM hub_file WHERE server = \(server) AND name = \(name) AND state IN ('offered', 'delivered')
                AND sha256 <> \(sha256) AND created_at > \(time)
            """) > 0
    }

    /// Bytes that the project's files take.
    package func keptBytes(in project: Project.ID) throws -> Int {
        try count("SELECT COALESCE(SUM(size), 0) FROM hub_file WHERE project = \(project) AND content IS NOT NULL")
    }

    /// Files that began to wait before `time` and still do.
    package func waiting(since time: Timestamp, limit: Int) throws -> [HubFile] {
        try connection.rows(
            "SELECT \(raw: Self.columns) FROM hub_file WHERE ended_at IS NULL AND created_at < \(time) LIMIT \(limit)"
        ).map(Self.read)
    }

    /// Files that ended before `time` and whose bytes are still kept.
    package func kept(endedBefore time: Timestamp, limit: Int) throws -> [HubFile] {
        try connection.rows(
            "SELECT \(raw: Self.columns) FROM hub_file WHERE content IS NOT NULL AND ended_at < \(time) LIMIT \(limit)"
        ).map(Self.read)
    }

    private func count(_ sql: SQL) throws -> Int {
        guard let row = try connection.row(sql) else { return 0 }
        var reader = RowReader(row)
        return try reader.int()
    }

    private static func read(_ row: SQLRow) throws -> HubFile {
        var reader = RowReader(row)
        return HubFile(
            id: try reader.id(), project: try reader.id(), server: try reader.id(), task: try reader.optionalID(),
            name: try reader.text(), path: try reader.optionalText(), size: try reader.optionalInt().map { Int($0) },
            sha256: try reader.optionalText(), content: try reader.optionalID(), state: try reader.value(),
            createdBy: try Actor(json: try reader.json()), createdAt: try reader.time(), endedAt: try reader.optionalTime(),
            failure: try reader.optionalText())
    }
}
