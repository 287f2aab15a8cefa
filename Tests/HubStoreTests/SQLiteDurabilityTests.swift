import Foundation
import HubStore
import HubTesting
import SQLiteDatabase
import Testing

@Suite struct SQLiteDurabilityTests {
    private func count(_ database: SQLiteDatabase) async throws -> SQLValue? {
        try await database.read { try $0.row("SELECT COUNT(*) FROM sample")?[0] }
    }

    private func makeTable(_ database: SQLiteDatabase) async throws {
        try await database.change("CREATE TABLE sample (id BIGINT PRIMARY KEY NOT NULL, word TEXT)")
    }

    private func insert(_ ids: ClosedRange<Int>, into database: SQLiteDatabase) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for id in ids { group.addTask { try await database.change("INSERT INTO sample (id) VALUES (\(id))") } }
            try await group.waitForAll()
        }
    }

    @Test("waits for the disk at each commit")
    func synchronous() async throws {
        let level = try await withDatabase { try $0.synchronousLevel() }
        #expect(level == 2)
    }

    @Test("has in its files whatever was answered, as they are at that moment")
    func answeredIsInTheFiles() async throws {
        try await withTemporaryDirectory { directory in
            let database = try SQLiteDatabase(path: directory + "/hub.db")
            try await makeTable(database)
            for round in 1...5 {
                try await insert(round * 100...round * 100 + 49, into: database)
                // What a crash would leave: the files without their owner, and without the shared memory index.
                let copy = directory + "/copy-\(round).db"
                try FileManager.default.copyItem(atPath: directory + "/hub.db", toPath: copy)
                try FileManager.default.copyItem(atPath: directory + "/hub.db-wal", toPath: copy + "-wal")
                let left = try SQLiteDatabase(path: copy)
                #expect(try await count(left) == .integer(Int64(round * 50)))
                #expect(try await left.integrity() == "ok")
                try left.close()
            }
            try database.close()
        }
    }

    @Test("copies a long log into the database file after the commit, and begins it anew")
    func checkpoints() async throws {
        try await withTemporaryDirectory { directory in
            let database = try SQLiteDatabase(path: directory + "/hub.db")
            try await makeTable(database)
            func size(_ name: String) throws -> Int {
                try FileManager.default.attributesOfItem(atPath: directory + "/" + name)[.size] as? Int ?? 0
            }
            // More pages than the log may have.
            let (length, word) = (17 << 20, String(repeating: "x", count: 17 << 20))
            for id in 1...3 {
                try await database.change("INSERT INTO sample (id, word) VALUES (\(id), \(word))")
                // Its turn comes after what the writer still does for the one before.
                try await database.change("UPDATE sample SET id = id WHERE id = 0")
                #expect(try size("hub.db") > id * length)
            }
            #expect(try size("hub.db-wal") < 2 * length)
            #expect(try await count(database) == .integer(3))
            try database.close()
        }
    }

    @Test("is there after closing and opening again")
    func reopens() async throws {
        try await withTemporaryDirectory { directory in
            for round in 1...3 {
                let database = try SQLiteDatabase(path: directory + "/hub.db")
                try await Schema.hub.migrate(database)
                if round == 1 { try await makeTable(database) }
                try await insert(round * 10...round * 10 + 4, into: database)
                #expect(try await count(database) == .integer(Int64(round * 5)))
                try database.close()
            }
        }
    }

    @Test("lets two programs write to one file without losing or damaging anything")
    func twoWriters() async throws {
        try await withTemporaryDirectory { directory in
            let (one, two) = (try SQLiteDatabase(path: directory + "/hub.db"), try SQLiteDatabase(path: directory + "/hub.db"))
            try await makeTable(one)
            async let first: Void = insert(1...300, into: one)
            async let second: Void = insert(301...600, into: two)
            _ = try await (first, second)
            #expect(try await count(one) == .integer(600))
            #expect(try await count(two) == .integer(600))
            #expect(try await one.integrity() == "ok")
            try one.close()
            try two.close()
        }
    }

    @Test("writes a copy of one state while the hub goes on")
    func backup() async throws {
        try await withTemporaryDirectory { directory in
            let database = try SQLiteDatabase(path: directory + "/hub.db")
            try await makeTable(database)
            try await insert(1...20, into: database)
            try database.backup(to: directory + "/backup.db")
            try await insert(21...30, into: database)
            let copy = try SQLiteDatabase(path: directory + "/backup.db")
            #expect(try await count(copy) == .integer(20))
            #expect(throws: SQLFault.self) { try database.backup(to: directory + "/nowhere/backup.db") }
            try copy.close()
            try database.close()
        }
    }
}
