import HubCore

/// The stored edges between tasks. Keeps `agent_task.open_blockers`, the number of edges that hold a task back, in step.
package struct DependencyTable {
    let connection: any SQLConnection

    package init(_ connection: any SQLConnection) {
        self.connection = connection
    }

    private static let columns: StaticString = "upstream, downstream, kind, contract_key, is_resolved"

    /// Adds the edge, or changes the one that joins the same two tasks.
    package func put(_ edge: Dependency, at now: Timestamp) throws {
        try remove(upstream: edge.upstream, downstream: edge.downstream)
        try connection.execute(
            """
            INSERT INTO dependency (\(raw: Self.columns), created_at)
            VALUES (\(edge.upstream), \(edge.downstream), \(edge.kind), \(edge.contractKey), \(edge.isResolved), \(now))
            """)
        if edge.isOpenBlocker {
            try connection.execute("UPDATE agent_task SET open_blockers = open_blockers + 1 WHERE id = \(edge.downstream)")
        }
    }

    /// - Returns: whether there was such an edge.
    @discardableResult
    package func remove(upstream: AgentTask.ID, downstream: AgentTask.ID) throws -> Bool {
        guard let edge = try find(upstream: upstream, downstream: downstream) else { return false }
        try connection.execute("DELETE FROM dependency WHERE upstream = \(upstream) AND downstream = \(downstream)")
        if edge.isOpenBlocker {
            try connection.execute("UPDATE agent_task SET open_blockers = open_blockers - 1 WHERE id = \(downstream)")
        }
        return true
    }

    package func find(upstream: AgentTask.ID, downstream: AgentTask.ID) throws -> Dependency? {
        try connection.row(
            "SELECT \(raw: Self.columns) FROM dependency WHERE upstream = \(upstream) AND downstream = \(downstream)"
        ).map(Self.read)
    }

    /// What `task` depends on.
    package func upstreams(of task: AgentTask.ID) throws -> [Dependency] {
        try connection.rows("SELECT \(raw: Self.columns) FROM dependency WHERE downstream = \(task) ORDER BY created_at, upstream").map(
            Self.read)
    }

    /// What depends on `task`.
    package func downstreams(of task: AgentTask.ID) throws -> [Dependency] {
        try connection.rows("SELECT \(raw: Self.columns) FROM dependency WHERE upstream = \(task) ORDER BY created_at, downstream").map(
            Self.read)
    }

    /// An edge with what a card shows of the task at its other end.
    package struct Neighbour: Hashable, Sendable {
        package let edge: Dependency
        package let id: AgentTask.ID
        package let number: Int
        package let title: String
        package let state: AgentTask.State
    }

    /// The edges at both ends of `task`, in the order of their creation.
    package func neighbours(of task: AgentTask.ID) throws -> (upstreams: [Neighbour], downstreams: [Neighbour]) {
        let all = try connection.rows(
            """
            SELECT edge.upstream, edge.downstream, edge.kind, edge.contract_key, edge.is_resolved, other.id, other.number, other.title,
                other.state, edge.created_at AS made
            FROM dependency AS edge JOIN agent_task AS other ON other.id = edge.upstream WHERE edge.downstream = \(task)
            UNION ALL
            SELECT edge.upstream, edge.downstream, edge.kind, edge.contract_key, edge.is_resolved, other.id, other.number, other.title,
                other.state, edge.created_at AS made
            FROM dependency AS edge JOIN agent_task AS other ON other.id = edge.downstream WHERE edge.upstream = \(task)
            ORDER BY made, number
            """
        ).map(Self.neighbour)
        return (all.filter { $0.edge.downstream == task }, all.filter { $0.edge.upstream == task })
    }

    /// The edges to what `task` depends on, in the order of their creation.
    package func upstreamNeighbours(of task: AgentTask.ID) throws -> [Neighbour] {
        try connection.rows(
            """
            SELECT edge.upstream, edge.downstream, edge.kind, edge.contract_key, edge.is_resolved, other.id, other.number, other.title,
                other.state
            FROM dependency AS edge JOIN agent_task AS other ON other.id = edge.upstream
            WHERE edge.downstream = \(task) ORDER BY edge.created_at, other.number
            """
        ).map(Self.neighbour)
    }

    /// What still holds `task` back, in the order of the edges.
    package func openBlockers(of task: AgentTask.ID) throws -> [Neighbour] {
        try connection.rows(
            """
            SELECT edge.upstream, edge.downstream, edge.kind, edge.contract_key, edge.is_resolved, other.id, other.number, other.title,
                other.state
            FROM dependency AS edge JOIN agent_task AS other ON other.id = edge.upstream
            WHERE edge.downstream = \(task) AND edge.kind <> 'related' AND edge.is_resolved = FALSE
            ORDER BY edge.created_at, other.number
            """
        ).map(Self.neighbour)
    }

    /// Resolves every edge that waits for `task`, as one statement each.
    ///
    /// - Returns: the pending tasks that nothing holds back any more, the most urgent and then the oldest first.
    package func resolve(upstream task: AgentTask.ID) throws -> [TaskTable.Head] {
        let open: SQL = "edge.upstream = \(task) AND edge.kind <> 'related' AND edge.is_resolved = FALSE"
        // Most tasks hold nothing back, and looking costs less than the two changes.
        guard try connection.row("SELECT edge.downstream FROM dependency AS edge WHERE \(open) LIMIT 1") != nil else { return [] }
        // Joined, the tasks are changed in the order in which they are stored. For `IN`, SQLite sorts them by their ids, which are random.
        let unblocked = try connection.rows(
            """
            UPDATE agent_task SET open_blockers = open_blockers - 1 FROM dependency AS edge
            WHERE \(open) AND agent_task.id = edge.downstream
            RETURNING agent_task.open_blockers, agent_task.state, agent_task.id, agent_task.priority_rank, agent_task.number,
                agent_task.placement_class
            """
        ).compactMap { row -> TaskTable.Head? in
            var reader = RowReader(row)
            guard try reader.int() == 0, try reader.text() == AgentTask.State.pending.rawValue else { return nil }
            return TaskTable.Head(
                id: try reader.id(), rank: try reader.int(), number: try reader.int(), placementClass: Int(try reader.optionalInt() ?? 0))
        }
        try connection.execute(
            "UPDATE dependency SET is_resolved = TRUE WHERE upstream = \(task) AND kind <> 'related' AND is_resolved = FALSE")
        return unblocked.sorted { ($0.rank, $0.number) < ($1.rank, $1.number) }
    }

    private static func neighbour(_ row: SQLRow) throws -> Neighbour {
        var reader = RowReader(row)
        let edge = Dependency(
            upstream: try reader.id(), downstream: try reader.id(), kind: try reader.value(), contractKey: try reader.optionalText(),
            isResolved: try reader.bool())
        return Neighbour(edge: edge, id: try reader.id(), number: try reader.int(), title: try reader.text(), state: try reader.value())
    }

    private static func read(_ row: SQLRow) throws -> Dependency {
        var reader = RowReader(row)
        return Dependency(
            upstream: try reader.id(), downstream: try reader.id(), kind: try reader.value(), contractKey: try reader.optionalText(),
            isResolved: try reader.bool())
    }
}
