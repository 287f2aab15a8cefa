import HubCore
import HubService
import HubStore
import HubTesting
import Testing

/// Pain 8: caps per task, project, day and fleet; checked at claim and during the run; a breach pauses and asks instead of killing.
@Suite struct SpendingTests {
    private func money(_ text: String) -> Money { Money(decimal: text) ?? .zero }

    private func running(
        _ test: TestHub, _ server: Server, _ title: String = "Build", _ change: (inout AgentTask.Content) -> Void = { _ in }
    ) async throws -> AgentTask {
        let task = try await test.create(title, change)
        try await test.hub.run(StartTask(AgentReport(task.reference)), as: server.agent)
        return try await test.task(task).task
    }

    @discardableResult
    private func report(
        _ test: TestHub, _ task: AgentTask, _ cost: String, on server: Server, model: String = "", run: String = "", attempt: Int? = nil
    ) async throws -> ReportUsage.Outcome {
        let usage = UsageReport(Usage(tokensIn: 100, tokensOut: 10, cost: money(cost)), model: model, run: run)
        return try await test.hub.run(ReportUsage(AgentReport(task.reference, attempt: attempt), usage), as: server.agent)
    }

    private func settle(_ test: TestHub, _ task: AgentTask, _ answer: String, as caller: Caller? = nil) async throws {
        try await test.hub.run(Respond(to: .task(task.reference), answer), as: caller ?? test.admin)
    }

    // MARK: Counting

    @Test("pain 8: a report that comes twice, late or out of order counts once") func once() async throws {
        let test = try await TestHub()
        let server = try await test.server("mac")
        let task = try await running(test, server)
        try await report(test, task, "0.10", on: server)
        let before = try await test.eventCount()
        #expect(try await report(test, task, "0.10", on: server).isRepetition)
        #expect(try await test.eventCount() == before)
        try await report(test, task, "0.30", on: server)
        #expect(try await report(test, task, "0.20", on: server).isRepetition)
        #expect(try await test.task(task).spending?.usage == Usage(tokensIn: 100, tokensOut: 10, cost: money("0.30")))
        let answer = try await test.hub.ask(GetSpending(in: test.project.id), as: test.admin)
        #expect(answer.total.cost == money("0.30") && answer.today.usage == answer.total && answer.days.count == 1)
        #expect(answer.tasks.map(\.task.id) == [task.id] && answer.caps.isEmpty && answer.currency == "USD")
        let events = try await test.events().filter { $0.fact.kind == .taskSpent }
        #expect(events.map { $0.fact.data["cost"]?.string } == ["0.10", "0.20"])
        #expect(events.last?.fact.data["spent"]?.string == "0.30")
    }

    @Test("pain 8: sums of the greatest reports stop at a limit, and can be read and asked about") func greatest() async throws {
        let test = try await TestHub()
        let server = try await test.server("mac")
        try await test.hub.run(ChangeProject(test.project.id, projectCap: money("5")), as: test.admin)
        let task = try await running(test, server)
        for run in 0..<12 { try await report(test, task, Money.maximum.description, on: server, run: "\(run)") }
        let answer = try await test.hub.ask(GetSpending(in: test.project.id), as: test.admin)
        #expect(answer.total.cost == .maximumSum && answer.today.usage.cost == .maximumSum && answer.total.tokensIn == 1200)
        let asked = try #require(try await test.hub.ask(ListInterventions(in: test.project.id, task: task.reference), as: .hub).last)
        #expect(asked.content.spending?.cap.kind == .project)
        try await settle(test, task, "once")
        #expect(try await test.task(task).task.state == .running)
    }

