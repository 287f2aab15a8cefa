import HubCore

/// One step of the schema. A shipped migration is never edited, and calls no code of the program.
package struct Migration: Sendable {
    /// Greater than those of all that shipped before it: one in between would be passed over by the databases that exist.
    package let number: Int
    package let statements: [StaticString]

    package init(_ number: Int, _ statements: [StaticString]) {
        (self.number, self.statements) = (number, statements)
    }
}

/// The tables of one part of the program, and how they came to be.
package struct Schema: Sendable {
    package let component: String
    package let migrations: [Migration]

    package init(component: String, migrations: [Migration]) {
        (self.component, self.migrations) = (component, migrations)
    }

    /// Brings the database up to this schema.
    ///
    /// - Throws: ``SQLFault/newerSchema(component:found:known:)`` if a newer program has been here.
    package func migrate(_ database: some SQLDatabase) async throws {
        try await database.write { connection in
            try connection.execute(
                "CREATE TABLE IF NOT EXISTS schema_version (component TEXT PRIMARY KEY NOT NULL, number BIGINT NOT NULL)")
            var found = 0
            if let row = try connection.row("SELECT number FROM schema_version WHERE component = \(component)") {
                var reader = RowReader(row)
                found = try reader.int()
            }
            let known = migrations.last?.number ?? 0
            guard found <= known else { throw SQLFault.newerSchema(component: component, found: found, known: known) }
            for migration in migrations where migration.number > found {
                for statement in migration.statements { try connection.execute("\(raw: statement)") }
            }
            try connection.execute(
                """
                INSERT INTO schema_version (component, number) VALUES (\(component), \(known))
                ON CONFLICT (component) DO UPDATE SET number = excluded.number
                """)
        }
    }
}
