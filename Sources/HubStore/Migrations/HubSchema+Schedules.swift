extension Migration {
    /// What the hub creates again and again. `due` is an instant in UTC; wall-clock time never is stored.
    static let hub7 = Migration(
        7,
        [
            """
            CREATE TABLE schedule (
                id TEXT PRIMARY KEY NOT NULL, project TEXT NOT NULL REFERENCES project (id), number BIGINT NOT NULL, name TEXT NOT NULL,
                cron TEXT NOT NULL, time_zone TEXT NOT NULL, catch_up TEXT NOT NULL CHECK (catch_up IN ('skip', 'once', 'all')),
                pipeline TEXT NOT NULL, created_by TEXT NOT NULL, created_at BIGINT NOT NULL, due BIGINT, is_paused BOOLEAN NOT NULL,
                last_fired BIGINT, removed_at BIGINT, UNIQUE (project, number))
            """,
            "CREATE INDEX schedule_due ON schedule (due) WHERE due IS NOT NULL",
        ])
}
