import HubCore

/// What tasks handed in under their contracts, valid when it was stored.
package struct ContractValueTable {
    let connection: any SQLConnection

    package init(_ connection: any SQLConnection) {
        self.connection = connection
    }

    /// Replaces all values of the task.
    package func put(_ values: [JSONValue.Member], of task: AgentTask.ID, at now: Timestamp) throws {
        try remove(of: task)
        for value in values {
            try connection.execute(
                """
                INSERT INTO contract_value (task, key, value, created_at)
                VALUES (\(task), \(value.name), \(value.value.text), \(now))
                """)
        }
    }

    package func remove(of task: AgentTask.ID) throws {
        try connection.execute("DELETE FROM contract_value WHERE task = \(task)")
    }

    /// By key.
    package func values(of task: AgentTask.ID) throws -> [JSONValue.Member] {
        try connection.rows("SELECT key, value FROM contract_value WHERE task = \(task) ORDER BY key").map { row in
            var reader = RowReader(row)
            return JSONValue.Member(try reader.text(), try JSONValue(parsing: try reader.text()))
        }
    }

    /// What the resolved `input` edges deliver to `task`, by the number of the upstream task and by key.
    package func inputs(of task: AgentTask.ID) throws -> [(upstream: Int, value: JSONValue.Member)] {
        try connection.rows(
            """
            SELECT other.number, given.key, given.value
            FROM dependency AS edge JOIN contract_value AS given ON given.task = edge.upstream
                JOIN agent_task AS other ON other.id = edge.upstream
            WHERE edge.downstream = \(task) AND edge.kind = 'input' AND edge.is_resolved = TRUE
                AND (edge.contract_key IS NULL OR edge.contract_key = given.key)
            ORDER BY other.number, given.key
            """
        ).map { row in
            var reader = RowReader(row)
            return (try reader.int(), JSONValue.Member(try reader.text(), try JSONValue(parsing: try reader.text())))
        }
    }
}
