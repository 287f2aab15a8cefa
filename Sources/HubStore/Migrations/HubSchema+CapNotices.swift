extension Migration {
    /// The caps that people were told of because tasks wait at them. The subject of a task's own cap is the task, else the project.
    static let hub11 = Migration(
        11,
        [
            """
            CREATE TABLE cap_notice (
                subject TEXT NOT NULL, cap TEXT NOT NULL CHECK (cap IN ('task', 'project', 'day', 'fleet')), mark TEXT NOT NULL,
                project TEXT NOT NULL REFERENCES project (id), told_at BIGINT NOT NULL, PRIMARY KEY (subject, cap))
            """,
            "CREATE INDEX cap_notice_project ON cap_notice (project)",
        ])
}
