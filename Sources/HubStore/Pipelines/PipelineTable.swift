import HubCore

/// The stored pipelines and their progress.
package struct PipelineTable {
    let connection: any SQLConnection

    package init(_ connection: any SQLConnection) {
        self.connection = connection
    }

    private static let columns: StaticString = "id, project, number, name, created_by, created_at, finished_at"

    package func takeNumber(in project: Project.ID) throws -> Int {
        guard let row = try connection.row("SELECT COALESCE(MAX(number), 0) + 1 FROM pipeline WHERE project = \(project)") else { return 1 }
        var reader = RowReader(row)
        return try reader.int()
    }

    /// Stores the pipeline with its tasks, all of which wait.
    ///
    /// - Parameters:
    ///   - document: what it was made of.
    ///   - tasks: with their names in the document.
    package func insert(_ run: PipelineRun, document: JSONValue?, tasks: [(name: String, id: AgentTask.ID)]) throws {
        try connection.execute(
            """
            INSERT INTO pipeline (\(raw: Self.columns), document) VALUES (
                \(run.id), \(run.project), \(run.number), \(run.name), \(run.createdBy.json), \(run.createdAt), \(run.finishedAt),
                \(document))
            """)
        for task in tasks {
            try connection.execute("INSERT INTO pipeline_task (task, pipeline, name) VALUES (\(task.id), \(run.id), \(task.name))")
        }
        for state in AgentTask.State.allCases {
            try connection.execute(
                """
                INSERT INTO pipeline_count (pipeline, state, tasks)
                VALUES (\(run.id), \(state), \(state == .pending ? tasks.count : 0))
                """)
        }
    }

    /// Counts a task of a pipeline under its new state.
    ///
    /// - Returns: whether it belongs to one.
    package func count(_ task: AgentTask.ID, from before: AgentTask.State, to after: AgentTask.State) throws -> Bool {
        try connection.execute(
            """
            UPDATE pipeline_count SET tasks = tasks + CASE WHEN state = \(after) THEN 1 ELSE -1 END
            WHERE pipeline = (SELECT pipeline FROM pipeline_task WHERE task = \(task)) AND (state = \(before) OR state = \(after))
            """) > 0
    }

    package func setFinished(_ id: PipelineRun.ID, at time: Timestamp?) throws {
        try connection.execute("UPDATE pipeline SET finished_at = \(time) WHERE id = \(id)")
    }

    package func find(_ id: PipelineRun.ID) throws -> PipelineRun? {
        try connection.row("SELECT \(raw: Self.columns) FROM pipeline WHERE id = \(id)").map(Self.read)
    }

    package func find(number: Int, in project: Project.ID) throws -> PipelineRun? {
        try connection.row("SELECT \(raw: Self.columns) FROM pipeline WHERE project = \(project) AND number = \(number)").map(Self.read)
    }

    package func find(of task: AgentTask.ID) throws -> PipelineRun? {
        try connection.row(
            "SELECT \(raw: Self.columns) FROM pipeline WHERE id = (SELECT pipeline FROM pipeline_task WHERE task = \(task))"
        ).map(Self.read)
    }

    /// The newest first.
    package func list(in project: Project.ID, openOnly: Bool = false, limit: Int) throws -> [PipelineRun] {
        try connection.rows(
            """
            SELECT \(raw: Self.columns) FROM pipeline WHERE project = \(project) AND (\(!openOnly) OR finished_at IS NULL)
            ORDER BY number DESC LIMIT \(limit)
            """
        ).map(Self.read)
    }

    package func document(of id: PipelineRun.ID) throws -> JSONValue? {
        guard let row = try connection.row("SELECT document FROM pipeline WHERE id = \(id)") else { return nil }
        var reader = RowReader(row)
        return try reader.optionalText().map { try JSONValue(parsing: $0) }
    }

    package func counts(of id: PipelineRun.ID) throws -> PipelineRun.Counts {
        var counts: [AgentTask.State: Int] = [:]
        for row in try connection.rows("SELECT state, tasks FROM pipeline_count WHERE pipeline = \(id)") {
            var reader = RowReader(row)
            counts[try reader.value()] = try reader.int()
        }
        return PipelineRun.Counts(counts)
    }

    /// In the order of their numbers, with their names in the document.
    package func tasks(of id: PipelineRun.ID, limit: Int) throws -> [(name: String, id: AgentTask.ID)] {
        try connection.rows(
            """
            SELECT pipeline_task.name, agent_task.id FROM pipeline_task JOIN agent_task ON agent_task.id = pipeline_task.task
            WHERE pipeline_task.pipeline = \(id) ORDER BY agent_task.number LIMIT \(limit)
            """
        ).map { row in
            var reader = RowReader(row)
            return (try reader.text(), try reader.id())
        }
    }

    /// What lies between the start and the end of the tasks of a project that were done last, in milliseconds.
    package func recentDurations(in project: Project.ID, limit: Int) throws -> [Int64] {
        try connection.rows(
            """
            SELECT completed_at - started_at FROM agent_task
            WHERE project = \(project) AND state = 'done' AND started_at IS NOT NULL ORDER BY number DESC LIMIT \(limit)
            """
        ).map { row in
            var reader = RowReader(row)
            return try reader.int64()
        }
    }

    package func insertDraft(_ id: PipelineRun.ID, _ document: JSONValue, in project: Project.ID, at now: Timestamp) throws {
        try connection.execute(
            "INSERT INTO pipeline_draft (id, project, document, created_at) VALUES (\(id), \(project), \(document), \(now))")
    }

    package func draft(_ id: PipelineRun.ID) throws -> (project: Project.ID, document: JSONValue)? {
        try connection.row("SELECT project, document FROM pipeline_draft WHERE id = \(id)").map { row in
            var reader = RowReader(row)
            return (try reader.id(), try JSONValue(parsing: try reader.text()))
        }
    }

    package func removeDrafts(before time: Timestamp) throws {
        try connection.execute("DELETE FROM pipeline_draft WHERE created_at < \(time)")
    }

    private static func read(_ row: SQLRow) throws -> PipelineRun {
        var reader = RowReader(row)
        return PipelineRun(
            id: try reader.id(), project: try reader.id(), number: try reader.int(), name: try reader.optionalText(),
            createdBy: try Actor(json: JSONValue(parsing: try reader.text())), createdAt: try reader.time(),
            finishedAt: try reader.optionalTime())
    }
}
