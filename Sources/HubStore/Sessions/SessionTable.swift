import HubCore

/// The stored terminals.
package struct SessionTable {
    let connection: any SQLConnection

    package init(_ connection: any SQLConnection) {
        self.connection = connection
    }

    static let columns: StaticString = """
        id, project, server, created_by, created_at, name, task, profile, working_directory, columns, lines, state, since, tmux_name,
        pid, ended_at, exit_code, failure
        """

    package func find(_ id: Session.ID) throws -> Session? {
        try connection.row("SELECT \(raw: Self.columns) FROM session WHERE id = \(id)").map(Self.read)
    }

    /// The session of that name that is not over, any case.
    package func find(name: String, in project: Project.ID) throws -> Session? {
        try connection.row(
            """
            SELECT \(raw: Self.columns) FROM session
            WHERE project = \(project) AND lower(name) = \(name.lowercased()) AND ended_at IS NULL
            """
        ).map(Self.read)
    }

    /// The latest session whose tmux name, or whose standard tmux name, this is; over or not.
    package func find(tmuxName: String, on server: Server.ID) throws -> Session? {
        guard !tmuxName.isEmpty else { return nil }
        let prefix = tmuxName.hasPrefix("orc-") ? String(tmuxName.dropFirst(4)) : ""
        let found = try connection.rows(
            """
            SELECT \(raw: Self.columns) FROM session
            WHERE server = \(server) AND (tmux_name = \(tmuxName) OR substr(id, 1, 12) = \(prefix)) ORDER BY created_at
            """
        ).map(Self.read)
        return found.last { !$0.isOver } ?? found.last
    }

    /// Those of a server that are not over, oldest first.
    package func open(on server: Server.ID) throws -> [Session] {
        try connection.rows(
            "SELECT \(raw: Self.columns) FROM session WHERE server = \(server) AND ended_at IS NULL ORDER BY created_at, id"
        ).map(Self.read)
    }

    /// Those of every server that are not over.
    package func open() throws -> [Session] {
        try connection.rows("SELECT \(raw: Self.columns) FROM session WHERE ended_at IS NULL ORDER BY created_at, id").map(Self.read)
    }

    /// Those of a project, the newest first, at most `limit`.
    package func list(in project: Project.ID, includeOver: Bool, limit: Int) throws -> [Session] {
        var condition: SQL = "project = \(project)"
        if !includeOver { condition = "\(condition) AND ended_at IS NULL" }
        return try connection.rows(
            "SELECT \(raw: Self.columns) FROM session WHERE \(condition) ORDER BY created_at DESC, id LIMIT \(limit)"
        ).map(Self.read)
    }

    package func names(of ids: Set<Session.ID>) throws -> [Session.ID: String] {
        var names: [Session.ID: String] = [:]
        for row in try connection.rows("SELECT id, name FROM session WHERE id IN \(list: ids.sorted())") {
            var reader = RowReader(row)
            names[try reader.id()] = try reader.text()
        }
        return names
    }

    package func insert(_ session: Session) throws {
        try connection.execute(
            """
            INSERT INTO session (\(raw: Self.columns)) VALUES (
                \(session.id), \(session.project), \(session.server), \(session.createdBy.json), \(session.createdAt), \(session.name),
                \(session.task), \(session.profile), \(session.workingDirectory), \(session.size.columns), \(session.size.rows),
                \(session.state), \(session.since), \(session.tmuxName), \(session.pid), \(session.endedAt), \(session.exitCode),
                \(session.failure))
            """)
    }

    package func save(_ session: Session) throws {
        try connection.execute(
            """
            UPDATE session SET working_directory = \(session.workingDirectory), columns = \(session.size.columns),
                lines = \(session.size.rows), state = \(session.state), since = \(session.since), tmux_name = \(session.tmuxName),
                pid = \(session.pid), ended_at = \(session.endedAt), exit_code = \(session.exitCode), failure = \(session.failure)
            WHERE id = \(session.id)
            """)
    }

    /// What the terminal waits for, as a fingerprint; `nil` when it waits for nothing.
    package func prompt(of id: Session.ID) throws -> String? {
        guard let row = try connection.row("SELECT prompt FROM session WHERE id = \(id)") else { return nil }
        var reader = RowReader(row)
        return try reader.optionalText()
    }

    package func setPrompt(_ fingerprint: String?, of id: Session.ID) throws {
        try connection.execute("UPDATE session SET prompt = \(fingerprint) WHERE id = \(id)")
    }

    /// Whether the hub has yet to type the command of its program.
    package func isLaunchDue(_ id: Session.ID) throws -> Bool {
        try connection.row("SELECT 1 FROM session WHERE id = \(id) AND is_launch_due = TRUE") != nil
    }

    package func setLaunchDue(_ isDue: Bool, of id: Session.ID) throws {
        try connection.execute("UPDATE session SET is_launch_due = \(isDue) WHERE id = \(id)")
    }

    private static func read(_ row: SQLRow) throws -> Session {
        var reader = RowReader(row)
        return Session(
            id: try reader.id(), project: try reader.id(), server: try reader.id(), createdBy: try Actor(json: try reader.json()),
            createdAt: try reader.time(), name: try reader.text(), task: try reader.optionalID(), profile: try reader.text(),
            workingDirectory: try reader.optionalText(), size: TerminalSize(clampingColumns: try reader.int(), rows: try reader.int()),
            state: try reader.value(), since: try reader.time(), tmuxName: try reader.text(), pid: try reader.optionalInt().map { Int($0) },
            endedAt: try reader.optionalTime(), exitCode: try reader.optionalInt().map { Int($0) }, failure: try reader.optionalText())
    }
}
