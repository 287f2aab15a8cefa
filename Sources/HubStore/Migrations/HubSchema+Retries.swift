extension Migration {
    /// How often a task was tried in vain, and when it is tried again.
    static let hub8 = Migration(
        8,
        [
            """
            CREATE TABLE task_retry (
                task TEXT PRIMARY KEY NOT NULL REFERENCES agent_task (id), failures BIGINT NOT NULL CHECK (failures > 0), due BIGINT)
            """,
            "CREATE INDEX task_retry_due ON task_retry (due) WHERE due IS NOT NULL",
        ])
}
