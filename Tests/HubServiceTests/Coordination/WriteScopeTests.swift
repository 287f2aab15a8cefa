import HubCore
import HubService
import HubTesting
import Testing

/// Pain 22: tasks that change the same files are not run at once.
@Suite struct WriteScopeTests {
    private func create(_ test: TestHub, _ title: String, _ writes: String..., repository: String = "web") async throws -> AgentTask {
        try await test.create(title) {
            $0.repository = repository
            $0.requirements.writes = WriteScope(writes)
        }
    }

    private func state(_ test: TestHub, _ task: AgentTask) async throws -> AgentTask.State { try await test.task(task).task.state }

    @discardableResult
    private func server(_ test: TestHub, _ name: String = "mac", slots: Int = 10) async throws -> Server {
        try await test.server(name, slots: slots, capabilities: Capabilities(repositories: ["web", "api"]))
    }

    @Test("pain 22: of two whose scopes overlap the second waits, says for whom, and goes when the first is done") func waits() async throws
    {
        let test = try await TestHub()
        let mac = try await server(test)
        let first = try await create(test, "first", "Sources/Web/**")
        let second = try await create(test, "second", "Sources/Web/Login.swift")
        let elsewhere = try await create(test, "elsewhere", "Sources/Web/**", repository: "api")
        let beside = try await create(test, "beside", "Sources/API/**")
        #expect(try await state(test, first) == .assigned)
        #expect(try await state(test, elsewhere) == .assigned)
        #expect(try await test.task(beside).task.state == .assigned)
        guard case .writer(let writer) = try await test.task(second).waiting else {
            Issue.record("second does not wait for the files")
            return
        }
        #expect(writer.number == first.number && writer.theirs == "Sources/Web/**")
        #expect(
            writer.sentence { "#\($0)" }
                == "waits until #1 is done, which changes the same files (Sources/Web/** and Sources/Web/Login.swift)")
        let words = await refused(.conflict) { try await test.hub.run(AssignTask(second.reference, to: .server("mac")), as: test.admin) }
        #expect(words.contains("waits until #1 is done"))
        let report = AgentReport(first.reference)
        try await test.hub.run(StartTask(report), as: mac.agent)
        // Under review nothing is settled: the agent may have to go on.
        try await test.hub.run(CompleteTask(report, result: "x", forReview: true), as: mac.agent)
        #expect(try await test.task(second).task.state == .pending)
        try await test.hub.run(Decide(first.reference, .approve), as: test.admin)
        #expect(try await test.task(second).task.state == .assigned)
    }

    @Test("whoever waits for files goes to any server that is free, one at a time") func anywhere() async throws {
        let test = try await TestHub()
        let one = try await server(test, "mac-1", slots: 1)
        let first = try await create(test, "first", "a")
        let second = try await create(test, "second", "a/b")
        let third = try await create(test, "third", "a")
        let two = try await server(test, "mac-2", slots: 4)
        #expect(try await test.task(second).task.state == .pending)
        try await test.hub.run(FailTask(first.report, error: "x"), as: one.agent)
        #expect(try await state(test, second) == .assigned)
        #expect(try await state(test, third) == .pending)
        let holder = try await test.task(second).task.holder == two.id ? two : one
        try await test.hub.run(FailTask(AgentReport(second.reference), error: "x"), as: holder.agent)
        #expect(try await test.task(third).task.state == .assigned)
    }

    @Test("a released task keeps nobody from its files, and a retried one waits for them again") func release() async throws {
        let test = try await TestHub()
        try await server(test)
        let first = try await create(test, "first", "a")
        let second = try await create(test, "second", "a")
        try await test.hub.run(CancelTask(first.reference), as: test.admin)
        #expect(try await test.task(second).task.state == .assigned)
        try await test.hub.run(RetryTask(first.reference), as: test.admin)
        guard case .writer = try await test.task(first).waiting else {
            Issue.record("the retried task does not wait")
            return
        }
        // The other is released and could go again at once; the older one of them does.
        try await test.hub.run(ReleaseTask(second.reference), as: test.admin)
        let states = [try await test.task(first).task.state, try await test.task(second).task.state]
        #expect(states == [.assigned, .pending])
    }

    @Test("an edit cannot make two running tasks overlap, and one that makes room lets the next go") func edits() async throws {
        let test = try await TestHub()
        try await server(test)
        let (first, second) = (try await create(test, "first", "a"), try await create(test, "second", "b"))
        let third = try await create(test, "third", "b/c")
        var changes = EditTask.Changes()
        changes.requirements = .init(writes: WriteScope(["a/x"]))
        await refused(.conflict) { try await test.hub.run(EditTask(second.reference, changes), as: test.admin) }
        changes.requirements = .init(writes: WriteScope(["d"]))
        try await test.hub.run(EditTask(second.reference, changes), as: test.admin)
        #expect(try await test.task(third).task.state == .assigned)
        changes.requirements = .init(writes: WriteScope(["../x"]))
        await refused(.invalid) { try await test.hub.run(EditTask(first.reference, changes), as: test.admin) }
    }
}
