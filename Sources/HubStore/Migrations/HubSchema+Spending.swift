extension Migration {
    /// How often a task was tried in vain, and when it is tried again; what agents spent, in millionths of the hub's currency.
    static let hub8 = Migration(
        8,
        [
            """
            CREATE TABLE task_retry (
                task TEXT PRIMARY KEY NOT NULL REFERENCES agent_task (id), failures BIGINT NOT NULL CHECK (failures > 0), due BIGINT)
            """,
            "CREATE INDEX task_retry_due ON task_retry (due) WHERE due IS NOT NULL",
            // Totals as they were reported; the other tables add up what came.
            """
            CREATE TABLE task_usage (
                task TEXT NOT NULL, attempt BIGINT NOT NULL, run TEXT NOT NULL, model TEXT NOT NULL,
                tokens_in BIGINT NOT NULL CHECK (tokens_in >= 0), tokens_out BIGINT NOT NULL CHECK (tokens_out >= 0),
                cost BIGINT NOT NULL CHECK (cost >= 0), reported_at BIGINT NOT NULL, PRIMARY KEY (task, attempt, run, model),
                FOREIGN KEY (task, attempt) REFERENCES attempt (task, number))
            """,
            """
            CREATE TABLE task_spending (
                task TEXT PRIMARY KEY NOT NULL REFERENCES agent_task (id), project TEXT NOT NULL REFERENCES project (id),
                tokens_in BIGINT NOT NULL, tokens_out BIGINT NOT NULL, cost BIGINT NOT NULL)
            """,
            "CREATE INDEX task_spending_project ON task_spending (project, cost)",
            """
            CREATE TABLE day_spending (
                project TEXT NOT NULL REFERENCES project (id), day TEXT NOT NULL, tokens_in BIGINT NOT NULL, tokens_out BIGINT NOT NULL,
                cost BIGINT NOT NULL, PRIMARY KEY (project, day))
            """,
            "CREATE TABLE fleet_spending (day TEXT PRIMARY KEY NOT NULL, cost BIGINT NOT NULL)",
            """
            CREATE TABLE spending_waiver (
                task TEXT NOT NULL REFERENCES agent_task (id), cap TEXT NOT NULL CHECK (cap IN ('task', 'project', 'day', 'fleet')),
                mark TEXT NOT NULL, PRIMARY KEY (task, cap, mark))
            """,
        ])
}
