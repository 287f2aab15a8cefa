import Foundation
import GRDB
import HubStore

/// The hub's database in one SQLite file: WAL, `synchronous=FULL`, readers beside one writer that commits many callers together.
///
/// It holds no statement of its own but the pragmas.
package final class SQLiteDatabase: SQLDatabase {
    private let pool: DatabasePool
    private let writer: GroupCommitWriter
    private let observers: Observers

    /// Opens or makes the file at `path`.
    ///
    /// - Throws: ``SQLFault``
    package init(path: String, maximumReaders: Int = 4) throws {
        var configuration = Configuration()
        configuration.maximumReaderCount = maximumReaders
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .timeout(5)
        configuration.label = "hub"
        // SQLite's own knows only ASCII, and people search in their own language; PostgreSQL's knows Unicode, too.
        configuration.prepareDatabase { $0.add(function: Self.lower) }
        do {
            let pool = try DatabasePool(path: path, configuration: configuration)
            // GRDB sets NORMAL when it turns WAL on, after its own preparation hook; FULL must come last.
            try pool.writeWithoutTransaction { database in
                try database.execute(sql: "PRAGMA synchronous = FULL")
                // Of the writer alone: a completion that lets many thousand tasks go must not be written out page by page meanwhile.
                try database.execute(sql: "PRAGMA cache_size = -16384")
            }
            let observers = Observers()
            self.pool = pool
            self.observers = observers
            writer = GroupCommitWriter(pool: pool, committed: { observers.signal($0) })
        } catch {
            throw SQLFault(error)
        }
    }

    package func read<Value: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> Value) async throws -> Value {
        do {
            return try await pool.read { try body(SQLiteConnection(database: $0)) }
        } catch let error as DatabaseError {
            throw SQLFault(error)
        }
    }

    package func write<Value: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> Value) async throws -> Value {
        try await writer.write(body)
    }

    package func observe(_ signal: String) -> AsyncStream<Void> {
        observers.stream(of: signal)
    }

    /// The pragma as the writer has it: 2 is FULL.
    package func synchronousLevel() throws -> Int {
        do {
            return try pool.writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA synchronous") ?? -1 }
        } catch {
            throw SQLFault(error)
        }
    }

    private static let lower = DatabaseFunction("lower", argumentCount: 1, pure: true) { values in
        String.fromDatabaseValue(values[0])?.lowercased()
    }

    /// How many writes wait for the next transaction, for health pages.
    package var queuedWrites: Int { writer.queuedJobs }

    /// Writes a consistent copy to `path`.
    ///
    /// - Throws: ``SQLFault``
    package func backup(to path: String) throws {
        do {
            let copy = try DatabaseQueue(path: path)
            try pool.backup(to: copy)
            try copy.close()
        } catch {
            throw SQLFault(error)
        }
    }

    /// `PRAGMA quick_check`: "ok", or what is wrong.
    ///
    /// - Throws: ``SQLFault``
    package func integrity() async throws -> String {
        do {
            return try await pool.read { try String.fetchOne($0, sql: "PRAGMA quick_check(1)") ?? "no answer" }
        } catch {
            throw SQLFault(error)
        }
    }

    /// Closes the file; what was written is then all in it, so that a copy of it is complete without the log beside it.
    ///
    /// - Throws: ``SQLFault``
    package func close() throws {
        // Where this fails, the log stays, and is read at the next opening.
        _ = try? pool.writeWithoutTransaction { try Row.fetchOne($0, sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
        do { try pool.close() } catch { throw SQLFault(error) }
    }
}
