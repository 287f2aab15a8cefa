/// A database that holds the hub's state. One driver a SQL engine; all pass the conformance suite in HubTesting.
package protocol SQLDatabase: Sendable {
    /// Reads one consistent state, beside the writer.
    ///
    /// - Throws: what `body` throws, or ``SQLFault``.
    func read<Value: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> Value) async throws -> Value

    /// Runs `body` in a savepoint of the one writer's next transaction, and returns once that is on disk. Many callers share a
    /// commit; a body that throws is rolled back alone.
    ///
    /// - Throws: what `body` throws, or ``SQLFault``. If the commit itself fails, nothing of the batch has happened.
    func write<Value: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> Value) async throws -> Value

    /// Signals after each commit in which `signal` was raised with ``SQLConnection/raise(_:)``; signals that come faster than
    /// they are taken merge into one. The first element comes at once, so that a subscriber begins by looking.
    func observe(_ signal: String) -> AsyncStream<Void>
}

/// A connection inside a transaction; valid only there.
package protocol SQLConnection {
    /// - Returns: how many rows were changed.
    @discardableResult
    func execute(_ sql: SQL) throws -> Int

    /// Runs one statement for each row of arguments, in their order. Its placeholders are `$1`, `$2` … in the order of their appearance.
    func execute(_ text: String, for rows: [[SQLValue]]) throws

    func rows(_ sql: SQL) throws -> [SQLRow]

    /// Tells the observers of `signal` once the transaction is committed, as PostgreSQL's `NOTIFY` does.
    func raise(_ signal: String)
}

extension SQLConnection {
    package func row(_ sql: SQL) throws -> SQLRow? {
        try rows(sql).first
    }
}

/// A row, read from its first column to its last.
package struct SQLRow: Sendable {
    package let values: [SQLValue]

    package init(_ values: [SQLValue]) {
        self.values = values
    }

    package subscript(column: Int) -> SQLValue { values[column] }
}

/// What a driver could not do.
package enum SQLFault: Error, Sendable, CustomStringConvertible {
    /// A rule of the schema: unique, foreign key, check, not null.
    case constraint(Constraint, String)
    /// The schema was written by a newer program.
    case newerSchema(component: String, found: Int, known: Int)
    /// A stored value that does not fit its column's meaning.
    case undecodable(String)
    /// The disk is full, the file is damaged, or the like.
    case failed(String)

    package enum Constraint: Sendable {
        case unique, foreignKey, check, notNull
    }

    package var description: String {
        switch self {
        case .constraint(_, let detail): "the database refused the change: \(detail)"
        case .newerSchema(let component, let found, let known):
            "the database was written by a newer version (schema \(component) \(found), this program knows \(known)): use that version, or restore a backup"
        case .undecodable(let what): "the database holds something unexpected: \(what)"
        case .failed(let what): "the database failed: \(what)"
        }
    }
}
