import HubCore

/// Waiting tasks by class: tasks of one class need the same, so that whether a server may run one says it of all. A server that has room
/// is compared with each class once, however many tasks wait in it. What a task changes and wishes for is its own and makes no class.
extension TaskTable {
    /// The first task that waits in a class.
    package struct Head: Hashable, Sendable {
        package let id: AgentTask.ID
        package let rank: Int
        package let number: Int
        package let placementClass: Int
    }

    private static let headColumns: StaticString = "id, priority_rank, number, placement_class"

    /// The most urgent and then oldest task of the next class in which any waits for a server and nothing else.
    ///
    /// - Parameter repository: lower case; only classes of tasks that say which paths of it they change.
    package func nextHead(in project: Project.ID, afterClass last: Int, writingTo repository: String? = nil) throws -> Head? {
        let scope: SQL = repository.map { "AND writes_in = \($0)" } ?? ""
        return try connection.row(
            """
            SELECT \(raw: Self.headColumns) FROM agent_task
            WHERE project = \(project) AND state = 'pending' AND open_blockers = 0 \(scope) AND placement_class > \(last)
            ORDER BY placement_class, priority_rank, number LIMIT 1
            """
        ).map(Self.head)
    }

    /// The task that comes after another in its class.
    package func head(after head: Head, in project: Project.ID) throws -> Head? {
        try connection.row(
            """
            SELECT \(raw: Self.headColumns) FROM agent_task
            WHERE project = \(project) AND state = 'pending' AND open_blockers = 0 AND placement_class = \(head.placementClass)
                AND (priority_rank, number) > (\(head.rank), \(head.number))
            ORDER BY priority_rank, number LIMIT 1
            """
        ).map(Self.head)
    }

    /// A task that waits in a class, with what it changes.
    package struct Waiting: Hashable, Sendable {
        package let head: Head
        /// The repository, in lower case, of a task that says which paths it changes.
        package let writesIn: String?
        package let writes: WriteScope
    }

    /// The tasks that come after another in its class.
    ///
    /// - Parameter repository: lower case; only tasks that say which paths of it they change.
    package func following(
        _ head: Head, in project: Project.ID, writingTo repository: String? = nil, limit: Int
    ) throws -> [Waiting] {
        let scope: SQL = repository.map { "AND writes_in = \($0)" } ?? ""
        return try connection.rows(
            """
            SELECT \(raw: Self.headColumns), writes_in, CASE WHEN writes_in IS NULL THEN NULL ELSE details END FROM agent_task
            WHERE project = \(project) AND state = 'pending' AND open_blockers = 0 \(scope)
                AND placement_class = \(head.placementClass) AND (priority_rank, number) > (\(head.rank), \(head.number))
            ORDER BY priority_rank, number LIMIT \(limit)
            """
        ).map { row in
            var reader = RowReader(row)
            let (head, writesIn) = (try Self.head(&reader), try reader.optionalText())
            let details = try reader.optionalJSON()
            return Waiting(head: head, writesIn: writesIn, writes: WriteScope(details?["requires"]?["writes"]?.strings ?? []))
        }
    }

    /// The next task of its class that does not say which paths it changes.
    package func nextWithoutFiles(after head: Head, in project: Project.ID) throws -> Head? {
        try connection.row(
            """
            SELECT \(raw: Self.headColumns) FROM agent_task
            WHERE project = \(project) AND state = 'pending' AND open_blockers = 0 AND writes_in IS NULL
                AND placement_class = \(head.placementClass) AND (priority_rank, number) > (\(head.rank), \(head.number))
            ORDER BY priority_rank, number LIMIT 1
            """
        ).map(Self.head)
    }

    private static func head(_ row: SQLRow) throws -> Head {
        var reader = RowReader(row)
        return try head(&reader)
    }

    private static func head(_ reader: inout RowReader) throws -> Head {
        Head(id: try reader.id(), rank: try reader.int(), number: try reader.int(), placementClass: try reader.int())
    }

    /// What the tasks of a class need, as a content without words.
    package func needs(ofClass id: Int) throws -> AgentTask.Content {
        guard let row = try connection.row("SELECT needs FROM placement_class WHERE id = \(id)") else {
            throw SQLFault.undecodable("no class \(id)")
        }
        var reader = RowReader(row)
        return AgentTask.Content(needs: try reader.json())
    }

    /// The class of tasks that need this, a new one if there was none.
    func placementClass(of content: AgentTask.Content, in project: Project.ID) throws -> Int {
        let needs = content.needs.text
        if let row = try connection.row("SELECT id FROM placement_class WHERE project = \(project) AND needs = \(needs)") {
            var reader = RowReader(row)
            return try reader.int()
        }
        try connection.execute(
            """
            INSERT INTO placement_class (id, project, needs)
            VALUES ((SELECT COALESCE(MAX(id), 0) + 1 FROM placement_class), \(project), \(needs))
            """)
        return try placementClass(of: content, in: project)
    }

    /// Forgets the classes of which no task can wait any more: a task that is done is so for good.
    package func removeUnusedClasses() throws {
        let states = AgentTask.State.allCases.filter { $0 != .done }
        for row in try connection.rows("SELECT DISTINCT project FROM placement_class") {
            var reader = RowReader(row)
            let project = try reader.id(Project.self)
            try connection.execute(
                """
                DELETE FROM placement_class WHERE project = \(project) AND id NOT IN (
                    SELECT placement_class FROM agent_task
                    WHERE project = \(project) AND state IN \(list: states) AND placement_class IS NOT NULL)
                """)
        }
    }

    package func isAnyUnclassified() throws -> Bool {
        try connection.row("SELECT 1 FROM agent_task WHERE placement_class IS NULL LIMIT 1") != nil
    }

    /// Gives classes to tasks that were stored before there were any.
    package func classify(limit: Int = 1000) throws {
        let rows = try connection.rows("SELECT \(raw: Self.columns) FROM agent_task WHERE placement_class IS NULL LIMIT \(limit)")
        for row in rows {
            let task = try Self.read(row)
            let number = try placementClass(of: task.content, in: task.project)
            try connection.execute(
                "UPDATE agent_task SET placement_class = \(number), writes_in = \(task.content.writesIn) WHERE id = \(task.id)")
        }
    }
}

extension AgentTask.Content {
    /// All that decides which servers may run the task, and whether the hub may choose; the same text for the same needs.
    fileprivate var needs: JSONValue {
        [
            "repository": JSONValue(repository?.lowercased()), "auto": autoAssign.map { JSONValue($0) } ?? .null,
            "requires": requirements.rules.json,
        ]
    }

    fileprivate init(needs: JSONValue) {
        self.init(
            title: "", repository: needs["repository"]?.string,
            requirements: AgentTask.Requirements(json: needs["requires"] ?? .null), autoAssign: needs["auto"]?.bool)
    }
}
