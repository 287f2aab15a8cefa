import HubCore
import HubStore

extension DatabaseConformance {
    static let migrations: [Case] = [
        Case("runs each migration once, and appends what is new") { database in
            let first = Migration(1, ["CREATE TABLE sample (id BIGINT PRIMARY KEY NOT NULL)", "INSERT INTO sample (id) VALUES (1)"])
            let second = Migration(2, ["ALTER TABLE sample ADD COLUMN word TEXT", "INSERT INTO sample (id, word) VALUES (2, 'two')"])
            try await Schema(component: "test", migrations: [first]).migrate(database)
            try await Schema(component: "test", migrations: [first]).migrate(database)
            try await Schema(component: "test", migrations: [first, second]).migrate(database)
            try await Schema(component: "test", migrations: [first, second]).migrate(database)
            let rows = try await database.read { try $0.rows("SELECT id, word FROM sample ORDER BY id").map(\.values) }
            try requireEqual(rows, [[.integer(1), .null], [.integer(2), .text("two")]], "rows")
        },
        Case("keeps the schemas of several components apart") { database in
            let (a, b): (Migration, Migration) = (
                Migration(1, ["CREATE TABLE a (id BIGINT)"]), Migration(1, ["CREATE TABLE b (id BIGINT)"])
            )
            try await Schema(component: "a", migrations: [a]).migrate(database)
            try await Schema(component: "b", migrations: [b]).migrate(database)
            try await database.read { _ = try $0.rows("SELECT a.id FROM a, b") }
        },
        Case("refuses a newer schema and leaves it alone") { database in
            let first = Migration(1, ["CREATE TABLE sample (id BIGINT)"])
            let second = Migration(2, ["INSERT INTO sample (id) VALUES (2)"])
            try await Schema(component: "test", migrations: [first, second]).migrate(database)
            let fault = try await requireFault("a newer schema") {
                try await Schema(component: "test", migrations: [first]).migrate(database)
            }
            guard case .newerSchema("test", 2, 1) = fault else { throw Violation(description: "\(fault)") }
            let line = fault.description
            try require(line.contains("newer version") && line.contains("test 2") && line.contains("knows 1"), "unclear: \(line)")
            let row = try await database.read { try $0.row("SELECT number FROM schema_version WHERE component = 'test'") }
            try requireEqual(row?.values, [.integer(2)], "the stored schema number")
        },
        Case("leaves nothing of a migration that fails") { database in
            let bad = Migration(1, ["CREATE TABLE sample (id BIGINT)", "INSERT INTO nowhere (id) VALUES (1)"])
            try await requireFault("a bad migration") { try await Schema(component: "test", migrations: [bad]).migrate(database) }
            try await requireFault("the table") { try await database.read { _ = try $0.rows("SELECT id FROM sample") } }
            try await Schema(component: "test", migrations: [Migration(1, ["CREATE TABLE sample (id BIGINT)"])]).migrate(database)
        },
        Case("builds the hub's schema, and again") { database in
            try await Schema.hub.migrate(database)
            try await Schema.hub.migrate(database)
        },
    ]
}
