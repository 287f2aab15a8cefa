import HubCore
import HubStore
import HubTesting
import Testing

@testable import HubService

/// What placement costs, counted in statements and rows.
@Suite struct PlacementCostTests {
    private func create(_ test: TestHub, _ number: Int) async throws -> AgentTask {
        try await test.create("task \(number)") {
            $0.repository = "web"
            $0.requirements.writes = WriteScope(["Sources/Module\(number)/**"])
            $0.requirements.tools = ["tool-\(number)"]
            $0.requirements.tags = ["tag-\(number)"]
        }
    }

    private func classes(_ test: TestHub) async throws -> [String] {
        try await test.database.read { connection in
            try connection.rows("SELECT needs FROM placement_class ORDER BY id").map { row in
                var reader = RowReader(row)
                return try reader.text()
            }
        }
    }

    /// The statements of the failure that frees a slot, for which `count` tasks wait.
    ///
    /// - Parameter sharing: they wait for the files of the one that fails, and there are more slots.
    private func statements(waiting count: Int, sharing: Bool = false) async throws -> Int {
        let test = try await TestHub()
        let mac = try await test.server("mac", slots: sharing ? 4 : 1, capabilities: Capabilities(repositories: ["web"]))
        let first = try await create(test, 0)
        for number in 1...count { _ = try await create(test, sharing ? 0 : number) }
        let (report, now) = (try await test.task(first).task.report, test.clock.now())
        return try await test.database.write { connection in
            let counter = StatementCounter(connection)
            let transaction = HubTransaction(
                connection: counter, now: now, caller: mac.agent, vault: try Vault(masterKey: TestHub.masterKey), spending: .standard)
            _ = try transaction.carryOut(FailTask(report, error: "x"), once: nil)
            return counter.count
        }
    }

    @Test("a freed slot costs the same however many tasks wait, each with files of its own") func freedSlot() async throws {
        let few = try await statements(waiting: 4)
        #expect(try await statements(waiting: 60) == few)
        #expect(few > 5)
    }

    @Test("files that are left cost the same however many tasks wait for them") func freedFiles() async throws {
        let few = try await statements(waiting: 4, sharing: true)
        #expect(try await statements(waiting: 60, sharing: true) == few)
    }

    @Test("what a task changes and wishes for makes no class of its own") func rows() async throws {
        let test = try await TestHub()
        for number in 0..<40 { _ = try await create(test, number) }
        #expect(try await classes(test).count == 1)
    }

    @Test("a class from before, with what its tasks change and wish for, is placed as before, and goes when they are done")
    func oldClasses() async throws {
        let test = try await TestHub()
        let task = try await create(test, 1)
        let old =
            #"{"repository":"web","auto":null,"requires":{"languages":[],"environments":[],"agent":null,"tools":["tool-1"],"#
            + #""tags":["tag-1"],"server":null,"writes":["Sources/Module1/**"]}}"#
        try await test.database.write { _ = try $0.execute("UPDATE placement_class SET needs = \(old)") }
        let other = try await create(test, 2)
        #expect(try await classes(test).count == 2)
        let mac = try await test.server("mac", capabilities: Capabilities(repositories: ["web"]))
        for task in [task, other] { #expect(try await test.task(task).task.state == .assigned) }

        let report = try await test.task(task).task.report
        try await test.hub.run(StartTask(report), as: mac.agent)
        try await test.database.write { try TaskTable($0).removeUnusedClasses() }
        #expect(try await classes(test).count == 2)
        try await test.hub.run(CompleteTask(report, result: "x"), as: mac.agent)
        // A failed task may be tried again.
        try await test.hub.run(FailTask(try await test.task(other).task.report, error: "x"), as: mac.agent)
        try await test.database.write { try TaskTable($0).removeUnusedClasses() }
        let left = try await classes(test)
        #expect(left.count == 1 && left != [old])
        try await test.hub.run(RetryTask(other.reference), as: test.admin)
        #expect(try await test.task(other).task.state == .assigned)
    }
}

/// A connection that counts what runs on it.
private final class StatementCounter: SQLConnection {
    private let base: any SQLConnection
    private(set) var count = 0

    init(_ base: any SQLConnection) {
        self.base = base
    }

    func execute(_ sql: SQL) throws -> Int {
        count += 1
        return try base.execute(sql)
    }

    func execute(_ text: String, for rows: [[SQLValue]]) throws {
        count += 1
        try base.execute(text, for: rows)
    }

    func rows(_ sql: SQL) throws -> [SQLRow] {
        count += 1
        return try base.rows(sql)
    }

    func raise(_ signal: String) { base.raise(signal) }
}
