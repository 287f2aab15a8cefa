import HubCore

extension PermissionEntry.Decision: SQLRepresentable {}

/// The log of what hooks decided.
package struct PermissionTable {
    let connection: any SQLConnection

    package init(_ connection: any SQLConnection) {
        self.connection = connection
    }

    private static let columns: StaticString =
        "server, session, tool, input, decision, rule, reason, agent, decided_at, received_at"

    package func insert(_ entries: [PermissionEntry], in project: Project.ID) throws {
        var number = try lastNumber(in: project)
        for entry in entries {
            number += 1
            try connection.execute(
                """
                INSERT INTO permission_entry (project, number, \(raw: Self.columns)) VALUES (\(project), \(number), \(entry.server),
                    \(entry.session), \(entry.tool), \(entry.input), \(entry.decision), \(entry.rule), \(entry.reason), \(entry.agent),
                    \(entry.decidedAt), \(entry.receivedAt))
                """)
        }
        try connection.execute(
            "DELETE FROM permission_entry WHERE project = \(project) AND number <= \(number - PermissionEntry.maximumKept)")
    }

    /// The latest of a project, newest first.
    package func latest(
        in project: Project.ID, decision: PermissionEntry.Decision? = nil, server: Server.ID? = nil, limit: Int
    ) throws -> [PermissionEntry] {
        let byDecision: SQL = if let decision { "AND decision = \(decision)" } else { "" }
        let byServer: SQL = if let server { "AND server = \(server)" } else { "" }
        return try connection.rows(
            """
            SELECT \(raw: Self.columns) FROM permission_entry WHERE project = \(project) \(byDecision) \(byServer)
            ORDER BY number DESC LIMIT \(limit)
            """
        ).map(Self.read)
    }

    package func removeOlder(than time: Timestamp) throws {
        try connection.execute("DELETE FROM permission_entry WHERE received_at < \(time)")
    }

    private func lastNumber(in project: Project.ID) throws -> Int {
        guard let row = try connection.row("SELECT COALESCE(MAX(number), 0) FROM permission_entry WHERE project = \(project)") else {
            return 0
        }
        var reader = RowReader(row)
        return try reader.int()
    }

    private static func read(_ row: SQLRow) throws -> PermissionEntry {
        var reader = RowReader(row)
        return PermissionEntry(
            server: try reader.id(), session: try reader.optionalText(), tool: try reader.text(), input: try reader.text(),
            decision: try reader.value(), rule: try reader.optionalText(), reason: try reader.optionalText(),
            agent: try reader.optionalText(), decidedAt: try reader.optionalText(), receivedAt: try reader.time())
    }
}
