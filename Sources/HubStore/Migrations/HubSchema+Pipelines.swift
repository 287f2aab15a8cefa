extension Migration {
    /// Pipelines, which tasks belong to them, and how many of those are in which state.
    static let hub6 = Migration(
        6,
        [
            """
            CREATE TABLE pipeline (
                id TEXT PRIMARY KEY NOT NULL, project TEXT NOT NULL REFERENCES project (id), number BIGINT NOT NULL, name TEXT,
                document TEXT, created_by TEXT NOT NULL, created_at BIGINT NOT NULL, finished_at BIGINT, UNIQUE (project, number))
            """,
            """
            CREATE TABLE pipeline_task (
                task TEXT PRIMARY KEY NOT NULL REFERENCES agent_task (id), pipeline TEXT NOT NULL REFERENCES pipeline (id),
                name TEXT NOT NULL)
            """,
            "CREATE INDEX pipeline_task_pipeline ON pipeline_task (pipeline)",
            // Kept in step with the tasks, so that progress is never counted anew: that would grow with the square of the tasks.
            """
            CREATE TABLE pipeline_count (
                pipeline TEXT NOT NULL REFERENCES pipeline (id), state TEXT NOT NULL, tasks BIGINT NOT NULL CHECK (tasks >= 0),
                PRIMARY KEY (pipeline, state))
            """,
            // Documents that somebody looks at before pressing Create.
            """
            CREATE TABLE pipeline_draft (
                id TEXT PRIMARY KEY NOT NULL, project TEXT NOT NULL REFERENCES project (id), document TEXT NOT NULL,
                created_at BIGINT NOT NULL)
            """,
        ])
}
