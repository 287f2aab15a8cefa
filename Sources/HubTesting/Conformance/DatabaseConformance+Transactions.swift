import HubCore
import HubStore

extension DatabaseConformance {
    private struct Refused: Error {}

    private static func withTable(_ database: any SQLDatabase) async throws {
        try await database.change("CREATE TABLE sample (id BIGINT PRIMARY KEY NOT NULL)")
    }

    private static func ids(_ database: any SQLDatabase) async throws -> [Int64] {
        try await database.read { connection in
            try connection.rows("SELECT id FROM sample ORDER BY id").map { row in
                var reader = RowReader(row)
                return try reader.int64()
            }
        }
    }

    static let transactions: [Case] = [
        Case("shows a write to every read that comes after its answer") { database in
            try await withTable(database)
            for id in 1...100 {
                try await database.change("INSERT INTO sample (id) VALUES (\(id))")
                let row = try await database.read { try $0.row("SELECT 1 FROM sample WHERE id = \(id)") }
                try require(row != nil, "row \(id) is not there after its write")
            }
        },
        Case("rolls back a body that throws, and throws its error") { database in
            try await withTable(database)
            do {
                try await database.write { connection in
                    try connection.execute("INSERT INTO sample (id) VALUES (1)")
                    throw Refused()
                }
                throw Violation(description: "the body's error was lost")
            } catch is Refused {}
            try requireEqual(try await ids(database), [], "rows")
        },
        Case("rolls back a failing job alone while its neighbours are committed") { database in
            try await withTable(database)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for id in 1...600 {
                    group.addTask {
                        do {
                            try await database.write { connection in
                                try connection.execute("INSERT INTO sample (id) VALUES (\(id))")
                                if id.isMultiple(of: 3) { throw Refused() }
                                if id.isMultiple(of: 5) { try connection.execute("INSERT INTO sample (id) VALUES (\(id))") }
                            }
                            try require(!id.isMultiple(of: 3) && !id.isMultiple(of: 5), "job \(id) was answered as committed")
                        } catch is Refused {
                            try require(id.isMultiple(of: 3), "job \(id) got its neighbour's error")
                        } catch SQLFault.constraint(.unique, _) {
                            try require(id.isMultiple(of: 5), "job \(id) got its neighbour's fault")
                        }
                    }
                }
                try await group.waitForAll()
            }
            let expected = (1...600).filter { !$0.isMultiple(of: 3) && !$0.isMultiple(of: 5) }.map(Int64.init)
            try requireEqual(try await ids(database), expected, "rows")
        },
        Case("goes on in a body that catches a fault") { database in
            try await withTable(database)
            try await database.change("INSERT INTO sample (id) VALUES (1)")
            try await database.write { connection in
                let found = try connection.row("SELECT 1 FROM sample WHERE id = 1")
                if found == nil { try connection.execute("INSERT INTO sample (id) VALUES (1)") }
                try connection.execute("INSERT INTO sample (id) VALUES (2)")
            }
            try requireEqual(try await ids(database), [1, 2], "rows")
        },
        Case("runs writes one after the other") { database in
            try await database.write { connection in
                try connection.execute("CREATE TABLE counter (id BIGINT PRIMARY KEY NOT NULL, value BIGINT NOT NULL)")
                try connection.execute("INSERT INTO counter (id, value) VALUES (1, 0)")
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<300 {
                    group.addTask {
                        try await database.write { connection in
                            guard let row = try connection.row("SELECT value FROM counter") else { return }
                            var reader = RowReader(row)
                            try connection.execute("UPDATE counter SET value = \(try reader.int() + 1)")
                        }
                    }
                }
                try await group.waitForAll()
            }
            let row = try await database.read { try $0.row("SELECT value FROM counter") }
            try requireEqual(row?.values, [.integer(300)], "the counter")
        },
        Case("shows readers whole commits, and one state for the length of a read") { database in
            try await database.write { connection in
                try connection.execute("CREATE TABLE pair (id BIGINT PRIMARY KEY NOT NULL, value BIGINT NOT NULL)")
                try connection.execute("INSERT INTO pair (id, value) VALUES (1, 0), (2, 0)")
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for value in 1...200 {
                        try await database.write { connection in
                            try connection.execute("UPDATE pair SET value = \(value) WHERE id = 1")
                            try connection.execute("UPDATE pair SET value = \(value) WHERE id = 2")
                        }
                    }
                }
                for _ in 0..<3 {
                    group.addTask {
                        for _ in 0..<200 {
                            let values = try await database.read { connection in
                                let first = try connection.row("SELECT value FROM pair WHERE id = 1")
                                return (first?.values, try connection.row("SELECT value FROM pair WHERE id = 2")?.values)
                            }
                            try requireEqual(values.0, values.1, "the halves of a pair")
                        }
                    }
                }
                try await group.waitForAll()
            }
        },
        Case("throws from a read what its body throws") { database in
            do {
                try await database.read { _ in throw Refused() }
                throw Violation(description: "the body's error was lost")
            } catch is Refused {}
        },
    ]

    static let signals: [Case] = [
        Case("gives an observer its first element at once, and the next after a commit") { database in
            var observer = database.observe("thing").makeAsyncIterator()
            await observer.next()
            try await database.write { $0.raise("thing") }
            await observer.next()
            // Many signals that nobody took are one.
            for _ in 0..<50 { try await database.write { $0.raise("thing") } }
            await observer.next()
            try await withTable(database)
            try await database.write { connection in
                try connection.execute("INSERT INTO sample (id) VALUES (1)")
                connection.raise("thing")
            }
            await observer.next()
            try requireEqual(try await ids(database), [1], "rows that are there when the signal is")
        },
        Case("never signals for another name or for a job that was rolled back") { database in
            // The observer of the last signal comes after everything that could have been signalled before it.
            let counted = Locked(0)
            let stream = database.observe("mine")
            var last = database.observe("last").makeAsyncIterator()
            await last.next()
            let counting = Task { for await _ in stream { counted.withLock { $0 += 1 } } }
            while counted.withLock({ $0 }) == 0 { await Task.yield() }
            try await database.write { $0.raise("other") }
            do {
                try await database.write { connection in
                    connection.raise("mine")
                    throw Refused()
                }
            } catch is Refused {}
            try await database.write { $0.raise("last") }
            await last.next()
            for _ in 0..<100 { await Task.yield() }
            try requireEqual(counted.withLock { $0 }, 1, "elements of the observer")
            counting.cancel()
            await counting.value
        },
        Case("signals every observer of a name") { database in
            let observers = (0..<3).map { _ in database.observe("thing") }
            try await withThrowingTaskGroup(of: Void.self) { group in
                let ready = Locked(0)
                for stream in observers {
                    group.addTask {
                        var iterator = stream.makeAsyncIterator()
                        await iterator.next()
                        ready.withLock { $0 += 1 }
                        await iterator.next()
                    }
                }
                while ready.withLock({ $0 }) < 3 { await Task.yield() }
                try await database.write { $0.raise("thing") }
                try await group.waitForAll()
            }
        },
    ]
}
