import HubCore
import HubService
import HubTesting
import Testing

/// Who goes when a task leaves a slot or the files that it changed.
@Suite("Placement after write scopes and caps") struct FreedFilesTests {
    private func create(
        _ test: TestHub, _ title: String, writing patterns: String..., priority: AgentTask.Priority = .normal, cap: String? = nil
    ) async throws -> AgentTask {
        try await test.create(title, priority: priority) {
            $0.repository = "web"
            $0.requirements.writes = WriteScope(patterns)
            $0.spendCap = cap.flatMap { Money(decimal: $0) }
        }
    }

    private func server(_ test: TestHub, _ name: String = "mac", slots: Int = 10) async throws -> Server {
        try await test.server(name, slots: slots, capabilities: Capabilities(repositories: ["web"]))
    }

    private func state(_ test: TestHub, _ task: AgentTask) async throws -> AgentTask.State { try await test.task(task).task.state }

    /// Starts the task, spends, and goes on over the cap that this reaches.
    private func spend(_ test: TestHub, _ task: AgentTask, _ cost: Int64, on server: Server) async throws {
        let report = try await test.task(task).task.report
        try await test.hub.run(StartTask(report), as: server.agent)
        try await test.hub.run(ReportUsage(report, UsageReport(Usage(cost: Money(micros: cost * 1_000_000)))), as: server.agent)
        try await test.hub.run(LetSpend(task.reference, .once), as: test.admin)
    }

    private func submit(_ test: TestHub, _ task: AgentTask, on server: Server) async throws {
        let task = try await test.task(task).task
        if task.state == .assigned { try await test.hub.run(StartTask(task.report), as: server.agent) }
        try await test.hub.run(CompleteTask(task.report, result: "x", forReview: true), as: server.agent)
    }

    @Test("a slot that a writer leaves goes to the most urgent, not to whoever waits for the files") func urgency() async throws {
        let test = try await TestHub()
        let mac = try await server(test, slots: 1)
        let writer = try await create(test, "writer", writing: "src/**")
        let low = try await create(test, "low", writing: "src/**", priority: .low)
        let critical = try await create(test, "critical", priority: .critical)
        try await test.hub.run(FailTask(try await test.task(writer).task.report, error: "x"), as: mac.agent)
        #expect(try await state(test, critical) == .assigned)
        #expect(try await state(test, low) == .pending)
    }

    @Test("files that a review leaves go past a task that its own cap holds") func ownCap() async throws {
        let test = try await TestHub()
        let mac = try await server(test)
        let dear = try await create(test, "dear", writing: "src/**", cap: "1")
        try await spend(test, dear, 2, on: mac)
        try await test.hub.run(FailTask(try await test.task(dear).task.report, error: "x"), as: mac.agent)
        let writer = try await create(test, "writer", writing: "src/**")
        try await submit(test, writer, on: mac)
        try await test.hub.run(RetryTask(dear.reference), as: test.admin)
        let next = try await create(test, "next", writing: "src/**")
        #expect(try await state(test, dear) == .pending)
        #expect(try await state(test, next) == .pending)
        try await test.hub.run(Decide(writer.reference, .approve), as: test.admin)
        #expect(try await state(test, next) == .assigned)
        #expect(try await state(test, dear) == .pending)
    }

    @Test("at the project's cap, files that a review leaves go to whoever may go on over it") func sharedCap() async throws {
        let test = try await TestHub()
        let mac = try await server(test)
        try await test.hub.run(ChangeProject(test.project.id, dayCap: Money(micros: 1_000_000)), as: test.admin)
        let writer = try await create(test, "writer", writing: "src/**")
        let held = try await create(test, "held", writing: "src/**")
        let waived = try await create(test, "waived", writing: "src/**")
        try await spend(test, writer, 2, on: mac)
        try await submit(test, writer, on: mac)
        try await test.hub.run(LetSpend(waived.reference, .once), as: test.admin)
        #expect(try await state(test, waived) == .pending)
        try await test.hub.run(Decide(writer.reference, .approve), as: test.admin)
        #expect(try await state(test, waived) == .assigned)
        #expect(try await state(test, held) == .pending)
    }

