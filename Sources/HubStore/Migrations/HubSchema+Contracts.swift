extension Migration {
    /// What tasks produced under their contracts.
    static let hub4 = Migration(
        4,
        [
            """
            CREATE TABLE contract_value (
                task TEXT NOT NULL REFERENCES agent_task (id), key TEXT NOT NULL, value TEXT NOT NULL, created_at BIGINT NOT NULL,
                PRIMARY KEY (task, key))
            """
        ])
}