    @Test("pain 8: an agent sets a cap for what it creates, and none above the project's") func agentsOwn() async throws {
        let test = try await TestHub()
        let server = try await test.server("mac")
        try await test.hub.run(ChangeProject(test.project.id, taskCap: money("2")), as: test.admin)
        for (cap, isTaken) in [("1", true), ("2", true), ("2.01", false), ("0", false)] {
            let creation = CreateTask(project: test.project.id, content: .init(title: "Part", spendCap: money(cap)))
            if isTaken {
                #expect(try await test.hub.run(creation, as: server.agent).view.task.content.spendCap == money(cap))
            } else {
                await refused(.forbidden) { try await test.hub.run(creation, as: server.agent) }
            }
            _ = try await test.hub.run(creation, as: test.admin)
        }
        let pipeline = Pipeline(entries: [.init(id: "a", content: .init(title: "Part", spendCap: money("3")))])
        await refused(.forbidden) { try await test.hub.run(CreatePipeline(project: test.project.id, pipeline: pipeline), as: server.agent) }
    }

    @Test("pain 8: counts by model and run, and by attempt, add up, also what comes after the end") func sums() async throws {
        let test = try await TestHub()
        let server = try await test.server("mac")
        let task = try await running(test, server)
        try await report(test, task, "1", on: server, model: "large", attempt: 1)
        try await report(test, task, "0.5", on: server, model: "small")
        try await report(test, task, "0.25", on: server, model: "small", run: "2")
        try await test.hub.run(FailTask(AgentReport(task.reference), error: "no"), as: server.agent)
        // The last numbers often come after the end.
        try await report(test, task, "1.000001", on: server, model: "large", attempt: 1)
        try await test.hub.run(RetryTask(task.reference), as: test.admin)
        let late = try await report(test, task, "1.5", on: server, model: "large", attempt: 1)
        #expect(late.attempt == 1 && late.isAttemptOver && !late.isRepetition && late.view.task.attempt == 2)
        #expect(try await report(test, task, "1", on: server, model: "large", attempt: 2).isAttemptOver == false)
        let answer = try await test.hub.ask(GetTaskSpending(task.reference), as: test.admin)
        #expect(answer.spending.usage.cost == money("3.25") && answer.entries.map(\.attempt) == [1, 1, 1, 2])
        #expect(answer.spending.usage.tokensIn == 400)
    }

    @Test("pain 8: the last numbers of a server that lost its task count for its attempt, and touch nothing of the next")
    func superseded() async throws {
        let test = try await TestHub()
        let lost = try await test.server("lost", slots: 1)
        let task = try await running(test, lost) { $0.spendCap = money("5") }
        try await report(test, task, "1", on: lost)
        let stranger = try await test.server("stranger", slots: 1)
        test.clock.advance(by: .seconds(3600))
        try await test.hub.run(MarkServerOffline(lost.id, lastHeard: test.clock.now() - .seconds(3600)), as: .hub)
        try await test.hub.run(ReleaseLostWork(of: lost.id), as: .hub)
        let next = try await test.task(task).task
        #expect(next.server == stranger.id && next.attempt == 2)
        try await test.hub.run(StartTask(next.report), as: stranger.agent)
        try await report(test, task, "1", on: stranger, attempt: 2)
        let before = try await test.task(task).task

        let late = try await report(test, task, "4.50", on: lost, attempt: 1)
        #expect(late.attempt == 1 && late.isAttemptOver && late.intervention == nil && late.view.spending?.usage.cost == money("5.50"))
        #expect(try await report(test, task, "4.50", on: lost, attempt: 1).isRepetition)
        #expect(try await test.task(task).task == before, "not even paused")
        let event = try #require(try await test.lastEvent(.taskSpent))
        #expect(event.fact.data["attempt"]?.int == 1 && event.fact.actor == .agent(on: lost))
        #expect(try await test.hub.ask(GetSpending(in: test.project.id), as: test.admin).total.cost == money("5.50"))
        // Without its number nobody knows which attempt is meant; the other's, and one that never was, are not its own.
        await refused(.conflict) { try await report(test, task, "9", on: lost) }
        await refused(.conflict) { try await report(test, task, "9", on: lost, attempt: 2) }
        await refused(.conflict) { try await report(test, task, "9", on: lost, attempt: 3) }
        await refused(.conflict) { try await report(test, task, "9", on: stranger, attempt: 1) }
        // Nothing but numbers: the work is the other's.
        await refused(.conflict) { try await test.hub.run(CompleteTask(task.report, result: "x"), as: lost.agent) }
        // The next report of who works on it stops at the cap, which both have reached.
        #expect(try await report(test, task, "1.01", on: stranger, attempt: 2).intervention?.content.spending?.cap.spent == money("5.51"))
    }

