import HubCore

/// The keys that may touch one session's task only. The secrets are not here: a row holds the SHA-256 of one, as credentials do.
package struct SessionKeyTable {
    let connection: any SQLConnection

    package init(_ connection: any SQLConnection) {
        self.connection = connection
    }

    package func insert(hash: String, session: Session.ID, at now: Timestamp) throws {
        try connection.execute("INSERT INTO session_key (hash, session, created_at) VALUES (\(hash), \(session), \(now))")
    }

    /// - Parameter kept: so many of the newest stay good.
    package func revoke(of session: Session.ID, at now: Timestamp, keeping kept: Int = 0) throws {
        try connection.execute(
            """
            UPDATE session_key SET revoked_at = \(now) WHERE session = \(session) AND revoked_at IS NULL AND hash NOT IN (
                SELECT hash FROM session_key WHERE session = \(session) AND revoked_at IS NULL ORDER BY created_at DESC, hash LIMIT \(kept))
            """)
    }

    /// The session whose valid key has this hash, unless it is over.
    package func session(behind hash: String) throws -> (session: Session.ID, server: Server.ID)? {
        try connection.row(
            """
            SELECT session.id, session.server FROM session_key JOIN session ON session.id = session_key.session
            WHERE session_key.hash = \(hash) AND session_key.revoked_at IS NULL AND session.ended_at IS NULL
            """
        ).map { row in
            var reader = RowReader(row)
            return (try reader.id(), try reader.id())
        }
    }

    package func removeRevoked(before time: Timestamp) throws {
        try connection.execute("DELETE FROM session_key WHERE revoked_at IS NOT NULL AND revoked_at < \(time)")
    }
}
