import HubCore

/// The stored tasks.
package struct TaskTable {
    let connection: any SQLConnection

    package init(_ connection: any SQLConnection) {
        self.connection = connection
    }

    static let columns: StaticString = """
        id, project, number, title, spec, priority_rank, kind, repository, branch, details, require_plan, require_review, auto_assign,
        created_by, created_at, state, since, updated_at, started_at, completed_at, version, attempt, server, asker,
        plan, feedback, result, failure, session, source_session, diff_stats
        """

    package func find(_ id: AgentTask.ID) throws -> AgentTask? {
        try connection.row("SELECT \(raw: Self.columns) FROM agent_task WHERE id = \(id)").map(Self.read)
    }

    package func find(number: Int, in project: Project.ID) throws -> AgentTask? {
        try connection.row("SELECT \(raw: Self.columns) FROM agent_task WHERE project = \(project) AND number = \(number)").map(Self.read)
    }

    /// Takes the project's next number, the `#42` of people.
    package func takeNumber(in project: Project.ID) throws -> Int {
        try connection.execute("UPDATE project SET next_number = next_number + 1 WHERE id = \(project)")
        guard let row = try connection.row("SELECT next_number - 1 FROM project WHERE id = \(project)") else {
            throw SQLFault.undecodable("no project \(project)")
        }
        var reader = RowReader(row)
        return try reader.int()
    }

    package func insert(_ task: AgentTask, openBlockers: Int = 0) throws {
        let content = task.content
        try connection.execute(
            """
            INSERT INTO agent_task (\(raw: Self.columns), placement_class, writes_in, open_blockers) VALUES (
                \(task.id), \(task.project), \(task.number), \(content.title), \(content.spec), \(content.priority.rank), \(content.kind),
                \(content.repository), \(content.branch), \(content.details), \(content.requirePlan), \(content.requireReview),
                \(content.autoAssign), \(task.createdBy.json), \(task.createdAt), \(task.state), \(task.since), \(task.updatedAt),
                \(task.startedAt), \(task.completedAt), \(task.version), \(task.attempt), \(task.server), \(task.asker),
                \(task.plan?.json), \(task.feedback), \(task.result), \(task.failure), \(task.session), \(task.source),
                \(task.diffStats), \(try placementClass(of: content, in: task.project)), \(content.writesIn), \(openBlockers))
            """)
    }

    /// Saves `task` over the version it was loaded with.
    ///
    /// - Throws: ``SaveConflict`` when someone saved the task in between.
    package func save(_ task: AgentTask, replacing version: Int) throws {
        let changed = try connection.execute(
            """
            UPDATE agent_task SET state = \(task.state), since = \(task.since), updated_at = \(task.updatedAt),
                started_at = \(task.startedAt), completed_at = \(task.completedAt), version = \(task.version), attempt = \(task.attempt),
                server = \(task.server), asker = \(task.asker), plan = \(task.plan?.json), feedback = \(task.feedback),
                result = \(task.result), failure = \(task.failure), session = \(task.session), diff_stats = \(task.diffStats)
            WHERE id = \(task.id) AND version = \(version)
            """)
        guard changed == 1 else { throw SaveConflict(task: task.id) }
    }

    /// Saves what people edited. The caller has touched the task.
    ///
    /// - Throws: ``SaveConflict`` when someone saved the task in between.
    package func saveContent(_ task: AgentTask, replacing version: Int) throws {
        let content = task.content
        let changed = try connection.execute(
            """
            UPDATE agent_task SET title = \(content.title), spec = \(content.spec), priority_rank = \(content.priority.rank),
                kind = \(content.kind), repository = \(content.repository), branch = \(content.branch), details = \(content.details),
                require_plan = \(content.requirePlan), require_review = \(content.requireReview), auto_assign = \(content.autoAssign),
                updated_at = \(task.updatedAt), version = \(task.version),
                placement_class = \(try placementClass(of: content, in: task.project)), writes_in = \(content.writesIn)
            WHERE id = \(task.id) AND version = \(version)
            """)
        guard changed == 1 else { throw SaveConflict(task: task.id) }
    }

    package func openBlockers(of id: AgentTask.ID) throws -> Int {
        guard let row = try connection.row("SELECT open_blockers FROM agent_task WHERE id = \(id)") else { return 0 }
        var reader = RowReader(row)
        return try reader.int()
    }

    /// Tasks that a server has, oldest first.
    package func placed(on server: Server.ID) throws -> [AgentTask] {
        try connection.rows(
            """
            SELECT \(raw: Self.columns) FROM agent_task
            WHERE server = \(server) AND completed_at IS NULL AND state <> 'pending' ORDER BY number
            """
        ).map(Self.read)
    }

    /// Tasks of a session that are not at their end, oldest first.
    package func placed(in session: Session.ID) throws -> [AgentTask] {
        try connection.rows(
            """
            SELECT \(raw: Self.columns) FROM agent_task
            WHERE session = \(session) AND completed_at IS NULL AND state <> 'pending' ORDER BY number
            """
        ).map(Self.read)
    }

    /// Which tasks a server has, or those of them that one of its sessions has.
    package func inHand(of server: Server.ID, _ session: Session.ID?) throws -> [AgentTask.ID] {
        var condition: SQL = "server = \(server) AND completed_at IS NULL AND state <> 'pending'"
        if let session { condition = "\(condition) AND session = \(session)" }
        return try connection.rows("SELECT id FROM agent_task WHERE \(condition)").map { row in
            var reader = RowReader(row)
            return try reader.id()
        }
    }

    /// How many slots a server has given out.
    package func usedSlots(of server: Server.ID) throws -> Int {
        guard
            let row = try connection.row(
                """
                SELECT COUNT(*) FROM agent_task
                WHERE server = \(server) AND completed_at IS NULL AND state <> 'pending' AND state <> 'review'
                """)
        else { return 0 }
        var reader = RowReader(row)
        return try reader.int()
    }

    /// How many slots each server of a project has given out.
    package func usedSlots(in project: Project.ID) throws -> [Server.ID: Int] {
        var used: [Server.ID: Int] = [:]
        for row in try connection.rows(
            """
            SELECT agent_task.server, COUNT(*) FROM server JOIN agent_task ON agent_task.server = server.id
            WHERE server.project = \(project) AND server.revoked_at IS NULL
                AND agent_task.completed_at IS NULL AND agent_task.state <> 'pending' AND agent_task.state <> 'review'
            GROUP BY agent_task.server
            """)
        {
            var reader = RowReader(row)
            used[try reader.id(Server.self)] = try reader.int()
        }
        return used
    }

    package func list(_ filter: TaskFilter) throws -> [AgentTask] {
        try connection.rows(
            """
            SELECT \(raw: Self.columns) FROM agent_task WHERE \(filter.condition)
            ORDER BY \(raw: filter.newestFirst ? "number DESC" : "number") LIMIT \(filter.limit) OFFSET \(filter.offset)
            """
        ).map(Self.read)
    }

    package func count(_ filter: TaskFilter) throws -> Int {
        guard let row = try connection.row("SELECT COUNT(*) FROM agent_task WHERE \(filter.condition)") else { return 0 }
        var reader = RowReader(row)
        return try reader.int()
    }

    /// How many tasks of a project are in each state.
    package func counts(in project: Project.ID) throws -> [AgentTask.State: Int] {
        var counts: [AgentTask.State: Int] = [:]
        for row in try connection.rows("SELECT state, COUNT(*) FROM agent_task WHERE project = \(project) GROUP BY state") {
            var reader = RowReader(row)
            counts[try reader.value(AgentTask.State.self)] = try reader.int()
        }
        return counts
    }

    /// Tasks of a project in a state, oldest first.
    package func all(in project: Project.ID, _ state: AgentTask.State) throws -> [AgentTask] {
        try connection.rows(
            "SELECT \(raw: Self.columns) FROM agent_task WHERE project = \(project) AND state = \(state) ORDER BY number"
        ).map(Self.read)
    }

    static func read(_ row: SQLRow) throws -> AgentTask {
        var reader = RowReader(row)
        let (id, project, number) = (try reader.id(AgentTask.self), try reader.id(Project.self), try reader.int())
        var content = AgentTask.Content(title: try reader.text(), spec: try reader.text())
        let rank = try reader.int()
        content.priority = AgentTask.Priority.allCases.first { $0.rank == rank } ?? .normal
        content.kind = try reader.value()
        content.repository = try reader.optionalText()
        content.branch = try reader.optionalText()
        content.take(details: try reader.json())
        content.requirePlan = try reader.optionalBool()
        content.requireReview = try reader.optionalBool()
        content.autoAssign = try reader.optionalBool()
        return AgentTask(
            id: id, project: project, number: number, content: content, createdBy: try Actor(json: try reader.json()),
            createdAt: try reader.time(), state: try reader.value(), since: try reader.time(), updatedAt: try reader.time(),
            startedAt: try reader.optionalTime(), completedAt: try reader.optionalTime(), version: try reader.int(),
            attempt: try reader.int(), server: try reader.optionalID(), asker: try reader.optionalValue(),
            plan: try reader.optionalJSON().map { try AgentTask.Plan(json: $0) }, feedback: try reader.optionalText(),
            result: try reader.optionalJSON(), failure: try reader.optionalText(), session: try reader.optionalID(),
            source: try reader.optionalID(), diffStats: try reader.optionalJSON())
    }
}

