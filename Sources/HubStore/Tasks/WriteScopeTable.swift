import HubCore

/// The write scopes of the tasks that are on a server now. No others are here, so that a comparison costs what runs, not what waits.
package struct WriteScopeTable {
    let connection: any SQLConnection

    package init(_ connection: any SQLConnection) {
        self.connection = connection
    }

    package struct Entry: Hashable, Sendable {
        package let task: AgentTask.ID
        package let number: Int
        package let title: String
        package let scope: WriteScope
    }

    /// - Parameter repository: lower case.
    package func put(_ scope: WriteScope, in repository: String, of task: AgentTask) throws {
        try connection.execute(
            """
            INSERT INTO write_scope (task, project, repository, patterns)
            VALUES (\(task.id), \(task.project), \(repository), \(JSONValue(scope.patterns)))
            ON CONFLICT (task) DO UPDATE SET repository = excluded.repository, patterns = excluded.patterns
            """)
    }

    package func remove(of task: AgentTask.ID) throws {
        try connection.execute("DELETE FROM write_scope WHERE task = \(task)")
    }

    /// - Parameter repository: lower case.
    package func all(in repository: String, of project: Project.ID) throws -> [Entry] {
        try connection.rows(
            """
            SELECT write_scope.task, agent_task.number, agent_task.title, write_scope.patterns
            FROM write_scope JOIN agent_task ON agent_task.id = write_scope.task
            WHERE write_scope.project = \(project) AND write_scope.repository = \(repository) ORDER BY agent_task.number
            """
        ).map { row in
            var reader = RowReader(row)
            return Entry(
                task: try reader.id(), number: try reader.int(), title: try reader.text(), scope: WriteScope(try reader.json().strings))
        }
    }
}

extension AgentTask.Content {
    /// The repository, in lower case, of a task that says which paths it changes.
    package var writesIn: String? { requirements.writes.isEmpty ? nil : repository?.lowercased() }
}
