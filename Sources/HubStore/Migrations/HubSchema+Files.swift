extension Migration {
    /// Files between hub and servers, approval rules, the log of permissions.
    static let hub3 = Migration(
        3,
        [
            "CREATE TABLE file_content (id TEXT PRIMARY KEY NOT NULL, size BIGINT NOT NULL, sha256 TEXT NOT NULL, created_at BIGINT NOT NULL)",
            // Pieces are small enough that none holds up the one writer for long.
            """
            CREATE TABLE file_piece (
                content TEXT NOT NULL REFERENCES file_content (id), number BIGINT NOT NULL, bytes BLOB NOT NULL,
                PRIMARY KEY (content, number))
            """,
            """
            CREATE TABLE hub_file (
                id TEXT PRIMARY KEY NOT NULL, project TEXT NOT NULL REFERENCES project (id), server TEXT NOT NULL REFERENCES server (id),
                task TEXT REFERENCES agent_task (id), name TEXT NOT NULL, path TEXT, size BIGINT, sha256 TEXT,
                content TEXT REFERENCES file_content (id),
                state TEXT NOT NULL CHECK (state IN ('offered', 'delivered', 'requested', 'received', 'failed')),
                created_by TEXT NOT NULL, created_at BIGINT NOT NULL, ended_at BIGINT, failure TEXT,
                CHECK ((ended_at IS NULL) = (state IN ('offered', 'requested'))), CHECK ((failure IS NOT NULL) = (state = 'failed')))
            """,
            "CREATE INDEX hub_file_waiting ON hub_file (server, state, created_at) WHERE ended_at IS NULL",
            "CREATE INDEX hub_file_project ON hub_file (project, created_at)",
            "CREATE INDEX hub_file_content ON hub_file (content) WHERE content IS NOT NULL",
            """
            CREATE TABLE file_transfer (
                id TEXT PRIMARY KEY NOT NULL, project TEXT NOT NULL REFERENCES project (id), source TEXT NOT NULL REFERENCES server (id),
                target TEXT NOT NULL REFERENCES server (id), target_name TEXT NOT NULL, filename TEXT NOT NULL, path TEXT NOT NULL,
                size BIGINT NOT NULL, sha256 TEXT NOT NULL,
                state TEXT NOT NULL CHECK (state IN ('pending', 'accepted', 'transferring', 'completed', 'failed', 'rejected')),
                chunks_relayed BIGINT NOT NULL, failure TEXT, created_by TEXT NOT NULL, created_at BIGINT NOT NULL, ended_at BIGINT,
                CHECK ((ended_at IS NOT NULL) = (state IN ('completed', 'failed', 'rejected'))))
            """,
            "CREATE INDEX file_transfer_open ON file_transfer (project) WHERE ended_at IS NULL",
            """
            CREATE TABLE approval_rule (
                id TEXT PRIMARY KEY NOT NULL, project TEXT NOT NULL REFERENCES project (id), server TEXT REFERENCES server (id),
                name TEXT NOT NULL, is_active BOOLEAN NOT NULL, tool_pattern TEXT NOT NULL, parameter_pattern TEXT, agents TEXT NOT NULL,
                action TEXT NOT NULL CHECK (action IN ('allow', 'deny')), created_by TEXT NOT NULL, created_at BIGINT NOT NULL,
                updated_at BIGINT NOT NULL, number BIGINT NOT NULL, UNIQUE (project, number))
            """,
            """
            CREATE TABLE permission_entry (
                project TEXT NOT NULL REFERENCES project (id), number BIGINT NOT NULL, server TEXT NOT NULL REFERENCES server (id),
                session TEXT, tool TEXT NOT NULL, input TEXT NOT NULL,
                decision TEXT NOT NULL CHECK (decision IN ('allowed', 'denied', 'asked')), rule TEXT, reason TEXT, agent TEXT,
                decided_at TEXT, received_at BIGINT NOT NULL, PRIMARY KEY (project, number))
            """,
            "CREATE INDEX permission_entry_received ON permission_entry (received_at)",
        ])
}
