import HubCore

/// The tasks that failed under a ``RetryPolicy``: how often since somebody last tried them by hand, and when they are tried again.
package struct RetryTable {
    let connection: any SQLConnection

    package init(_ connection: any SQLConnection) {
        self.connection = connection
    }

    package struct Entry: Hashable, Sendable {
        package let failures: Int
        /// `nil` while an attempt is under way, after the last one, and where somebody stopped it.
        package let due: Timestamp?
    }

    package func put(_ task: AgentTask.ID, failures: Int, due: Timestamp?) throws {
        try connection.execute(
            """
            INSERT INTO task_retry (task, failures, due) VALUES (\(task), \(failures), \(due))
            ON CONFLICT (task) DO UPDATE SET failures = excluded.failures, due = excluded.due
            """)
    }

    package func remove(_ task: AgentTask.ID) throws {
        try connection.execute("DELETE FROM task_retry WHERE task = \(task)")
    }

    package func find(_ task: AgentTask.ID) throws -> Entry? {
        try connection.row("SELECT failures, due FROM task_retry WHERE task = \(task)").map { row in
            var reader = RowReader(row)
            return Entry(failures: try reader.int(), due: try reader.optionalTime())
        }
    }

    /// What waits for its next try, in every project.
    package func waiting() throws -> [(task: AgentTask.ID, due: Timestamp)] {
        try connection.rows("SELECT task, due FROM task_retry WHERE due IS NOT NULL ORDER BY due").map { row in
            var reader = RowReader(row)
            return (try reader.id(), try reader.time())
        }
    }

    /// Whether any task of the pipeline is tried again.
    package func areDue(in pipeline: PipelineRun.ID) throws -> Bool {
        try connection.row(
            """
            SELECT 1 FROM task_retry JOIN pipeline_task ON pipeline_task.task = task_retry.task
            WHERE pipeline_task.pipeline = \(pipeline) AND task_retry.due IS NOT NULL LIMIT 1
            """) != nil
    }
}
