import HubCore

/// The silence that people were told of last, by task.
package struct StallTable {
    let connection: any SQLConnection

    package init(_ connection: any SQLConnection) {
        self.connection = connection
    }

    package func since(_ task: AgentTask.ID) throws -> Timestamp? {
        guard let row = try connection.row("SELECT since FROM task_stall WHERE task = \(task)") else { return nil }
        var reader = RowReader(row)
        return try reader.time()
    }

    package func put(_ task: AgentTask.ID, since: Timestamp) throws {
        try connection.execute(
            """
            INSERT INTO task_stall (task, since) VALUES (\(task), \(since))
            ON CONFLICT (task) DO UPDATE SET since = excluded.since
            """)
    }
}
