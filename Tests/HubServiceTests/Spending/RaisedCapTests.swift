import HubCore
import HubService
import HubStore
import HubTesting
import Testing

/// Pain 8: whoever raises a cap need not answer every task that pauses at it.
@Suite struct RaisedCapTests {
    private func money(_ text: String) -> Money { Money(decimal: text) ?? .zero }

    private func running(
        _ test: TestHub, _ server: Server, _ title: String = "Build", by caller: Caller? = nil,
        _ change: (inout AgentTask.Content) -> Void = { _ in }
    ) async throws -> AgentTask {
        let task = try await test.create(title, by: caller, change)
        try await test.hub.run(StartTask(AgentReport(task.reference)), as: server.agent)
        return try await test.task(task).task
    }

    private func spend(_ hub: Hub, _ task: AgentTask, _ cost: String, on server: Server) async throws {
        try await hub.run(ReportUsage(task.report, UsageReport(Usage(cost: money(cost)))), as: server.agent)
    }

    private func state(_ test: TestHub, _ task: AgentTask) async throws -> AgentTask.State { try await test.task(task).task.state }

    /// The questions of a task, oldest first.
    private func questions(_ test: TestHub, _ task: AgentTask) async throws -> [Intervention] {
        try await test.hub.ask(ListInterventions(in: test.project.id, task: task.reference), as: .hub)
    }

    @Test("pain 8: a raised cap of the day answers all that pause at it, once, and places what waits") func day() async throws {
        var test = try await TestHub()
        let server = try await test.terminalServer("mac", slots: 10)
        try await test.hub.run(ChangeProject(test.project.id, agent: "claude", dayCap: money("2")), as: test.admin)
        let (first, second) = (try await running(test, server, "first"), try await running(test, server, "second"))
        try await spend(test.hub, first, "2.50", on: server)
        try await spend(test.hub, second, "0.10", on: server)
        let third = try await test.create("third")
        let owner = try await test.person("Olga", .owner)
        #expect(try await state(test, first) == .needsHuman)
        #expect(try await state(test, second) == .needsHuman)
        // Not far enough, and lower: the questions stand.
        for cap in ["2.60", "1"] { try await test.hub.run(ChangeProject(test.project.id, dayCap: money(cap)), as: owner) }
        #expect(try await questions(test, first).map(\.state) == [.pending])
        test = try await test.reopened()
        let raise = ChangeProject(test.project.id, dayCap: money("5"))
        try await test.hub.run(raise, as: owner)
        for task in [first, second] {
            #expect(try await state(test, task) == .running)
            let asked = try await questions(test, task)
            #expect(asked.map(\.state) == [.responded])
            #expect(asked[0].answer?.text == "The project's cap for a day was raised to 5.00 USD by Olga; the task goes on.")
            #expect(asked[0].answer?.by.name == "Olga")
            let pushes = try await test.pushes(to: try await test.session(of: task))
            #expect(pushes.contains { $0.kind == .interventionResponse && $0.payload["response"]?.string == asked[0].answer?.text })
        }
        #expect(try await state(test, third) == .assigned)
        let told = try #require(try await test.lastEvent(.taskResponded))
        #expect(told.fact.actor.name == "Olga" && told.fact.data["cap"]?.string == "day" && told.fact.data["limit"]?.string == "5.00")
        let count = try await test.eventCount()
        try await test.hub.run(raise, as: owner)
        #expect(try await test.eventCount() == count)
    }

