import HubCore

/// What agents reported that they used, and what it adds up to.
package struct UsageTable {
    let connection: any SQLConnection

    package init(_ connection: any SQLConnection) {
        self.connection = connection
    }

    /// One count of an attempt.
    package struct Entry: Hashable, Sendable {
        package let attempt: Int
        package let run: String
        package let model: String
        package let usage: Usage
        package let reportedAt: Timestamp
    }

    private static let figures: StaticString = "tokens_in, tokens_out, cost"
    private static let sums: StaticString = "COALESCE(SUM(tokens_in), 0), COALESCE(SUM(tokens_out), 0), COALESCE(SUM(cost), 0)"

    /// Stores a total, as far as it is more than what is known, and books the difference.
    ///
    /// - Parameters:
    ///   - attempt: the one that used it, open or over.
    ///   - day: of the project.
    ///   - fleetDay: of the hub.
    /// - Returns: the difference.
    package func put(
        _ report: UsageReport, of task: AgentTask, attempt: Int, day: String, fleetDay: String, at now: Timestamp
    ) throws -> Usage {
        let known =
            try connection.row(
                """
                SELECT \(raw: Self.figures) FROM task_usage
                WHERE task = \(task.id) AND attempt = \(attempt) AND run = \(report.run) AND model = \(report.model)
                """
            ).map(Self.usage) ?? nil
        let total = (known ?? .zero).merged(with: report.usage)
        let more = total.since(known ?? .zero)
        guard known == nil || !more.isZero else { return .zero }
        try connection.execute(
            """
            INSERT INTO task_usage (task, attempt, run, model, \(raw: Self.figures), reported_at)
            VALUES (\(task.id), \(attempt), \(report.run), \(report.model),
                \(total.tokensIn), \(total.tokensOut), \(total.cost.micros), \(now))
            ON CONFLICT (task, attempt, run, model) DO UPDATE SET tokens_in = excluded.tokens_in, tokens_out = excluded.tokens_out,
                cost = excluded.cost, reported_at = excluded.reported_at
            """)
        guard !more.isZero else { return .zero }
        // Added up here and not by the database, whose sums have no limit short of failing.
        let ofTask = (try self.total(of: task.id) ?? .zero) + more
        try connection.execute(
            """
            INSERT INTO task_spending (task, project, \(raw: Self.figures))
            VALUES (\(task.id), \(task.project), \(ofTask.tokensIn), \(ofTask.tokensOut), \(ofTask.cost.micros))
            ON CONFLICT (task) DO UPDATE SET tokens_in = excluded.tokens_in, tokens_out = excluded.tokens_out, cost = excluded.cost
            """)
        let ofDay = try self.total(of: task.project, on: day) + more
        try connection.execute(
            """
            INSERT INTO day_spending (project, day, \(raw: Self.figures))
            VALUES (\(task.project), \(day), \(ofDay.tokensIn), \(ofDay.tokensOut), \(ofDay.cost.micros))
            ON CONFLICT (project, day) DO UPDATE SET tokens_in = excluded.tokens_in, tokens_out = excluded.tokens_out,
                cost = excluded.cost
            """)
        let ofHub = try fleetCost(on: fleetDay) + more.cost
        try connection.execute(
            """
            INSERT INTO fleet_spending (day, cost) VALUES (\(fleetDay), \(ofHub.micros))
            ON CONFLICT (day) DO UPDATE SET cost = excluded.cost
            """)
        return more
    }

    /// How many counts an attempt has, so that nobody fills the disk with names.
    package func counts(of task: AgentTask.ID, attempt: Int) throws -> Int {
        guard let row = try connection.row("SELECT COUNT(*) FROM task_usage WHERE task = \(task) AND attempt = \(attempt)") else {
            return 0
        }
        var reader = RowReader(row)
        return try reader.int()
    }

    package func isKnown(_ report: UsageReport, of task: AgentTask.ID, attempt: Int) throws -> Bool {
        try connection.row(
            """
            SELECT 1 FROM task_usage
            WHERE task = \(task) AND attempt = \(attempt) AND run = \(report.run) AND model = \(report.model)
            """) != nil
    }

    /// By attempt, then in the order of their names.
    package func entries(of task: AgentTask.ID) throws -> [Entry] {
        try connection.rows(
            """
            SELECT \(raw: Self.figures), attempt, run, model, reported_at FROM task_usage WHERE task = \(task)
            ORDER BY attempt, model, run
            """
        ).map { row in
            var reader = RowReader(row)
            let usage = try Self.usage(&reader)
            return Entry(
                attempt: try reader.int(), run: try reader.text(), model: try reader.text(), usage: usage, reportedAt: try reader.time())
        }
    }

    /// Over all its attempts; `nil` for a task of which nothing was reported.
    package func total(of task: AgentTask.ID) throws -> Usage? {
        try connection.row("SELECT \(raw: Self.figures) FROM task_spending WHERE task = \(task)").map(Self.usage)
    }

    package func total(of project: Project.ID) throws -> Usage {
        try connection.row("SELECT \(raw: Self.sums) FROM day_spending WHERE project = \(project)").map(Self.usage) ?? .zero
    }

    package func total(of project: Project.ID, on day: String) throws -> Usage {
        try connection.row("SELECT \(raw: Self.figures) FROM day_spending WHERE project = \(project) AND day = \(day)").map(Self.usage)
            ?? .zero
    }

    package func fleetCost(on day: String) throws -> Money {
        guard let row = try connection.row("SELECT cost FROM fleet_spending WHERE day = \(day)") else { return .zero }
        var reader = RowReader(row)
        return Money(micros: try reader.int64())
    }

    /// The days on which a project spent anything, the newest first.
    package func days(of project: Project.ID, limit: Int) throws -> [(day: String, usage: Usage)] {
        try connection.rows(
            "SELECT \(raw: Self.figures), day FROM day_spending WHERE project = \(project) ORDER BY day DESC LIMIT \(limit)"
        ).map { row in
            var reader = RowReader(row)
            let usage = try Self.usage(&reader)
            return (try reader.text(), usage)
        }
    }

    /// The tasks of a project that cost most.
    package func dearest(in project: Project.ID, limit: Int) throws -> [(task: AgentTask.ID, usage: Usage)] {
        try connection.rows(
            """
            SELECT \(raw: Self.figures), task FROM task_spending WHERE project = \(project)
            ORDER BY cost DESC, tokens_out DESC, task LIMIT \(limit)
            """
        ).map { row in
            var reader = RowReader(row)
            let usage = try Self.usage(&reader)
            return (try reader.id(), usage)
        }
    }

    // MARK: Going on once

    /// Somebody lets a task go on although the cap is reached.
    package func waive(_ cap: SpendingCap, for task: AgentTask.ID) throws {
        try connection.execute(
            """
            INSERT INTO spending_waiver (task, cap, mark) VALUES (\(task), \(cap.kind.rawValue), \(cap.mark))
            ON CONFLICT (task, cap, mark) DO NOTHING
            """)
    }

    package func isWaived(_ cap: SpendingCap, for task: AgentTask.ID) throws -> Bool {
        try connection.row("SELECT 1 FROM spending_waiver WHERE task = \(task) AND cap = \(cap.kind.rawValue) AND mark = \(cap.mark)")
            != nil
    }

    /// The tasks of a project that wait for nothing but a server, and that somebody let go on over a cap.
    package func waived(in project: Project.ID) throws -> [AgentTask.ID] {
        try connection.rows(
            """
            SELECT agent_task.id FROM spending_waiver JOIN agent_task ON agent_task.id = spending_waiver.task
            WHERE agent_task.project = \(project) AND agent_task.state = 'pending' AND agent_task.open_blockers = 0
            GROUP BY agent_task.id ORDER BY MIN(agent_task.priority_rank), MIN(agent_task.number) LIMIT 100
            """
        ).map { row in
            var reader = RowReader(row)
            return try reader.id()
        }
    }

    private static func usage(_ row: SQLRow) throws -> Usage {
        var reader = RowReader(row)
        return try usage(&reader)
    }

    private static func usage(_ reader: inout RowReader) throws -> Usage {
        Usage(tokensIn: try reader.int64(), tokensOut: try reader.int64(), cost: Money(micros: try reader.int64()))
    }
}
