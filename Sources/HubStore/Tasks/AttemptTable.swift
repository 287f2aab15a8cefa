import HubCore

/// One assignment of a task to a server.
package struct Attempt: Hashable, Sendable {
    package let number: Int
    package let server: Server.ID
    package let openedAt: Timestamp
    package let closedAt: Timestamp?
    /// The event that ended it, in the words of the log.
    package let outcome: String?
}

package struct AttemptTable {
    let connection: any SQLConnection

    package init(_ connection: any SQLConnection) {
        self.connection = connection
    }

    package func open(_ task: AgentTask, on server: Server.ID, at now: Timestamp) throws {
        try connection.execute(
            "INSERT INTO attempt (task, number, server, opened_at) VALUES (\(task.id), \(task.attempt), \(server), \(now))")
    }

    package func close(_ task: AgentTask, outcome: Event.Kind, at now: Timestamp) throws {
        try connection.execute(
            """
            UPDATE attempt SET closed_at = \(now), outcome = \(outcome)
            WHERE task = \(task.id) AND number = \(task.attempt) AND closed_at IS NULL
            """)
    }

    private static let columns: StaticString = "number, server, opened_at, closed_at, outcome"

    package func find(_ number: Int, of task: AgentTask.ID) throws -> Attempt? {
        try connection.row("SELECT \(raw: Self.columns) FROM attempt WHERE task = \(task) AND number = \(number)").map(Self.read)
    }

    package func all(of task: AgentTask.ID) throws -> [Attempt] {
        try connection.rows("SELECT \(raw: Self.columns) FROM attempt WHERE task = \(task) ORDER BY number").map(Self.read)
    }

    private static func read(_ row: SQLRow) throws -> Attempt {
        var reader = RowReader(row)
        return Attempt(
            number: try reader.int(), server: try reader.id(), openedAt: try reader.time(), closedAt: try reader.optionalTime(),
            outcome: try reader.optionalText())
    }
}
