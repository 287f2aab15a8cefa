import HubCore
import HubService
import HubTesting
import Testing

/// Domain page, "Time limits": whoever is waited for is told again, and then the owners are.
@Suite struct ReminderTests {
    private func told(_ test: TestHub, _ task: AgentTask) async throws -> [Event.Kind] {
        try await test.story(of: task).filter { $0 == .taskReminded || $0 == .taskEscalated }
    }

    private func look(_ test: TestHub, at task: AgentTask) async throws {
        let since = try await test.task(task).task.since
        try await test.hub.run(RemindPeople(of: task.id, waitingSince: since), as: .hub)
    }

    private func asking(_ test: TestHub, _ server: Server, _ change: (inout AgentTask.Content) -> Void = { _ in }) async throws -> AgentTask
    {
        let task = try await test.create("asking", change)
        try await test.hub.run(StartTask(AgentReport(task.reference)), as: server.agent)
        try await test.hub.run(RequestHelp(AgentReport(task.reference), .init(kind: .help, question: "How?")), as: server.agent)
        return task
    }

    @Test("people are reminded after 15 minutes and the owners told after 60, each once, also across a restart") func steps() async throws {
        let test = try await TestHub()
        let task = try await asking(test, try await test.server("mac"))
        try await look(test, at: task)
        #expect(try await told(test, task) == [])
        test.clock.advance(by: .seconds(15 * 60))
        try await look(test, at: task)
        try await look(test, at: task)
        #expect(try await told(test, task) == [.taskReminded])
        let again = try await test.reopened()
        try await look(again, at: task)
        #expect(try await told(again, task) == [.taskReminded])
        again.clock.advance(by: .seconds(45 * 60))
        try await look(again, at: task)
        try await look(again, at: task)
        #expect(try await told(again, task) == [.taskReminded, .taskEscalated])
        let event = try #require(try await again.events().last { $0.fact.kind == .taskEscalated })
        #expect(event.fact.data["waited_seconds"]?.int == 3600 && event.fact.actor == .hub)
        // It only tells: nothing was decided.
        #expect(try await again.task(task).task.state == .needsHuman)
    }

    @Test("the hub's own timers do it, also for what waited before a restart") func timers() async throws {
        let old = try await TestHub()
        let task = try await asking(old, try await old.server("mac"))
        let test = try await old.reopened()
        try await test.hub.watchServers()
        let timers = Task { await test.hub.runTimers() }
        defer { timers.cancel() }
        await test.clock.somebodySleeps()
        test.clock.advance(by: .seconds(60 * 60))
        _ = try await test.hub.wait(atMost: .seconds(3600)) {
            let told = try await test.story(of: task).contains(.taskEscalated)
            return (told, isFound: told)
        }
        #expect(try await told(test, task) == [.taskEscalated])
    }

    @Test("an answer ends the wait, and the next one begins anew") func answered() async throws {
        let test = try await TestHub()
        let server = try await test.server("mac")
        let task = try await asking(test, server)
        let first = try await test.task(task).task.since
        test.clock.advance(by: .seconds(16 * 60))
        try await look(test, at: task)
        try await test.hub.run(Respond(to: .task(task.reference), "So."), as: test.admin)
        test.clock.advance(by: .seconds(3600))
        try await test.hub.run(RemindPeople(of: task.id, waitingSince: first), as: .hub)
        #expect(try await told(test, task) == [.taskReminded])
        try await test.hub.run(RequestHelp(AgentReport(task.reference), .init(kind: .help, question: "And now?")), as: server.agent)
        test.clock.advance(by: .seconds(15 * 60))
        try await look(test, at: task)
        #expect(try await told(test, task) == [.taskReminded, .taskReminded])
    }

    @Test("a task's own limits go before its project's, and 0 is never") func limits() async throws {
        let test = try await TestHub()
        let server = try await test.server("mac")
        try await test.hub.run(ChangeProject(test.project.id, reminderMinutes: 5, escalationMinutes: 10), as: test.admin)
        let quick = try await asking(test, server)
        let patient = try await asking(test, server) { ($0.reminderMinutes, $0.escalationMinutes) = (0, 30) }
        test.clock.advance(by: .seconds(5 * 60))
        try await look(test, at: quick)
        try await look(test, at: patient)
        #expect(try await told(test, quick) == [.taskReminded])
        test.clock.advance(by: .seconds(25 * 60))
        try await look(test, at: quick)
        try await look(test, at: patient)
        #expect(try await told(test, quick) == [.taskReminded, .taskEscalated])
        #expect(try await told(test, patient) == [.taskEscalated])
        await refused(.invalid) { try await test.hub.run(ChangeProject(test.project.id, reminderMinutes: -1), as: test.admin) }
        await refused(.invalid) { _ = try await test.create { $0.reminderMinutes = 43_201 } }
    }
}

