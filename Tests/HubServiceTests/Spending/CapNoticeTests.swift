import HubCore
import HubService
import HubStore
import HubTesting
import Testing

/// Pain 8: a breach pauses and asks, also where it holds tasks back before they are begun.
@Suite struct CapNoticeTests {
    private func money(_ text: String) -> Money { Money(decimal: text) ?? .zero }

    private func spend(_ test: TestHub, _ task: AgentTask, _ cost: String, on server: Server) async throws {
        let task = try await test.task(task).task
        if task.state == .assigned { try await test.hub.run(StartTask(task.report), as: server.agent) }
        try await test.hub.run(ReportUsage(task.report, UsageReport(Usage(cost: money(cost)))), as: server.agent)
    }

    /// What was told of caps, in order: the kind of the event, and of the cap.
    private func told(_ test: TestHub) async throws -> [String] {
        try await test.events().compactMap { event in
            switch event.fact.kind {
            case .projectCapped, .projectUncapped, .taskCapped, .taskUncapped:
                "\(event.fact.kind.rawValue) \(event.fact.data["cap"]?.string ?? "")"
            default: nil
            }
        }
    }

    private func state(_ test: TestHub, _ task: AgentTask) async throws -> AgentTask.State { try await test.task(task).task.state }

    @Test("pain 8: tasks that a cap of the day holds back are told of once, whatever restarts, until it is raised or the day is over")
    func day() async throws {
        var test = try await TestHub()
        let server = try await test.server("mac", slots: 10)
        try await test.hub.run(ChangeProject(test.project.id, dayCap: money("2")), as: test.admin)
        let first = try await test.create("first")
        try await spend(test, first, "2.50", on: server)
        #expect(try await told(test).isEmpty, "nothing waits yet")
        let second = try await test.create("second")
        #expect(try await told(test) == ["project.capped day"])
        test = try await test.reopened()
        let third = try await test.create("third")
        try await test.hub.run(BeginSpendingDay(), as: .hub)
        #expect(try await told(test) == ["project.capped day"])
        let event = try #require(try await test.lastEvent(.projectCapped))
        #expect(event.fact.data["limit"]?.string == "2.00" && event.fact.data["spent"]?.string == "2.50" && event.fact.actor == .hub)

        // By the amount that was shown, and not twice.
        let raise = RaiseCap(.day, of: test.project.id, to: money("3.75"))
        let member = try await test.person("Max", .member)
        await refused(.forbidden) { try await test.hub.run(raise, as: member) }
        try await test.hub.run(raise, as: test.admin)
        #expect(try await told(test) == ["project.capped day", "project.uncapped day"])
        #expect(try await state(test, second) == .assigned)
        #expect(try await state(test, third) == .assigned)
        #expect(await refused(.conflict) { try await test.hub.run(raise, as: test.admin) } == "day_cap is 3.75 already")

        // Reached anew: asked anew.
        try await spend(test, second, "2", on: server)
        let fourth = try await test.create("fourth")
        #expect(try await told(test).suffix(1) == ["project.capped day"])
        #expect(try await told(test).count == 3)
        test.clock.advance(by: .seconds(86_400))
        try await test.hub.run(BeginSpendingDay(), as: .hub)
        #expect(try await told(test).suffix(1) == ["project.uncapped day"])
        #expect(try await state(test, fourth) == .assigned)
        #expect(try await test.lastEvent(.projectUncapped)?.fact.actor == .hub)
    }

    @Test("pain 8: what waited for a slot is told of when the slot is free and the project's cap is reached") func slots() async throws {
        let test = try await TestHub()
        let server = try await test.server("mac", slots: 1)
        try await test.hub.run(ChangeProject(test.project.id, projectCap: money("1")), as: test.admin)
        let (first, second) = (try await test.create("first"), try await test.create("second"))
        try await spend(test, first, "1", on: server)
        #expect(try await told(test).isEmpty)
        try await test.hub.run(LetSpend(first.reference, .once), as: test.admin)
        #expect(try await told(test).isEmpty)
        try await test.hub.run(CompleteTask(try await test.task(first).task.report, result: "x"), as: server.agent)
        #expect(try await told(test) == ["project.capped project"])
        #expect(try await state(test, second) == .pending)
        // Off is an answer, too.
        try await test.hub.run(ChangeProject(test.project.id, projectCap: .zero), as: test.admin)
        #expect(try await told(test) == ["project.capped project", "project.uncapped project"])
        #expect(try await state(test, second) == .assigned)
        let off = RaiseCap(.project, of: test.project.id, to: money("9"))
        #expect(await refused(.conflict) { try await test.hub.run(off, as: test.admin) } == "project_cap is off: it holds nothing back")
    }

    @Test("nobody is asked about what waits for something else, or for a person's choice of a server") func others() async throws {
        let test = try await TestHub()
        let server = try await test.server("mac", slots: 10)
        try await test.hub.run(ChangeProject(test.project.id, dayCap: money("1")), as: test.admin)
        let first = try await test.create("first")
        try await spend(test, first, "1", on: server)
        _ = try await test.create("behind", after: [first])
        _ = try await test.create("by hand") { $0.autoAssign = false }
        #expect(try await told(test).isEmpty)
    }

    @Test("pain 8: an automatic retry over the task's own cap is told of once, and a raise lets it begin") func retry() async throws {
        var test = try await TestHub()
        let server = try await test.server("mac")
        let task = try await test.create("dear") {
            $0.spendCap = money("1")
            $0.retry = RetryPolicy(attempts: 3, start: 60, factor: 2)
        }
        try await spend(test, task, "1.20", on: server)
        try await test.hub.run(LetSpend(task.reference, .once), as: test.admin)
        try await test.hub.run(FailTask(try await test.task(task).task.report, error: "no"), as: server.agent)
        test.clock.advance(by: .seconds(60))
        try await test.hub.run(TryAgain(task.id), as: .hub)
        #expect(try await state(test, task) == .pending)
        #expect(try await told(test) == ["task.capped task"])
        test = try await test.reopened()
        try await test.hub.run(TryAgain(task.id), as: .hub)
        try await test.hub.run(MarkServerOnline(server.id), as: .hub)
        #expect(try await told(test) == ["task.capped task"])
        let member = try await test.person("Max", .member)
        try await test.hub.run(LetSpend(task.reference, .raise), as: member)
        #expect(try await state(test, task) == .assigned)
        #expect(try await told(test) == ["task.capped task", "task.uncapped task"])
    }

    @Test("a task that is cancelled while its own cap holds it waits for nobody") func cancelled() async throws {
        let test = try await TestHub()
        let server = try await test.server("mac")
        let task = try await test.create("dear") { $0.spendCap = money("1") }
        try await spend(test, task, "1", on: server)
        try await test.hub.run(LetSpend(task.reference, .once), as: test.admin)
        try await test.hub.run(FailTask(try await test.task(task).task.report, error: "no"), as: server.agent)
        try await test.hub.run(RetryTask(task.reference), as: test.admin)
        #expect(try await told(test) == ["task.capped task"])
        try await test.hub.run(CancelTask(task.reference), as: test.admin)
        #expect(try await told(test) == ["task.capped task", "task.uncapped task"])
    }
}