    @Test("of the keys of sessions only that of the task's own former terminal says what its attempt has used") func formerKey()
        async throws
    {
        let test = try await TestHub()
        let server = try await test.terminalServer("mac")
        let task = try await running(test, server)
        let old = try await test.session(of: task)
        try await test.hub.run(ReleaseTask(task.reference), as: test.admin)
        let (placed, other) = (try await test.task(task).task, try await running(test, server, "other"))
        #expect(placed.attempt == 2 && placed.session != old.id)
        func report(_ cost: String, as session: Session.ID?, attempt: Int) async throws -> ReportUsage.Outcome {
            let usage = UsageReport(Usage(cost: money(cost)))
            let caller = Caller.agent(server, session: session, over: .rest)
            return try await test.hub.run(ReportUsage(AgentReport(task.reference, attempt: attempt), usage), as: caller)
        }
        #expect(try await report("1", as: old.id, attempt: 1).attempt == 1)
        await refused(.forbidden) { _ = try await report("2", as: old.id, attempt: 2) }
        await refused(.forbidden) { _ = try await report("2", as: other.session, attempt: 1) }
        #expect(try await test.task(task).spending?.usage.cost == money("1"))
    }

    @Test("nobody but the agent that has the task reports, in the hub's currency, within bounds") func refusals() async throws {
        let test = try await TestHub()
        let (server, other) = (try await test.server("mac", slots: 1), try await test.server("other", slots: 1))
        let task = try await running(test, server) { $0.requirements.server = "mac" }
        await refused(.forbidden) { try await report(test, task, "1", on: other) }
        for wrong in [UsageReport(Usage(tokensIn: 1), currency: "EUR"), UsageReport(Usage(tokensIn: -1))] {
            await refused(.invalid) { try await test.hub.run(ReportUsage(AgentReport(task.reference), wrong), as: server.agent) }
        }
        for run in 0..<ReportUsage.maximumCounts { try await report(test, task, "0.01", on: server, run: "\(run)") }
        await refused(.invalid) { try await report(test, task, "0.01", on: server, run: "one more") }
        try await report(test, task, "0.02", on: server, run: "0")
        #expect(try await test.task(task).spending?.usage.cost == money("0.65"))
    }

    // MARK: A task's cap

