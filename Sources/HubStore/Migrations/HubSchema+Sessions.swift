extension Migration {
    /// Terminals, what the hub tells them, and their keys.
    static let hub2 = Migration(
        2,
        [
            """
            CREATE TABLE session (
                id TEXT PRIMARY KEY NOT NULL, project TEXT NOT NULL REFERENCES project (id),
                server TEXT NOT NULL REFERENCES server (id), created_by TEXT NOT NULL, created_at BIGINT NOT NULL, name TEXT NOT NULL,
                task TEXT REFERENCES agent_task (id), profile TEXT NOT NULL, working_directory TEXT,
                columns BIGINT NOT NULL, lines BIGINT NOT NULL,
                state TEXT NOT NULL CHECK (state IN ('starting', 'active', 'disconnected', 'closed', 'failed')),
                since BIGINT NOT NULL, tmux_name TEXT NOT NULL, pid BIGINT, ended_at BIGINT, exit_code BIGINT, failure TEXT,
                prompt TEXT,
                CHECK ((ended_at IS NOT NULL) = (state = 'closed' OR state = 'failed')))
            """,
            "CREATE UNIQUE INDEX session_name ON session (project, lower(name)) WHERE ended_at IS NULL",
            "CREATE INDEX session_project ON session (project, created_at)",
            "CREATE INDEX session_server ON session (server, ended_at)",
            "ALTER TABLE agent_task ADD COLUMN session TEXT REFERENCES session (id)",
            "ALTER TABLE agent_task ADD COLUMN source_session TEXT REFERENCES session (id)",
            "CREATE INDEX agent_task_session ON agent_task (session) WHERE session IS NOT NULL",
            "ALTER TABLE server ADD COLUMN terminals TEXT",
            """
            CREATE TABLE push (
                id TEXT PRIMARY KEY NOT NULL, number BIGINT NOT NULL, server TEXT NOT NULL REFERENCES server (id),
                session TEXT NOT NULL REFERENCES session (id), task TEXT REFERENCES agent_task (id), kind TEXT NOT NULL,
                payload TEXT NOT NULL, created_at BIGINT NOT NULL, sent_at BIGINT,
                state TEXT NOT NULL CHECK (state IN ('queued', 'sent', 'delivered', 'dropped')), reason TEXT,
                settled_at BIGINT, UNIQUE (server, number), CHECK ((reason IS NOT NULL) = (state = 'dropped')),
                CHECK ((settled_at IS NULL) = (state = 'queued' OR state = 'sent')))
            """,
            "CREATE INDEX push_open ON push (server, number) WHERE settled_at IS NULL",
            "CREATE INDEX push_session ON push (session, number)",
            "CREATE INDEX push_settled ON push (settled_at) WHERE settled_at IS NOT NULL",
            """
            CREATE TABLE session_key (
                hash TEXT PRIMARY KEY NOT NULL, session TEXT NOT NULL REFERENCES session (id), created_at BIGINT NOT NULL,
                revoked_at BIGINT)
            """,
            "CREATE INDEX session_key_session ON session_key (session)",
            """
            CREATE TABLE task_stall (
                task TEXT PRIMARY KEY NOT NULL REFERENCES agent_task (id), since BIGINT NOT NULL)
            """,
        ])
}