/// Somebody saved the task since it was loaded. Under the one writer this means a fault of ours.
package struct SaveConflict: Error, CustomStringConvertible {
    package let task: AgentTask.ID

    package var description: String { "task \(task) was changed in between: try again" }
}

/// Which tasks of a project to list.
package struct TaskFilter: Sendable {
    package var project: Project.ID
    package var states: [AgentTask.State]
    package var server: Server.ID?
    package var session: Session.ID?
    package var repository: String?
    /// Part of the title or the spec, any case.
    package var text: String?
    /// The id of the person or server that created it.
    package var creator: String?
    /// Only tasks with a number below this one; pages of newest-first lists.
    package var before: Int?
    package var limit: Int
    package var offset: Int
    package var newestFirst: Bool

    package init(
        project: Project.ID, states: [AgentTask.State] = [], server: Server.ID? = nil, session: Session.ID? = nil,
        repository: String? = nil, text: String? = nil,
        creator: String? = nil, before: Int? = nil, limit: Int = 100, offset: Int = 0, newestFirst: Bool = true
    ) {
        (self.project, self.states, self.server, self.session, self.repository) = (project, states, server, session, repository)
        (self.text, self.creator, self.before) = (text, creator, before)
        (self.limit, self.offset, self.newestFirst) = (limit, offset, newestFirst)
    }

    fileprivate var condition: SQL {
        var sql: SQL = "project = \(project)"
        if !states.isEmpty { sql = "\(sql) AND state IN \(list: states)" }
        if let server { sql = "\(sql) AND server = \(server)" }
        if let session { sql = "\(sql) AND session = \(session)" }
        if let repository { sql = "\(sql) AND lower(repository) = \(repository.lowercased())" }
        if let before { sql = "\(sql) AND number < \(before)" }
        if let creator { sql = "\(sql) AND created_by ->> 'id' = \(creator)" }
        if let text {
            let pattern =
                "%" + text.lowercased().replacing("\\", with: "\\\\").replacing("%", with: "\\%").replacing("_", with: "\\_") + "%"
            sql = "\(sql) AND (lower(title) LIKE \(pattern) ESCAPE '\\' OR lower(spec) LIKE \(pattern) ESCAPE '\\')"
        }
        return sql
    }
}
