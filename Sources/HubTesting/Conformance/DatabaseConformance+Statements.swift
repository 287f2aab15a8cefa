import HubCore
import HubStore

extension DatabaseConformance {
    /// A table of every column type.
    private static func withTable(_ database: any SQLDatabase) async throws {
        try await database.change("CREATE TABLE sample (id BIGINT PRIMARY KEY NOT NULL, word TEXT, share DOUBLE PRECISION, flag BOOLEAN)")
    }

    static let statements: [Case] = [
        Case("binds interpolated values in the order of their appearance") { database in
            let row = try await database.read { try $0.row("SELECT \("one") || \("two") || \("one")") }
            try requireEqual(row?.values, [.text("onetwoone")], "the row")
            let many = try await database.read { connection in
                try connection.row(
                    "SELECT \("a") || \("b") || \("c") || \("d") || \("e") || \("f") || \("g") || \("h") || \("i") || \("j") || \("k") || \("l")"
                )
            }
            try requireEqual(many?.values, [.text("abcdefghijkl")], "twelve arguments")
        },
        Case("binds lists, fragments and NULL") { database in
            try await withTable(database)
            try await database.write { connection in
                for id in 1...5 { try connection.execute("INSERT INTO sample (id, word) VALUES (\(id), \("w\(id)"))") }
                try connection.execute("INSERT INTO sample (id, word) VALUES (\(6), \(String?.none))")
            }
            let words: SQL = "word IN \(list: ["w2", "w4", "$1"])"
            let both: SQL = "(\(words) OR id = \(5)) AND id > \(2)"
            let empty: [Int] = []
            let (found, none, null) = try await database.read { connection in
                (
                    try connection.rows("SELECT id FROM sample WHERE id < \(9) AND \(both) AND word <> \("$2") ORDER BY id"),
                    try connection.rows("SELECT id FROM sample WHERE id IN \(list: empty)"),
                    try connection.rows("SELECT id, word FROM sample WHERE word IS NULL")
                )
            }
            try requireEqual(found.map(\.values), [[.integer(4)], [.integer(5)]], "fragments")
            try requireEqual(none.count, 0, "rows in an empty list")
            try requireEqual(null.map(\.values), [[.integer(6), .null]], "NULL")
        },
        Case("leaves a dollar sign in a constant alone") { database in
            let fragment: SQL = "'$7 ' || \("x") || ' $'"
            let row = try await database.read { try $0.row("SELECT \(fragment) || '$1' || \("y")") }
            try requireEqual(row?.values, [.text("$7 x $$1y")], "the row")
        },
        Case("keeps values as they are") { database in
            try await withTable(database)
            let words = ["", " ", "ж😀e\u{301}", "'; DROP TABLE sample; --", String(repeating: "long ", count: 50_000), "a\u{FFFD}"]
            let numbers: [Int64] = [0, -1, .max, .min]
            try await database.write { connection in
                for (id, word) in words.enumerated() {
                    try connection.execute("INSERT INTO sample (id, word, flag) VALUES (\(id), \(word), \(id == 0))")
                }
                for number in numbers.dropFirst(1) { try connection.execute("INSERT INTO sample (id) VALUES (\(number))") }
            }
            let (texts, flags, ids) = try await database.read { connection in
                (
                    try connection.rows("SELECT word FROM sample WHERE word IS NOT NULL ORDER BY id").map(\.values),
                    try connection.rows("SELECT id FROM sample WHERE flag = TRUE").map(\.values),
                    try connection.rows("SELECT id FROM sample WHERE word IS NULL ORDER BY id").map(\.values)
                )
            }
            try requireEqual(texts, words.map { [.text($0)] }, "texts")
            try requireEqual(flags, [[.integer(0)]], "flags")
            try requireEqual(ids, [[.integer(.min)], [.integer(-1)], [.integer(.max)]], "numbers")
        },
        Case("never cuts a text at a NUL") { database in
            try await withTable(database)
            do {
                try await database.change("INSERT INTO sample (id, word) VALUES (1, \("a\0b"))")
            } catch is SQLFault {
                return  // PostgreSQL refuses it.
            }
            let row = try await database.read { try $0.row("SELECT word FROM sample") }
            try requireEqual(row?.values, [.text("a\0b")], "the text")
        },
        Case("says how many rows were changed") { database in
            try await withTable(database)
            let counts = try await database.write { connection in
                [
                    try connection.execute("INSERT INTO sample (id) VALUES (1), (2), (3)"),
                    try connection.execute("UPDATE sample SET word = 'x' WHERE id > \(1)"),
                    try connection.execute("UPDATE sample SET word = 'x' WHERE id > \(9)"),
                    try connection.execute("DELETE FROM sample"),
                ]
            }
            try requireEqual(counts, [3, 2, 0, 3], "changed rows")
        },
        Case("returns rows of inserts, updates and deletes") { database in
            try await withTable(database)
            let rows = try await database.write { connection in
                [
                    try connection.rows("INSERT INTO sample (id, word) VALUES (1, 'a'), (2, 'b') RETURNING id, word").map(\.values),
                    try connection.rows("UPDATE sample SET word = word || \("!") WHERE id = \(2) RETURNING word").map(\.values),
                    try connection.rows("DELETE FROM sample WHERE id = \(1) RETURNING id").map(\.values),
                ]
            }
            try requireEqual(
                rows, [[[.integer(1), .text("a")], [.integer(2), .text("b")]], [[.text("b!")]], [[.integer(1)]]], "returned rows")
        },
        Case("inserts or updates on conflict") { database in
            try await withTable(database)
            let word = try await database.write { connection in
                try connection.execute("INSERT INTO sample (id, word) VALUES (1, 'a')")
                try connection.execute(
                    "INSERT INTO sample (id, word) VALUES (1, \("b")) ON CONFLICT (id) DO UPDATE SET word = sample.word || excluded.word")
                let ignored = try connection.execute("INSERT INTO sample (id, word) VALUES (1, 'c') ON CONFLICT (id) DO NOTHING")
                try requireEqual(ignored, 0, "rows changed by an ignored insert")
                return try connection.row("SELECT word FROM sample")
            }
            try requireEqual(word?.values, [.text("ab")], "the row")
        },
        Case("compares letters of any language without regard to case") { database in
            let row = try await database.read { try $0.row("SELECT lower(\("ПРИВЕТ ÄÖ Abc"))") }
            try requireEqual(row?.values, [.text("привет äö abc")], "the text in lower case")
        },
        Case("says that a statement is wrong") { database in
            try await requireFault("no table") { try await database.read { _ = try $0.rows("SELECT * FROM nowhere") } }
            try await requireFault("no SQL") { try await database.change("SELEKT 1") }
            try await requireFault("a write in a read") {
                _ = try await database.read { try $0.execute("CREATE TABLE sneaky (id BIGINT)") }
            }
        },
        Case("tells the rules of the schema apart") { database in
            try await database.write { connection in
                try connection.execute("CREATE TABLE parent (id BIGINT PRIMARY KEY NOT NULL, name TEXT NOT NULL UNIQUE CHECK (name <> ''))")
                try connection.execute("CREATE TABLE child (id BIGINT PRIMARY KEY NOT NULL, parent BIGINT NOT NULL REFERENCES parent (id))")
                try connection.execute("INSERT INTO parent (id, name) VALUES (1, 'a')")
                try connection.execute("INSERT INTO child (id, parent) VALUES (1, 1)")
            }
            func refused(_ kind: SQLFault.Constraint, _ sql: SQL) async throws {
                try await requireConstraint(kind, sql.text) { try await database.change(sql) }
            }
            try await refused(.unique, "INSERT INTO parent (id, name) VALUES (1, 'b')")
            try await refused(.unique, "INSERT INTO parent (id, name) VALUES (2, 'a')")
            try await refused(.check, "INSERT INTO parent (id, name) VALUES (2, '')")
            try await refused(.notNull, "INSERT INTO parent (id, name) VALUES (2, NULL)")
            try await refused(.foreignKey, "INSERT INTO child (id, parent) VALUES (2, 9)")
            try await refused(.foreignKey, "DELETE FROM parent")
        },
    ]
}