    @Test("at the project's cap, of what one task unblocks goes what may go on over it") func unblocked() async throws {
        let test = try await TestHub()
        let mac = try await server(test)
        try await test.hub.run(ChangeProject(test.project.id, dayCap: Money(micros: 1_000_000)), as: test.admin)
        let first = try await test.create("first")
        let held = try await test.create("held", after: [first])
        let waived = try await test.create("waived", after: [first])
        try await spend(test, first, 2, on: mac)
        try await submit(test, first, on: mac)
        try await test.hub.run(LetSpend(waived.reference, .once), as: test.admin)
        try await test.hub.run(Decide(first.reference, .approve), as: test.admin)
        #expect(try await state(test, waived) == .assigned)
        #expect(try await state(test, held) == .pending)
    }

    @Test("however many wait for files, one that changes none is found behind them") func withoutFiles() async throws {
        let test = try await TestHub()
        let mac = try await server(test, slots: 2)
        let writer = try await create(test, "writer", writing: "src/**")
        let other = try await create(test, "other")
        let waiting = (0..<220).map { number in
            AgentTask.Content(title: "waits \(number)", repository: "web", requirements: .init(writes: WriteScope(["src/\(number)/**"])))
        }
        for content in waiting { try await test.hub.run(CreateTask(project: test.project.id, content: content), as: test.admin) }
        let free = try await create(test, "free")
        #expect(try await state(test, free) == .pending)
        try await test.hub.run(FailTask(try await test.task(other).task.report, error: "x"), as: mac.agent)
        #expect(try await state(test, free) == .assigned)
        #expect(try await state(test, writer) == .assigned)
    }

    @Test("what is unblocked goes before a less urgent task that waited for the files, also to another server") func merged() async throws {
        let test = try await TestHub()
        let mac = try await server(test, slots: 2)
        let first = try await create(test, "first", writing: "src/**")
        try await submit(test, first, on: mac)
        let low = try await create(test, "low", writing: "src/**", priority: .low)
        let critical = try await test.create("critical", priority: .critical, after: [first]) { $0.repository = "web" }
        _ = try await test.create("elsewhere")
        // One slot is left, and the approval frees none.
        try await test.hub.run(Decide(first.reference, .approve), as: test.admin)
        #expect(try await state(test, critical) == .assigned)
        #expect(try await state(test, low) == .pending)
    }

    @Test("of tasks that need the same, those go whose files nobody changes") func passing() async throws {
        let test = try await TestHub()
        let mac = try await server(test, slots: 1)
        let writer = try await create(test, "writer", writing: "a/**")
        var held: [AgentTask] = []
        for number in 0..<3 { held.append(try await create(test, "held \(number)", writing: "a/\(number)")) }
        let free = [try await create(test, "free", writing: "b"), try await create(test, "free too", writing: "c")]
        _ = try await server(test, "mac-2", slots: 2)
        for task in held { #expect(try await state(test, task) == .pending) }
        for task in free { #expect(try await state(test, task) == .assigned) }
        // The slot and the files are one task's, and the other servers' slots are taken.
        try await test.hub.run(FailTask(try await test.task(writer).task.report, error: "x"), as: mac.agent)
        #expect(try await state(test, held[0]) == .assigned)
        #expect(try await state(test, held[1]) == .pending)
        // Where there is room for more than one, all go that do not overlap.
        _ = try await server(test, "mac-3", slots: 2)
        for task in held { #expect(try await state(test, task) == .assigned) }
    }

    @Test("one review that is approved lets all go that waited for its files, each with its own") func several() async throws {
        let test = try await TestHub()
        let mac = try await server(test)
        let writer = try await create(test, "writer", writing: "**")
        var waiting: [AgentTask] = []
        for number in 0..<3 { waiting.append(try await create(test, "own \(number)", writing: "own/\(number)")) }
        let again = try await create(test, "again", writing: "own/1/x")
        try await submit(test, writer, on: mac)
        for task in waiting { #expect(try await state(test, task) == .pending) }
        try await test.hub.run(Decide(writer.reference, .approve), as: test.admin)
        for task in waiting { #expect(try await state(test, task) == .assigned) }
        #expect(try await state(test, again) == .pending)
    }
}
