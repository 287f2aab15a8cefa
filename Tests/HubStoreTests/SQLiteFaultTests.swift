import Foundation
import HubCore
import HubStore
import HubTesting
import SQLiteDatabase
import Testing

@Suite struct SQLiteFaultTests {
    private struct Refused: Error {}

    @Test("says that a file cannot be opened", arguments: ["/nowhere/hub.db", "", "/dev/null/hub.db"])
    func cannotOpen(_ tail: String) async throws {
        try await withTemporaryDirectory { directory in
            #expect(throws: SQLFault.self) { _ = try SQLiteDatabase(path: directory + tail) }
        }
    }

    @Test("says that a file is no database")
    func noDatabase() async throws {
        try await withTemporaryDirectory { directory in
            try Data(repeating: 0x41, count: 8192).write(to: URL(fileURLWithPath: directory + "/hub.db"))
            #expect(throws: SQLFault.self) { _ = try SQLiteDatabase(path: directory + "/hub.db") }
        }
    }

    @Test("says that it is closed")
    func closed() async throws {
        try await withTemporaryDirectory { directory in
            let database = try SQLiteDatabase(path: directory + "/hub.db")
            try database.close()
            await #expect(throws: SQLFault.self) { try await database.write { _ = try $0.rows("SELECT 1") } }
            await #expect(throws: SQLFault.self) { try await database.read { _ = try $0.rows("SELECT 1") } }
        }
    }

    /// Blocks the writer until `jobs` are queued behind it, so that they share a transaction.
    private func inOneBatch(_ database: SQLiteDatabase, _ jobs: [@Sendable () async throws -> Void]) async throws -> [(any Error)?] {
        let gate = DispatchSemaphore(value: 0)
        let isHeld = Locked(false)
        async let held: Void = database.write { _ in
            isHeld.withLock { $0 = true }
            gate.wait()
        }
        while !isHeld.withLock({ $0 }) { await Task.yield() }
        let outcomes = try await withThrowingTaskGroup(of: (Int, (any Error)?).self) { group in
            for (index, job) in jobs.enumerated() {
                group.addTask {
                    do {
                        try await job()
                        return (index, nil)
                    } catch { return (index, error) }
                }
                // The next one queues after this one.
                while database.queuedWrites <= index { await Task.yield() }
            }
            gate.signal()
            var outcomes: [(any Error)?] = Array(repeating: nil, count: jobs.count)
            for try await (index, error) in group { outcomes[index] = error }
            return outcomes
        }
        try await held
        return outcomes
    }

    private func makeTable(_ database: SQLiteDatabase) async throws {
        try await database.change("CREATE TABLE sample (id BIGINT PRIMARY KEY NOT NULL, word TEXT)")
    }

    private func words(_ database: SQLiteDatabase) async throws -> [SQLValue] {
        try await database.read { try $0.rows("SELECT word FROM sample ORDER BY id").map { $0[0] } }
    }

    @Test("reports a change as lost where SQLite gave up the whole transaction, and commits what comes after")
    func wholeTransactionRolledBack() async throws {
        try await withDatabase { database in
            try await makeTable(database)
            let outcomes = try await inOneBatch(
                database,
                [
                    { try await database.change("INSERT INTO sample (id, word) VALUES (1, 'before')") },
                    { try await database.write { _ in throw Refused() } },
                    { try await database.change("INSERT OR ROLLBACK INTO sample (id, word) VALUES (2, 'x'), (2, 'y')") },
                    { try await database.change("INSERT INTO sample (id, word) VALUES (3, 'after')") },
                ])
            #expect(outcomes[0] is SQLFault)
            #expect(outcomes[1] is Refused)
            #expect(outcomes[2] is SQLFault)
            #expect(outcomes[3] == nil)
            #expect(try await words(database) == [.text("after")])
        }
    }

