import GRDB
import GRDBSQLite
import HubStore

/// One connection, for as long as its transaction lasts. Statements are prepared and kept by GRDB; binding, stepping and reading go
/// straight to SQLite, because they are done for every statement of the hub.
struct SQLiteConnection: SQLConnection {
    let database: Database
    var raised: Raised? = nil

    /// Collects the signals of one job; they go out if its transaction is committed.
    final class Raised {
        var signals: Set<String> = []
    }

    @discardableResult
    func execute(_ sql: HubStore.SQL) throws -> Int {
        try assertTransaction()
        return try run(sql)
    }

    func execute(_ text: String, for rows: [[SQLValue]]) throws {
        try assertTransaction()
        try SQLiteStatement(text, in: database).execute(for: rows)
    }

    func rows(_ sql: HubStore.SQL) throws -> [SQLRow] {
        try assertTransaction()
        return try SQLiteStatement(sql, in: database).rows()
    }

    func raise(_ signal: String) {
        raised?.signals.insert(signal)
    }

    /// As ``execute(_:)``, and may begin and end transactions.
    @discardableResult
    func run(_ sql: HubStore.SQL) throws(SQLFault) -> Int {
        try SQLiteStatement(sql, in: database).execute()
    }

    /// SQLite gives a whole transaction up when the disk is full and the like. What came after would be committed statement by
    /// statement.
    private func assertTransaction() throws(SQLFault) {
        guard database.isInsideTransaction else { throw .failed("the transaction was given up") }
    }
}
