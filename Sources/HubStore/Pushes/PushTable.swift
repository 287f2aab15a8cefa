import HubCore

/// What the hub has to tell its servers' terminals.
package struct PushTable {
    let connection: any SQLConnection

    package init(_ connection: any SQLConnection) {
        self.connection = connection
    }

    private static let columns: StaticString = """
        push.id, push.number, push.server, push.session, push.task, push.kind, push.payload, push.created_at, push.sent_at, push.state,
        push.reason
        """

    package func find(_ id: Push.ID) throws -> Push? {
        try connection.row("SELECT \(raw: Self.columns) FROM push WHERE id = \(id)").map(Self.read)
    }

    /// Takes the server's next number.
    package func insert(
        id: Push.ID, server: Server.ID, session: Session.ID, task: AgentTask.ID?, kind: Push.Kind, payload: JSONValue, at now: Timestamp
    ) throws {
        try connection.execute(
            """
            INSERT INTO push (id, number, server, session, task, kind, payload, created_at, state)
            VALUES (\(id), (SELECT COALESCE(MAX(number), 0) + 1 FROM push WHERE server = \(server)), \(server), \(session), \(task),
                \(kind), \(payload), \(now), 'queued')
            """)
    }

    /// What can be sent to a server now, in order: what makes and ends terminals at once, and what is typed into one once it runs.
    package func sendable(to server: Server.ID, limit: Int) throws -> [Push] {
        try connection.rows(
            """
            SELECT \(raw: Self.columns) FROM push JOIN session ON session.id = push.session
            WHERE push.server = \(server) AND push.settled_at IS NULL AND push.state = 'queued'
                AND (session.state = 'active' AND push.kind <> 'session_start' OR push.kind = 'session_close'
                    OR push.kind = 'session_start' AND session.state = 'starting')
            ORDER BY push.number LIMIT \(limit)
            """
        ).map(Self.read)
    }

    /// What is not settled of a session, in order.
    package func open(of session: Session.ID) throws -> [Push] {
        try connection.rows(
            "SELECT \(raw: Self.columns) FROM push WHERE session = \(session) AND settled_at IS NULL ORDER BY number"
        ).map(Self.read)
    }

    /// The latest of a session, settled or not, in order.
    package func latest(of session: Session.ID, limit: Int) throws -> [Push] {
        try connection.rows(
            "SELECT \(raw: Self.columns) FROM push WHERE session = \(session) ORDER BY number DESC LIMIT \(limit)"
        ).map(Self.read).reversed()
    }

    /// What is not settled and was made before `time`.
    package func open(before time: Timestamp, limit: Int) throws -> [Push] {
        try connection.rows(
            """
            SELECT \(raw: Self.columns) FROM push WHERE settled_at IS NULL AND created_at < \(time) ORDER BY server, number LIMIT \(limit)
            """
        ).map(Self.read)
    }

    package func markSent(_ ids: [Push.ID], to server: Server.ID, at now: Timestamp) throws {
        try connection.execute(
            """
            UPDATE push SET state = 'sent', sent_at = \(now)
            WHERE id IN \(list: ids) AND server = \(server) AND state = 'queued'
            """)
    }

    /// What was sent and not confirmed is to be sent again.
    package func requeue(_ id: Push.ID) throws {
        try connection.execute("UPDATE push SET state = 'queued', sent_at = NULL WHERE id = \(id) AND state = 'sent'")
    }

    package func requeue(sentTo server: Server.ID) throws {
        try connection.execute(
            "UPDATE push SET state = 'queued', sent_at = NULL WHERE server = \(server) AND settled_at IS NULL AND state = 'sent'")
    }

    /// - Returns: whether it was open until now.
    package func settle(_ id: Push.ID, dropped reason: String? = nil, at now: Timestamp) throws -> Bool {
        let state = reason == nil ? "delivered" : "dropped"
        return try connection.execute(
            "UPDATE push SET state = \(state), reason = \(reason), settled_at = \(now) WHERE id = \(id) AND settled_at IS NULL") == 1
    }

    package func removeSettled(before time: Timestamp) throws {
        try connection.execute("DELETE FROM push WHERE settled_at IS NOT NULL AND settled_at < \(time)")
    }

    private static func read(_ row: SQLRow) throws -> Push {
        var reader = RowReader(row)
        var push = Push(
            id: try reader.id(), number: try reader.int64(), server: try reader.id(), session: try reader.id(),
            task: try reader.optionalID(), kind: try reader.value(), payload: try reader.json(), createdAt: try reader.time(),
            sentAt: try reader.optionalTime())
        let (state, reason) = (try reader.text(), try reader.optionalText())
        push.state =
            switch state {
            case "queued": .queued
            case "sent": .sent
            case "delivered": .delivered
            default: .dropped(reason ?? "")
            }
        return push
    }
}
