import HubCore

/// Who was told last that a task waits for a person, by task. Each wait is known by its beginning.
package struct ReminderTable {
    let connection: any SQLConnection

    package init(_ connection: any SQLConnection) {
        self.connection = connection
    }

    package func step(_ task: AgentTask.ID, since: Timestamp) throws -> Patience.Step {
        guard let row = try connection.row("SELECT step FROM task_reminder WHERE task = \(task) AND since = \(since)") else {
            return .nobody
        }
        var reader = RowReader(row)
        return Patience.Step(rawValue: try reader.int()) ?? .nobody
    }

    package func put(_ step: Patience.Step, _ task: AgentTask.ID, since: Timestamp) throws {
        try connection.execute(
            """
            INSERT INTO task_reminder (task, since, step) VALUES (\(task), \(since), \(step.rawValue))
            ON CONFLICT (task) DO UPDATE SET since = excluded.since, step = excluded.step
            """)
    }
}