/// The answer that an agent declared for the case that nobody gives one.
@Suite struct StandbyTests {
    private static let options: [Intervention.Option] = [.init(id: "a", label: "Keep it"), .init(id: "b", label: "Drop it")]

    private func content(
        _ kind: Intervention.Kind, seconds: Int = 600, option: String = "b", options: [Intervention.Option] = options
    ) -> Intervention.Content {
        .init(kind: kind, question: "Which?", options: options, standby: .init(seconds: seconds, option: option))
    }

    @Test("is given when the time is over, in the hub's name, and the task goes on") func taken() async throws {
        let test = try await TestHub()
        let server = try await test.server("mac")
        let task = try await test.create()
        try await test.hub.run(StartTask(task.report(1)), as: server.agent)
        let asked = try await test.hub.run(RequestHelp(task.report(1), content(.help)), as: server.agent).intervention
        test.clock.advance(by: .seconds(599))
        try await test.hub.run(TakeStandby(for: asked.id), as: .hub)
        #expect(try await test.task(task).task.state == .needsHuman)
        let again = try await test.reopened()
        try await again.hub.watchServers()
        let timers = Task { await again.hub.runTimers() }
        defer { timers.cancel() }
        await again.clock.somebodySleeps()
        again.clock.advance(by: .seconds(1))
        _ = try await again.hub.wait(atMost: .seconds(3600)) {
            let state = try await again.task(task).task.state
            return (state, isFound: state == .running)
        }
        let answer = try #require(try await again.task(task).intervention?.answer)
        #expect(answer.text == "Drop it" && answer.by == .standby)
        #expect(answer.by.name == "the hub, as declared by the agent")
        let event = try #require(try await again.events().last { $0.fact.kind == .taskResponded })
        #expect(event.fact.actor == .hub && event.fact.data["standby"]?.bool == true)
    }

    @Test("does not touch what somebody answered in time") func answered() async throws {
        let test = try await TestHub()
        let server = try await test.server("mac")
        let task = try await test.create()
        try await test.hub.run(StartTask(task.report(1)), as: server.agent)
        let asked = try await test.hub.run(RequestHelp(task.report(1), content(.question)), as: server.agent).intervention
        try await test.hub.run(Respond(to: .intervention(asked.id), "Keep it"), as: test.admin)
        test.clock.advance(by: .seconds(601))
        let before = try await test.eventCount()
        try await test.hub.run(TakeStandby(for: asked.id), as: .hub)
        #expect(try await test.eventCount() == before)
        #expect(try await test.task(task).intervention?.answer?.text == "Keep it")
    }

    @Test("is never taken for an approval, nor for what is no option") func refusedOnes() async throws {
        let test = try await TestHub()
        let server = try await test.server("mac")
        let task = try await test.create()
        try await test.hub.run(StartTask(task.report(1)), as: server.agent)
        for bad in [content(.approval), content(.help, option: "c"), content(.help, options: []), content(.help, seconds: 0)] {
            await refused(.invalid) { try await test.hub.run(RequestHelp(task.report(1), bad), as: server.agent) }
        }
        #expect(try await test.task(task).task.state == .running)
        // A plan that waits is not approved by any amount of time.
        let planned = try await test.create { $0.requirePlan = true }
        try await test.hub.run(SubmitPlan(planned.report(1), plan: "x"), as: server.agent)
        test.clock.advance(by: .seconds(7 * 86_400))
        let since = try await test.task(planned).task.since
        try await test.hub.run(RemindPeople(of: planned.id, waitingSince: since), as: .hub)
        #expect(try await test.task(planned).task.state == .planReview)
    }
}

extension AgentTask {
    fileprivate func report(_ attempt: Int) -> AgentReport { AgentReport(reference, attempt: attempt) }
}
