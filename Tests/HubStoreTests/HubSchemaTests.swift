import HubStore
import HubTesting
import SQLiteDatabase
import Testing

@Suite struct HubSchemaTests {
    @Test("migrations come in the order in which they shipped: no database passes one over")
    func order() {
        let numbers = Schema.hub.migrations.map(\.number)
        #expect(numbers == numbers.sorted() && Set(numbers).count == numbers.count)
    }

    @Test("a database of the first release, which knew 1 to 4, 6 and 7, is brought up to date")
    func firstRelease() async throws {
        try await withDatabase { database in
            let first = Schema(component: "hub", migrations: Schema.hub.migrations.filter { $0.number <= 7 })
            #expect(first.migrations.map(\.number) == [1, 2, 3, 4, 6, 7])
            try await first.migrate(database)
            try await Schema.hub.migrate(database)
            try await database.read { _ = try $0.rows("SELECT placement_class, diff_stats, writes_in FROM agent_task") }
        }
    }
}
