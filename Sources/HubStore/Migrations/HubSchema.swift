extension Schema {
    /// Everything but what the chat gateway keeps for itself.
    package static let hub = Schema(
        component: "hub", migrations: [.hub1, .hub2, .hub3, .hub4, .hub6, .hub7, .hub8, .hub9, .hub10, .hub11, .hub12])
}

extension Migration {
    // The checks of `agent_task` spell their lists out: SQLite builds a table in memory for an `IN` of three or more, anew for each
    // statement that changes the state.
    fileprivate static let hub1 = Migration(
        1,
        [
            """
            CREATE TABLE project (
                id TEXT PRIMARY KEY NOT NULL, name TEXT NOT NULL UNIQUE, settings TEXT NOT NULL,
                next_number BIGINT NOT NULL DEFAULT 1, created_at BIGINT NOT NULL)
            """,
            """
            CREATE TABLE person (
                id TEXT PRIMARY KEY NOT NULL, name TEXT NOT NULL, is_administrator BOOLEAN NOT NULL, created_at BIGINT NOT NULL)
            """,
            """
            CREATE TABLE person_identity (
                kind TEXT NOT NULL, subject TEXT NOT NULL, person TEXT NOT NULL REFERENCES person (id), created_at BIGINT NOT NULL,
                PRIMARY KEY (kind, subject))
            """,
            "CREATE INDEX person_identity_person ON person_identity (person)",
            """
            CREATE TABLE membership (
                project TEXT NOT NULL REFERENCES project (id), person TEXT NOT NULL REFERENCES person (id),
                role TEXT NOT NULL CHECK (role IN ('viewer', 'member', 'owner')), created_at BIGINT NOT NULL,
                PRIMARY KEY (project, person))
            """,
            "CREATE INDEX membership_person ON membership (person)",
            """
            CREATE TABLE server (
                id TEXT PRIMARY KEY NOT NULL, project TEXT NOT NULL REFERENCES project (id), name TEXT NOT NULL,
                machine_id TEXT NOT NULL, machine TEXT NOT NULL, reported TEXT NOT NULL, override TEXT NOT NULL,
                state TEXT NOT NULL CHECK (state IN ('online', 'offline')), last_heard BIGINT NOT NULL, last_used BIGINT,
                is_drained BOOLEAN NOT NULL, registered_at BIGINT NOT NULL, revoked_at BIGINT)
            """,
            "CREATE INDEX server_project ON server (project, name)",
            """
            CREATE TABLE credential (
                hash TEXT PRIMARY KEY NOT NULL,
                kind TEXT NOT NULL CHECK (kind IN ('pairing', 'invite', 'registration', 'api_token', 'server_key')),
                project TEXT REFERENCES project (id), person TEXT REFERENCES person (id), server TEXT REFERENCES server (id),
                role TEXT CHECK (role IN ('viewer', 'member', 'owner')), name TEXT NOT NULL, created_by TEXT NOT NULL,
                created_at BIGINT NOT NULL, expires_at BIGINT, used_at BIGINT, revoked_at BIGINT)
            """,
            "CREATE INDEX credential_server ON credential (server) WHERE server IS NOT NULL",
            """
            CREATE TABLE agent_task (
                id TEXT PRIMARY KEY NOT NULL, project TEXT NOT NULL REFERENCES project (id), number BIGINT NOT NULL,
                title TEXT NOT NULL, spec TEXT NOT NULL, priority_rank BIGINT NOT NULL, kind TEXT NOT NULL, repository TEXT, branch TEXT,
                details TEXT NOT NULL, require_plan BOOLEAN, require_review BOOLEAN, auto_assign BOOLEAN,
                created_by JSONB NOT NULL, created_at BIGINT NOT NULL,
                state TEXT NOT NULL CHECK (state = 'pending' OR state = 'assigned' OR state = 'planning' OR state = 'plan_review'
                    OR state = 'running' OR state = 'needs_human' OR state = 'review' OR state = 'done' OR state = 'failed'
                    OR state = 'cancelled'),
                since BIGINT NOT NULL, updated_at BIGINT NOT NULL, started_at BIGINT, completed_at BIGINT,
                version BIGINT NOT NULL, attempt BIGINT NOT NULL, server TEXT REFERENCES server (id), asker TEXT,
                plan TEXT, feedback TEXT, result TEXT, failure TEXT,
                open_blockers BIGINT NOT NULL DEFAULT 0 CHECK (open_blockers >= 0),
                UNIQUE (project, number),
                CHECK ((completed_at IS NOT NULL) = (state = 'done' OR state = 'failed' OR state = 'cancelled')),
                CHECK (server IS NOT NULL OR state = 'pending' OR state = 'done' OR state = 'failed' OR state = 'cancelled'))
            """,
            """
            CREATE INDEX agent_task_waiting ON agent_task (project, priority_rank, number)
                WHERE state = 'pending' AND open_blockers = 0
            """,
            """
            CREATE INDEX agent_task_placed ON agent_task (server, state)
                WHERE server IS NOT NULL AND completed_at IS NULL
            """,
            "CREATE INDEX agent_task_state ON agent_task (project, state, number)",
            """
            CREATE TABLE attempt (
                task TEXT NOT NULL REFERENCES agent_task (id), number BIGINT NOT NULL, server TEXT NOT NULL REFERENCES server (id),
                opened_at BIGINT NOT NULL, closed_at BIGINT, outcome TEXT,
                PRIMARY KEY (task, number), CHECK ((closed_at IS NULL) = (outcome IS NULL)))
            """,
            """
            CREATE TABLE dependency (
                downstream TEXT NOT NULL REFERENCES agent_task (id), upstream TEXT NOT NULL REFERENCES agent_task (id),
                kind TEXT NOT NULL CHECK (kind IN ('blocks', 'input', 'related')), contract_key TEXT,
                is_resolved BOOLEAN NOT NULL, created_at BIGINT NOT NULL, PRIMARY KEY (downstream, upstream),
                CHECK (downstream <> upstream))
            """,
            "CREATE INDEX dependency_upstream ON dependency (upstream)",
            """
            CREATE TABLE intervention (
                id TEXT PRIMARY KEY NOT NULL, project TEXT NOT NULL REFERENCES project (id), task TEXT NOT NULL REFERENCES agent_task (id),
                attempt BIGINT NOT NULL, kind TEXT NOT NULL CHECK (kind IN ('help', 'question', 'approval')), question TEXT NOT NULL,
                details TEXT NOT NULL, created_at BIGINT NOT NULL,
                state TEXT NOT NULL CHECK (state IN ('pending', 'responded', 'withdrawn')), answer TEXT,
                number BIGINT NOT NULL, UNIQUE (project, number), CHECK ((answer IS NOT NULL) = (state = 'responded')))
            """,
            "CREATE UNIQUE INDEX intervention_open ON intervention (task) WHERE state = 'pending'",
            "CREATE INDEX intervention_task ON intervention (task, number)",
            """
            CREATE TABLE note (
                id TEXT PRIMARY KEY NOT NULL, task TEXT NOT NULL REFERENCES agent_task (id), author TEXT NOT NULL, content TEXT NOT NULL,
                is_urgent BOOLEAN NOT NULL, created_at BIGINT NOT NULL, number BIGINT NOT NULL, UNIQUE (task, number))
            """,
            """
            CREATE TABLE event (
                sequence BIGINT PRIMARY KEY NOT NULL, project TEXT NOT NULL REFERENCES project (id), kind TEXT NOT NULL,
                actor_kind TEXT NOT NULL, actor_id TEXT NOT NULL, actor_name TEXT NOT NULL, channel TEXT NOT NULL, subject TEXT NOT NULL,
                before_state TEXT, after_state TEXT, data TEXT NOT NULL, at BIGINT NOT NULL, hash TEXT NOT NULL)
            """,
            "CREATE INDEX event_project ON event (project, sequence)",
            "CREATE INDEX event_subject ON event (subject, sequence)",
            """
            CREATE TABLE audit_head (
                project TEXT PRIMARY KEY NOT NULL REFERENCES project (id), sequence BIGINT NOT NULL, count BIGINT NOT NULL,
                hash TEXT NOT NULL, seal TEXT NOT NULL)
            """,
            """
            CREATE TABLE handled (
                caller TEXT NOT NULL, key TEXT NOT NULL, fingerprint TEXT NOT NULL, outcome TEXT NOT NULL, at BIGINT NOT NULL,
                PRIMARY KEY (caller, key))
            """,
            "CREATE INDEX handled_at ON handled (at)",
            "CREATE TABLE subscriber (name TEXT PRIMARY KEY NOT NULL, sequence BIGINT NOT NULL)",
        ])
}