    @Test("pain 8: at its cap a task pauses and a person is asked; nothing is killed") func pauses() async throws {
        let test = try await TestHub()
        let server = try await test.server("mac")
        let cap = money("5")
        let task = try await running(test, server) { $0.spendCap = cap }
        #expect(try await report(test, task, "4.99", on: server).intervention == nil)
        let outcome = try await report(test, task, "5.10", on: server)
        let asked = try #require(outcome.intervention)
        #expect(outcome.view.task.state == .needsHuman && outcome.view.task.server == server.id && outcome.view.task.attempt == 1)
        #expect(asked.content.question == "#1 has spent 5.10 of its cap 5.00 USD. May it go on?" && asked.content.kind == .approval)
        #expect(asked.content.options.map(\.label) == ["Raise the cap to 7.65", "Go on this once", "Stop the task"])
        let notes = try await test.hub.ask(ListNotes(task.reference), as: test.admin)
        #expect(
            notes.count == 1 && notes[0].isUrgent && notes[0].content.hasPrefix("Pause here: this task has reached its cap of 5.00 USD"))
        let event = try #require(try await test.events().last { $0.fact.kind == .taskHelpRequested })
        #expect(event.fact.actor == .hub && event.fact.data["cap"]?.string == "task" && event.fact.data["spent"]?.string == "5.10")
        // While it waits, further numbers count and nobody is asked again.
        let more = try await report(test, task, "5.20", on: server)
        #expect(more.intervention?.id == asked.id && more.view.spending?.usage.cost == money("5.20"))
        await refused(.conflict) { try await test.hub.run(CompleteTask(AgentReport(task.reference), result: "x"), as: server.agent) }
        // It outlives the hub.
        let again = try await test.reopened()
        let open = try #require(try await again.task(task).openIntervention)
        #expect(open.content.spending == asked.content.spending)
        try await again.hub.run(Respond(to: .task(task.reference), "raise the cap to 7.65"), as: again.admin)
        let view = try await again.task(task)
        #expect(view.task.state == .running && view.spending?.cap == money("7.65"))
        #expect(try await report(again, task, "7.64", on: server).intervention == nil)
        #expect(try await report(again, task, "7.65", on: server).intervention != nil)
    }

    @Test("going on this once lasts for the attempt, and stopping cancels it") func onceAndStop() async throws {
        let test = try await TestHub()
        let server = try await test.server("mac")
        let cap = money("1")
        let task = try await running(test, server) { $0.spendCap = cap }
        try await report(test, task, "1", on: server)
        try await settle(test, task, "once")
        #expect(try await report(test, task, "2", on: server).intervention == nil)
        try await test.hub.run(FailTask(AgentReport(task.reference), error: "no"), as: server.agent)
        try await test.hub.run(RetryTask(task.reference), as: test.admin)
        // At the claim of the next attempt the cap counts again.
        guard case .cap(let held, _)? = try await test.task(task).waiting else { return #expect(Bool(false), "the cap must hold it") }
        #expect(held.kind == .task && held.spent == money("2"))
        await refused(.conflict) { try await test.hub.run(AssignTask(task.reference, to: .server("mac")), as: test.admin) }
        #expect(try await test.hub.run(AssignTask(task.reference, to: .automatic), as: test.admin).task.state == .pending)
        try await test.hub.run(LetSpend(task.reference, .once), as: test.admin)
        try await test.hub.run(StartTask(AgentReport(task.reference)), as: server.agent)
        #expect(try await report(test, task, "0.5", on: server).intervention == nil)
        #expect(try await test.task(task).spending?.usage.cost == money("2.5"))

        let other = try await running(test, server) { $0.spendCap = cap }
        try await report(test, other, "1", on: server)
        try await settle(test, other, "Stop the task")
        #expect(try await test.task(other).task.state == .cancelled)
        #expect(try await test.story(of: other).last == .taskCancelled)
    }

    @Test("only the answers that are offered are taken, and only from people who may") func answers() async throws {
        let test = try await TestHub()
        let server = try await test.server("mac")
        let (member, viewer) = (try await test.person("Max", .member), try await test.person("Vera", .viewer))
        try await test.hub.run(ChangeProject(test.project.id, projectCap: money("1")), as: test.admin)
        let task = try await running(test, server)
        let asked = try #require(try await report(test, task, "1", on: server).intervention)
        await refused(.invalid) { try await settle(test, task, "yes, do") }
        await refused(.forbidden) { try await settle(test, task, "once", as: viewer) }
        // The project's cap is its owners' matter, and no agent's.
        await refused(.forbidden) { try await settle(test, task, "once", as: member) }
        await refused(.forbidden) { try await settle(test, task, "raise", as: member) }
        await refused(.forbidden) {
            try await test.hub.run(Respond(to: .intervention(asked.id), "once"), as: try await test.server("other").agent)
        }
        #expect(try await test.task(task).task.state == .needsHuman)
        try await settle(test, task, "raise")
        #expect(try await test.task(task).task.state == .running)
        #expect(try await test.hub.project(named: "default")?.settings.projectCap == money("1.5"))
        // The same word again changes nothing; another one comes too late.
        try await settle(test, task, "raise")
        await #expect(throws: Intervention.AlreadyDecided.self) { try await settle(test, task, "stop") }
        #expect(try await test.hub.project(named: "default")?.settings.projectCap == money("1.5"))
    }

    @Test("the project's default holds for tasks that say nothing, and nothing is a task's word for no cap") func defaults() async throws {
        let test = try await TestHub()
        let server = try await test.server("mac")
        try await test.hub.run(ChangeProject(test.project.id, taskCap: money("1")), as: test.admin)
        let (plain, free) = (try await running(test, server), try await running(test, server) { $0.spendCap = .zero })
        #expect(try await report(test, plain, "1", on: server).intervention?.content.spending?.cap.kind == .task)
        #expect(try await report(test, free, "100", on: server).intervention == nil)
        try await test.hub.run(ChangeProject(test.project.id, taskCap: .zero), as: test.admin)
        #expect(try await test.hub.project(named: "default")?.settings.taskCap == nil)
    }

    // MARK: Caps of the project, the day and the hub

    @Test("pain 8: when the day's cap is used up nothing is placed, why says so, and the next day goes on") func day() async throws {
        let old = try await TestHub()
        let server = try await old.server("mac")
        try await old.hub.run(ChangeProject(old.project.id, dayCap: money("2")), as: old.admin)
        let first = try await running(old, server, "first")
        #expect(try await report(old, first, "2.5", on: server).intervention?.content.spending?.cap.kind == .day)
        let waiting = try await old.create("second")
        guard case .cap(let cap, let currency)? = try await old.task(waiting).waiting else {
            return #expect(Bool(false), "the cap must hold it")
        }
        #expect(cap.kind == .day && cap.words(currency).hasPrefix("the project's cap of 2.00 USD for "))
        await refused(.conflict) { try await old.hub.run(AssignTask(waiting.reference, to: .server("mac")), as: old.admin) }
        // A slot that becomes free, and a server that comes, change nothing.
        try await old.hub.run(CancelTask(first.reference), as: old.admin)
        try await old.server("another")
        #expect(try await old.task(waiting).task.state == .pending)
        // Half a minute before midnight, so that no server counts as silent when it comes.
        let day: Int64 = 86_400_000
        old.clock.advance(by: .milliseconds(day - old.clock.now().milliseconds % day - 30_000))
        let test = try await old.reopened()
        try await test.hub.watchServers()
        let timers = Task { await test.hub.runTimers() }
        defer { timers.cancel() }
        await test.clock.somebodySleeps()
        #expect(try await test.task(waiting).task.state == .pending)
        test.clock.advance(by: .seconds(30))
        _ = try await test.hub.wait(atMost: .seconds(3600)) {
            let placed = try await test.task(waiting).task.state == .assigned
            return (placed, isFound: placed)
        }
        #expect(try await test.task(waiting).waiting == nil)
    }

    @Test("pain 8: a raised cap of the project lets go what waits for it") func projectCap() async throws {
        let test = try await TestHub()
        let server = try await test.server("mac")
        try await test.hub.run(ChangeProject(test.project.id, projectCap: money("2")), as: test.admin)
        let first = try await running(test, server)
        try await report(test, first, "2", on: server)
        let second = try await test.create("second")
        #expect(try await test.task(second).task.state == .pending)
        try await test.hub.run(ChangeProject(test.project.id, projectCap: money("3")), as: test.admin)
        #expect(try await test.task(second).task.state == .assigned)
        #expect(try await test.task(first).task.state == .running)
        // Over it once: one task, and no other.
        try await report(test, first, "3", on: server)
        try await settle(test, first, "once")
        try await report(test, first, "3.5", on: server)
        #expect(try await test.task(first).task.state == .running)
        let (third, fourth) = (try await test.create("third"), try await test.create("fourth"))
        try await test.hub.run(LetSpend(fourth.reference, .once), as: test.admin)
        #expect(try await test.task(fourth).task.state == .assigned)
        #expect(try await test.task(third).task.state == .pending)
    }

    @Test("pain 8: the hub's cap counts all projects, and only an administrator lets work go on over it") func fleet() async throws {
        let base = try await TestHub()
        let rules = SpendingRules(currency: "EUR", dayCap: money("3"))
        let hub = Hub(database: base.database, vault: base.hub.vault, clock: base.clock, spending: rules)
        let elsewhere = try await base.hub.run(CreateProject("elsewhere"), as: base.admin)
        let (here, there) = (try await base.server("here"), try await base.server("there", in: elsewhere))
        let owner = try await base.person("Olga", .owner)
        let task = try await running(base, here)
        let foreign = try await hub.run(CreateTask(project: elsewhere.id, content: .init(title: "x")), as: base.admin).task
        try await hub.run(StartTask(AgentReport(foreign.reference)), as: there.agent)
        func report(_ task: AgentTask, _ cost: String, _ server: Server) async throws -> ReportUsage.Outcome {
            let usage = UsageReport(Usage(cost: money(cost)), currency: "EUR")
            return try await hub.run(ReportUsage(AgentReport(task.reference), usage), as: server.agent)
        }
        #expect(try await report(foreign, "2", there).intervention == nil)
        let asked = try #require(try await report(task, "1", here).intervention)
        #expect(asked.content.question.hasPrefix("This hub has spent 3.00 of its cap 3.00 EUR for "))
        #expect(asked.content.options.map(\.label) == ["Go on today", "Stop the task"])
        await refused(.forbidden) { try await hub.run(Respond(to: .task(task.reference), "once"), as: owner) }
        await refused(.invalid) { try await hub.run(Respond(to: .task(task.reference), "raise"), as: base.admin) }
        try await hub.run(Respond(to: .task(task.reference), "once"), as: base.admin)
        #expect(try await base.task(task).task.state == .running)
        let next = try await hub.run(CreateTask(project: base.project.id, content: .init(title: "next")), as: base.admin)
        guard case .cap(let cap, let currency)? = next.view.waiting else { return #expect(Bool(false), "the hub's cap must hold it") }
        #expect(cap.kind == .fleet && currency == "EUR")
    }

    @Test("a task at its own cap does not keep others of its kind from a server") func others() async throws {
        let test = try await TestHub()
        let server = try await test.server("mac", slots: 1)
        let cap = money("1")
        let dear = try await running(test, server, "dear") { $0.spendCap = cap }
        try await report(test, dear, "1", on: server)
        try await settle(test, dear, "once")
        let other = try await test.create("other")
        try await test.hub.run(FailTask(AgentReport(dear.reference), error: "no"), as: server.agent)
        #expect(try await test.task(other).task.state == .assigned)
        let last = try await test.create("last")
        try await test.hub.run(RetryTask(dear.reference), as: test.admin)
        #expect(try await test.task(dear).task.state == .pending)
        try await test.hub.run(CancelTask(other.reference), as: test.admin)
        #expect(try await test.task(last).task.state == .assigned)
    }

    @Test("an answer to another question does not lead past a cap: the next one is about that") func together() async throws {
        let test = try await TestHub()
        let server = try await test.server("mac")
        let cap = money("1")
        let task = try await running(test, server) { $0.spendCap = cap }
        try await test.hub.run(RequestHelp(AgentReport(task.reference), .init(kind: .help, question: "How?")), as: server.agent)
        #expect(try await report(test, task, "1", on: server).intervention == nil)
        try await settle(test, task, "So.")
        let view = try await test.task(task)
        #expect(view.task.state == .needsHuman && view.openIntervention?.content.spending?.cap.kind == .task)
    }
}
