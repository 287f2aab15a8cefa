import HubCore
import HubService
import HubStore
import HubTesting
import Testing

@Suite struct HandledTests {
    private func create(_ title: String, _ test: TestHub, _ key: HandledTable.Key) async throws -> TaskOutcome {
        try await test.hub.run(CreateTask(project: test.project.id, content: .init(title: title)), as: test.admin, once: key)
    }

    @Test("the same key takes effect once, and gets the same outcome, also at the same time and after a restart") func once() async throws {
        let test = try await TestHub()
        try await test.server("mac")
        let key = HandledTable.Key(caller: "telegram/1", key: "7", fingerprint: "a")
        let outcomes = try await withThrowingTaskGroup(of: TaskOutcome.self) { group in
            for _ in 0..<20 { group.addTask { try await create("once", test, key) } }
            return try await group.reduce(into: Set<TaskOutcome>()) { $0.insert($1) }
        }
        #expect(outcomes.count == 1)
        #expect(try await test.events().filter { $0.fact.kind == .taskCreated }.count == 1)
        let reopened = try await test.reopened()
        #expect(try await create("once", reopened, key) == outcomes.first)
        #expect(try await test.events().filter { $0.fact.kind == .taskCreated }.count == 1)
    }

    @Test("the same key with another request is refused; another caller's key is another key") func reused() async throws {
        let test = try await TestHub()
        _ = try await create("one", test, .init(caller: "a", key: "7", fingerprint: "x"))
        await refused(.keyReused) { _ = try await create("two", test, .init(caller: "a", key: "7", fingerprint: "y")) }
        _ = try await create("two", test, .init(caller: "b", key: "7", fingerprint: "y"))
        #expect(try await test.events().filter { $0.fact.kind == .taskCreated }.count == 2)
    }

    @Test("a refusal is not kept: the same key may succeed later") func refusal() async throws {
        let test = try await TestHub()
        let key = HandledTable.Key(caller: "a", key: "7")
        await refused(.invalid) { _ = try await create("", test, key) }
        #expect(try await create("now", test, key).task.content.title == "now")
    }

    @Test("an answer in a form of long ago cannot be repeated, and is not carried out again") func outdated() async throws {
        let test = try await TestHub()
        let key = HandledTable.Key(caller: "a", key: "7")
        _ = try await create("once", test, key)
        try await test.database.write { _ = try $0.execute("UPDATE handled SET outcome = '{}'") }
        await refused(.conflict) { _ = try await create("once", test, key) }
        #expect(try await test.events().filter { $0.fact.kind == .taskCreated }.count == 1)
    }

    @Test("what was answered is there after a crash") func crash() async throws {
        let test = try await TestHub()
        let server = try await test.server("mac")
        let task = try await test.create("👷 build") { $0.requirePlan = true }
        let planned = try await test.hub.run(SubmitPlan(task.report, plan: ["summary": "so"]), as: server.agent)
        let note = try await test.hub.run(AddNote(task.reference, "careful", isUrgent: true), as: test.admin).note
        let reopened = try await test.reopened()
        let answer = try await reopened.hub.ask(GetTask(task.reference), as: test.admin)
        #expect(answer.view.task == planned.task)
        #expect(answer.notes == [note])
        #expect(try await reopened.events() == test.events())
        #expect(try await reopened.hub.verifyAudit().isEmpty)
    }
}
