import HubCore

/// The bytes of files, in pieces. They lie in the database, so that one backup holds all and a crash loses none.
package struct FileContentTable {
    let connection: any SQLConnection

    package init(_ connection: any SQLConnection) {
        self.connection = connection
    }

    package func insert(_ id: FileContent.ID, size: Int, sha256: String, at now: Timestamp) throws {
        try connection.execute(
            "INSERT INTO file_content (id, size, sha256, created_at) VALUES (\(id), \(size), \(sha256), \(now))")
    }

    package func insert(piece number: Int, _ bytes: [UInt8], of id: FileContent.ID) throws {
        try connection.execute("INSERT INTO file_piece (content, number, bytes) VALUES (\(id), \(number), \(bytes))")
    }

    /// Size in bytes and SHA-256 of what was announced.
    package func measure(of id: FileContent.ID) throws -> (size: Int, sha256: String)? {
        try connection.row("SELECT size, sha256 FROM file_content WHERE id = \(id)").map { row in
            var reader = RowReader(row)
            return (try reader.int(), try reader.text())
        }
    }

    /// A piece, from 0 on; `nil` behind the last.
    package func piece(_ number: Int, of id: FileContent.ID) throws -> [UInt8]? {
        try connection.row("SELECT bytes FROM file_piece WHERE content = \(id) AND number = \(number)").map { row in
            var reader = RowReader(row)
            return try reader.blob()
        }
    }

    package func pieceCount(of id: FileContent.ID) throws -> Int {
        guard let row = try connection.row("SELECT COUNT(*) FROM file_piece WHERE content = \(id)") else { return 0 }
        var reader = RowReader(row)
        return try reader.int()
    }

    package func remove(_ id: FileContent.ID) throws {
        try connection.execute("DELETE FROM file_piece WHERE content = \(id)")
        try connection.execute("DELETE FROM file_content WHERE id = \(id)")
    }

    /// Contents that no file has and that were begun before `time`: what a caller left behind who never came to the end.
    package func orphans(olderThan time: Timestamp, limit: Int) throws -> [FileContent.ID] {
        try connection.rows(
            """
            SELECT id FROM file_content
            WHERE created_at < \(time) AND NOT EXISTS (SELECT 1 FROM hub_file WHERE hub_file.content = file_content.id) LIMIT \(limit)
            """
        ).map { row in
            var reader = RowReader(row)
            return try reader.id()
        }
    }
}
