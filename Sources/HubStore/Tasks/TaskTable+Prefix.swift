import HubCore

extension TaskTable {
    /// The ids of a project that begin with `prefix`, at most two: enough to tell whether it is unique.
    package func find(prefix: String, in project: Project.ID) throws -> [AgentTask.ID] {
        // `~` sorts behind all that a UUID holds, so the range is read from the primary key.
        try connection.rows(
            "SELECT id FROM agent_task WHERE id >= \(prefix) AND id < \(prefix + "~") AND project = \(project) ORDER BY id LIMIT 2"
        ).map { row in
            var reader = RowReader(row)
            return try reader.id()
        }
    }
}
