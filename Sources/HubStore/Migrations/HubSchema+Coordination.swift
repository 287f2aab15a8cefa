extension Migration {
    /// Reminders, what was measured of a result, write scopes, and the classes in which waiting tasks are matched with servers.
    static let hub12 = Migration(
        12,
        [
            """
            CREATE TABLE task_reminder (
                task TEXT PRIMARY KEY NOT NULL REFERENCES agent_task (id), since BIGINT NOT NULL,
                step BIGINT NOT NULL CHECK (step >= 0 AND step <= 2))
            """,
            "ALTER TABLE agent_task ADD COLUMN diff_stats TEXT",
            // Tasks that the same servers may run are of one class. Filled in when the hub starts.
            """
            CREATE TABLE placement_class (
                id BIGINT PRIMARY KEY NOT NULL, project TEXT NOT NULL REFERENCES project (id), needs TEXT NOT NULL,
                UNIQUE (project, needs))
            """,
            "ALTER TABLE agent_task ADD COLUMN placement_class BIGINT",
            "CREATE INDEX agent_task_unclassified ON agent_task (id) WHERE placement_class IS NULL",
            """
            CREATE INDEX agent_task_class ON agent_task (project, placement_class, priority_rank, number)
                WHERE state = 'pending' AND open_blockers = 0
            """,
            // The repository that a task writes to, where it says which paths.
            "ALTER TABLE agent_task ADD COLUMN writes_in TEXT",
            """
            CREATE INDEX agent_task_writes ON agent_task (project, writes_in, placement_class, priority_rank, number)
                WHERE state = 'pending' AND open_blockers = 0 AND writes_in IS NOT NULL
            """,
            """
            CREATE TABLE write_scope (
                task TEXT PRIMARY KEY NOT NULL REFERENCES agent_task (id), project TEXT NOT NULL REFERENCES project (id),
                repository TEXT NOT NULL, patterns TEXT NOT NULL)
            """,
            "CREATE INDEX write_scope_repository ON write_scope (project, repository)",
        ])
}