    @Test("pain 8: the button on one card lets the others go on, too, and a cap that is taken away holds nobody") func button() async throws
    {
        let test = try await TestHub()
        let server = try await test.server("mac", slots: 10)
        try await test.hub.run(ChangeProject(test.project.id, projectCap: money("2")), as: test.admin)
        let (first, second) = (try await running(test, server, "first"), try await running(test, server, "second"))
        try await spend(test.hub, first, "1.50", on: server)
        try await spend(test.hub, second, "0.50", on: server)
        try await spend(test.hub, first, "1.60", on: server)
        let answer = Respond(to: .task(first.reference), "raise")
        try await test.hub.run(answer, as: test.admin)
        #expect(try await questions(test, first).map(\.answer?.text) == ["Raise the project's cap to 3.15"])
        #expect(
            try await questions(test, second).map(\.answer?.text)
                == ["The project's cap was raised to 3.15 USD by Ada; the task goes on."])
        #expect(try await state(test, first) == .running)
        #expect(try await state(test, second) == .running)
        #expect(try await test.hub.run(answer, as: test.admin).isRepetition)
        try await spend(test.hub, second, "2", on: server)
        #expect(try await state(test, second) == .needsHuman)
        try await test.hub.run(ChangeProject(test.project.id, projectCap: .zero), as: test.admin)
        #expect(try await questions(test, second).last?.answer?.text == "The project's cap was taken away by Ada; the task goes on.")
        #expect(try await state(test, second) == .running)
    }

    @Test("pain 8: a task that two caps hold asks about the other one when the first is raised") func two() async throws {
        let test = try await TestHub()
        let server = try await test.terminalServer("mac")
        try await test.hub.run(ChangeProject(test.project.id, agent: "claude", projectCap: money("1"), dayCap: money("1")), as: test.admin)
        let task = try await running(test, server)
        let session = try await test.session(of: task)
        try await spend(test.hub, task, "1.20", on: server)
        // The one that it does not ask about.
        try await test.hub.run(ChangeProject(test.project.id, dayCap: money("1.10")), as: test.admin)
        #expect(try await questions(test, task).map(\.state) == [.pending])
        try await test.hub.run(ChangeProject(test.project.id, projectCap: money("9")), as: test.admin)
        #expect(try await state(test, task) == .needsHuman)
        let asked = try await questions(test, task)
        #expect(asked.map(\.state) == [.responded, .pending])
        #expect(asked.map(\.content.spending?.cap.kind) == [.project, .day])
        #expect(
            asked[0].answer?.text.hasPrefix(
                "The project's cap was raised to 9.00 USD by Ada, but this task has also reached the project's cap of 1.10 USD for ")
                == true)
        // What its terminal hears last is to pause.
        let heard = try await test.pushes(to: session).map(\.kind).filter { $0 == .interventionResponse || $0 == .taskNote }
        #expect(heard == [.taskNote, .interventionResponse, .taskNote])
        try await test.hub.run(RaiseCap(.day, of: test.project.id, to: money("9")), as: test.admin)
        #expect(try await state(test, task) == .running)
        #expect(try await questions(test, task).map(\.state) == [.responded, .responded])
    }

    @Test(
        "pain 8: a task's own cap: an edit by a person is the answer, an agent may only lower it, and the project's is for those without one"
    )
    func own() async throws {
        let test = try await TestHub()
        let server = try await test.server("mac", slots: 10)
        let member = try await test.person("Max", .member)
        var changes = EditTask.Changes()
        let task = try await running(test, server, by: server.agent) { $0.spendCap = money("1") }
        try await spend(test.hub, task, "1.50", on: server)
        for more in [money("5"), .zero] {
            changes.spendCap = more
            let refusal = await #expect(throws: HubError.self) {
                try await test.hub.run(EditTask(task.reference, changes), as: server.agent)
            }
            #expect("\(refusal.map { "\($0)" } ?? "")".contains("only a person may raise what a task may spend"))
        }
        #expect(try await state(test, task) == .needsHuman, "an agent does not let itself spend")
        changes.spendCap = money("0.50")
        try await test.hub.run(EditTask(task.reference, changes), as: server.agent)
        changes.spendCap = money("6")
        try await test.hub.run(EditTask(task.reference, changes), as: member)
        #expect(try await state(test, task) == .running)
        #expect(try await questions(test, task).map(\.answer?.text) == ["The task's cap was raised to 6.00 USD by Max; the task goes on."])

        try await test.hub.run(ChangeProject(test.project.id, taskCap: money("1")), as: test.admin)
        let (plain, own) = (try await running(test, server), try await running(test, server) { $0.spendCap = money("1") })
        for task in [plain, own] { try await spend(test.hub, task, "1", on: server) }
        try await test.hub.run(ChangeProject(test.project.id, taskCap: money("3")), as: test.admin)
        #expect(try await state(test, plain) == .running)
        #expect(try await state(test, own) == .needsHuman)
        // No cap, whatever the project says.
        changes.spendCap = .zero
        try await test.hub.run(EditTask(own.reference, changes), as: member)
        #expect(try await questions(test, own).map(\.answer?.text) == ["The task's cap was taken away by Max; the task goes on."])
    }

    @Test("another cap's raise, and a day that is over, answer nothing") func unrelated() async throws {
        let test = try await TestHub()
        let server = try await test.server("mac")
        try await test.hub.run(ChangeProject(test.project.id, projectCap: money("50"), dayCap: money("1")), as: test.admin)
        let task = try await running(test, server)
        try await spend(test.hub, task, "1", on: server)
        test.clock.advance(by: .seconds(86_400))
        try await test.hub.run(BeginSpendingDay(), as: .hub)
        try await test.hub.run(ResumeSpending(), as: .hub)
        try await test.hub.run(ChangeProject(test.project.id, projectCap: money("60")), as: test.admin)
        #expect(try await state(test, task) == .needsHuman)
        try await test.hub.run(ChangeProject(test.project.id, dayCap: money("2")), as: test.admin)
        #expect(try await state(test, task) == .running)
    }

    @Test("pain 8: the hub's own cap that its configuration raises lets everything go on when the hub starts", arguments: ["5", nil])
    func fleet(raised: String?) async throws {
        let test = try await TestHub()
        func hub(_ cap: Money?) -> Hub {
            Hub(
                database: test.database, vault: test.hub.vault, clock: test.clock, spending: SpendingRules(currency: "EUR", dayCap: cap))
        }
        let server = try await test.server("mac", slots: 10)
        let old = hub(money("2"))
        let task = try await running(test, server)
        let usage = UsageReport(Usage(cost: money("2.50")))
        try await old.run(ReportUsage(task.report, usage), as: server.agent)
        let waiting = try await old.run(CreateTask(project: test.project.id, content: .init(title: "next")), as: test.admin).task
        #expect(waiting.state == .pending)
        for cap in ["2", "2.20", "1"] {
            try await hub(money(cap)).watchServers()
            #expect(try await state(test, task) == .needsHuman)
        }
        try await hub(raised.map(money)).watchServers()
        #expect(try await state(test, task) == .running)
        #expect(try await state(test, waiting) == .assigned)
        let change = raised == nil ? "taken away" : "raised to 5.00 EUR"
        let asked = try await questions(test, task)
        #expect(asked.map(\.answer?.text) == ["The hub's cap for a day was \(change) in the hub's configuration; the task goes on."])
        #expect(asked[0].answer?.by == .hub)
        #expect(try await test.lastEvent(.projectUncapped)?.fact.data["cap"]?.string == "fleet")
        let count = try await test.eventCount()
        try await hub(raised.map(money)).watchServers()
        #expect(try await test.eventCount() == count)
    }
}
