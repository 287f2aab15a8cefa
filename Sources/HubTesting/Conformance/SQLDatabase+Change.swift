import HubStore

extension SQLDatabase {
    /// Runs one statement as a write of its own.
    package func change(_ sql: SQL) async throws {
        try await write { connection in
            try connection.execute(sql)
            return
        }
    }
}