    @Test("lets a body that hides such a fault change nothing")
    func hiddenRollback() async throws {
        try await withDatabase { database in
            try await makeTable(database)
            let observed = database.observe("thing")
            var observer = observed.makeAsyncIterator()
            await observer.next()
            let outcomes = try await inOneBatch(
                database,
                [
                    { try await database.change("INSERT INTO sample (id, word) VALUES (1, 'before')") },
                    {
                        try await database.write { connection in
                            connection.raise("thing")
                            _ = try? connection.execute("INSERT OR ROLLBACK INTO sample (id, word) VALUES (2, 'x'), (2, 'y')")
                            _ = try? connection.execute("INSERT INTO sample (id, word) VALUES (4, 'outside')")
                        }
                    },
                    { try await database.change("INSERT INTO sample (id, word) VALUES (3, 'after')") },
                ])
            #expect(outcomes[0] is SQLFault)
            #expect(outcomes[1] is SQLFault)
            #expect(outcomes[2] == nil)
            #expect(try await words(database) == [.text("after")])
        }
    }

    @Test("says that the disk is full, keeps what was answered, and goes on once there is room")
    func fullDisk() async throws {
        try await withDatabase { database in
            try await makeTable(database)
            let word = String(repeating: "x", count: 3000)
            // As many pages as there are, and a few: what SQLite does then is what it does on a full disk.
            try await database.write { _ = try $0.rows("PRAGMA max_page_count = 20") }
            var answered: [Int] = []
            var faults = 0
            for id in 1...40 {
                do {
                    try await database.change("INSERT INTO sample (id, word) VALUES (\(id), \(word))")
                    answered.append(id)
                } catch is SQLFault { faults += 1 }
            }
            #expect(faults > 0)
            #expect(!answered.isEmpty)
            #expect(try await words(database).count == answered.count)
            let outcomes = try await inOneBatch(
                database,
                (100..<130).map { id in
                    { try await database.change("INSERT INTO sample (id, word) VALUES (\(id), \(word))") }
                })
            #expect(outcomes.contains { $0 is SQLFault })
            #expect(try await words(database).count == answered.count + outcomes.filter { $0 == nil }.count)
            try await database.write { _ = try $0.rows("PRAGMA max_page_count = 100000") }
            try await database.change("INSERT INTO sample (id, word) VALUES (1000, \(word))")
            #expect(try await database.integrity() == "ok")
        }
    }

    @Test("fails the whole batch where the commit fails, and nothing of it has happened")
    func failingCommit() async throws {
        try await withDatabase { database in
            try await makeTable(database)
            try await database.change("CREATE TABLE child (id BIGINT REFERENCES sample (id) DEFERRABLE INITIALLY DEFERRED)")
            let outcomes = try await inOneBatch(
                database,
                [
                    { try await database.change("INSERT INTO sample (id) VALUES (1)") },
                    { try await database.change("INSERT INTO child (id) VALUES (9)") },
                    { try await database.write { _ in throw Refused() } },
                ])
            #expect(outcomes[0] is SQLFault)
            #expect(outcomes[1] is SQLFault)
            #expect(outcomes[2] is Refused)
            #expect(try await words(database) == [])
            try await database.change("INSERT INTO sample (id) VALUES (1)")
            #expect(try await words(database).count == 1)
        }
    }

    @Test("binds and reads every type, the empty ones too")
    func types() async throws {
        try await withDatabase { database in
            let blob: [UInt8] = [0, 1, 255]
            let row = try await database.read {
                try $0.row("SELECT \(blob), \([UInt8]()), \(""), \(Int64.min), \(true), \(Int?.none), 1.5")
            }
            #expect(row?.values == [.blob(blob), .blob([]), .text(""), .integer(.min), .integer(1), .null, .real(1.5)])
        }
    }

    @Test("reads a column that is not what it should be as a fault")
    func undecodable() {
        var reader = RowReader(SQLRow([.text("x"), .integer(1), .text("nonsense"), .text("{")]))
        #expect(throws: SQLFault.self) { try reader.int() }
        #expect(throws: SQLFault.self) { try reader.text() }
        #expect(throws: SQLFault.self) { try reader.value(Role.self) }
        #expect(throws: SQLFault.self) { try reader.json() }
        #expect(throws: SQLFault.self) { try reader.optionalText() }
    }
}
