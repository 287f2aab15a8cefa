extension Migration {
    /// Pipelines kept under a name, to be run again.
    static let hub9 = Migration(
        9,
        [
            """
            CREATE TABLE saved_template (
                id TEXT PRIMARY KEY NOT NULL, project TEXT NOT NULL REFERENCES project (id), name TEXT NOT NULL, document TEXT NOT NULL,
                created_by TEXT NOT NULL, created_at BIGINT NOT NULL, UNIQUE (project, name))
            """
        ])
}
