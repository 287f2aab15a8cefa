import HubCore
import HubService
import HubStore
import HubTesting
import Testing

@Suite struct ScheduleTests {
    private func add(
        _ cron: String, _ catchUp: Schedule.CatchUp = .once, links: [Pipeline.Link] = [], in test: TestHub, as caller: Caller? = nil
    ) async throws -> AddSchedule.Outcome {
        let pipeline = Pipeline(name: "nightly", entries: [.init(id: "a", content: .init(title: "Nightly"), links: links)])
        return try await test.hub.run(
            AddSchedule(project: test.project.id, name: "nightly", cron: cron, catchUp: catchUp, pipeline: pipeline),
            as: caller ?? test.admin)
    }

    private func count(_ test: TestHub) async throws -> Int {
        try await test.hub.ask(ListPipelines(in: test.project.id), as: .hub).count
    }

    /// Seconds from the test's clock to the instant.
    private func advance(to instant: Timestamp, _ test: TestHub) {
        test.clock.advance(by: .milliseconds(instant.milliseconds - test.clock.now().milliseconds))
    }

    @Test("pain 28: an instant fires once, not early, and not again after the hub was killed") func once() async throws {
        let test = try await TestHub()
        let made = try await add("0 * * * *", in: test)
        try await test.hub.run(FireSchedule(made.id), as: .hub)
        #expect(try await count(test) == 0)
        advance(to: made.due, test)
        try await test.hub.run(FireSchedule(made.id), as: .hub)
        // As after kill -9: the next hub on the same file fires what is due, and this is not.
        let next = try await test.reopened()
        try await next.hub.run(FireSchedule(made.id), as: .hub)
        #expect(try await count(next) == 1)
        let fired = try await next.events().filter { $0.fact.kind == .scheduleFired }
        #expect(fired.count == 1 && fired[0].fact.data["due"] == JSONValue(made.due) && fired[0].fact.data["pipeline"] == 1)
        let schedule = try #require(try await next.hub.ask(ListSchedules(in: test.project.id), as: .hub).first)
        #expect(schedule.due == made.due + .seconds(3600))
    }

    @Test(
        "what was missed is made up for as the schedule says", arguments: [(Schedule.CatchUp.skip, 0), (.once, 1), (.all, 10)]
    ) func catchUp(_ policy: Schedule.CatchUp, _ expected: Int) async throws {
        let test = try await TestHub()
        let made = try await add("0 * * * *", policy, in: test)
        advance(to: made.due + .seconds(30 * 3600 + 1800), test)
        try await test.hub.run(FireSchedule(made.id), as: .hub)
        #expect(try await count(test) == expected)
        let schedule = try #require(try await test.hub.ask(ListSchedules(in: test.project.id), as: .hub).first)
        #expect(try #require(schedule.due) > test.clock.now())
    }

    @Test("a running hub fires by itself, a restarted one what it missed") func timers() async throws {
        let test = try await TestHub()
        let made = try await add("0 * * * *", in: test)
        advance(to: made.due + .seconds(60), test)
        let next = try await test.reopened()
        try await next.hub.watchServers()
        let timers = Task { await next.hub.runTimers() }
        defer { timers.cancel() }
        let stream = next.hub
        let limit = ContinuousClock.now + .seconds(60)
        while try await stream.ask(ListPipelines(in: test.project.id), as: .hub).isEmpty, ContinuousClock.now < limit {
            try await Task.sleep(for: .milliseconds(20))  // the timer's own task has to get a turn
        }
        #expect(try await count(next) == 1)
    }

    @Test("a paused schedule stays quiet and misses nothing; a removed one is gone") func pause() async throws {
        let test = try await TestHub()
        let made = try await add("0 * * * *", .all, in: test)
        try await test.hub.run(PauseSchedule(made.number, in: test.project.id, isPaused: true), as: test.admin)
        advance(to: made.due + .seconds(7200), test)
        try await test.hub.run(FireSchedule(made.id), as: .hub)
        try await test.hub.run(PauseSchedule(made.number, in: test.project.id, isPaused: false), as: test.admin)
        try await test.hub.run(FireSchedule(made.id), as: .hub)
        #expect(try await count(test) == 0)
        try await test.hub.run(RemoveSchedule(made.number, in: test.project.id), as: test.admin)
        advance(to: made.due + .seconds(30_000), test)
        try await test.hub.run(FireSchedule(made.id), as: .hub)
        #expect(try await count(test) == 0)
        #expect(try await test.hub.ask(ListSchedules(in: test.project.id), as: .hub).isEmpty)
        #expect(try await add("@daily", in: test).number == 2)
    }

    @Test("a schedule whose creator may not create tasks any more is paused, and makes nothing") func creator() async throws {
        let test = try await TestHub()
        let olga = try await test.person("Olga", .owner)
        let made = try await add("0 * * * *", in: test, as: olga)
        let person = try #require(olga.person)
        advance(to: made.due, test)
        try await test.hub.run(FireSchedule(made.id), as: .hub)
        #expect(try await count(test) == 1)
        // A member still may.
        try await setRole(.member, of: person, in: test)
        advance(to: made.due + .seconds(3600), test)
        try await test.hub.run(FireSchedule(made.id), as: .hub)
        #expect(try await count(test) == 2)
        try await setRole(.viewer, of: person, in: test)
        advance(to: made.due + .seconds(7200), test)
        try await test.hub.run(FireSchedule(made.id), as: .hub)
        #expect(try await count(test) == 2)
        let schedule = try #require(try await test.hub.ask(ListSchedules(in: test.project.id), as: .hub).first)
        #expect(schedule.isPaused && schedule.due == nil)
        let event = try #require(try await test.events().last)
        #expect(event.fact.kind == .scheduleChanged && event.fact.actor == .hub && event.fact.data["paused"] == true)
        #expect(event.fact.data["error"] == "Olga who made it may not create tasks in default any more")
    }

    private func setRole(_ role: Role, of person: Person, in test: TestHub) async throws {
        let now = test.clock.now()
        try await test.database.write { try PersonTable($0).setRole(role, of: person.id, in: test.project.id, at: now) }
    }

    @Test("what cannot be is refused at once, and what it names later is data of the event") func refusals() async throws {
        let test = try await TestHub()
        await #expect(throws: HubError.self) { _ = try await add("61 * * * *", in: test) }
        await #expect(throws: Pipeline.Refusal.self) { _ = try await add("@daily", links: [.init(to: "nobody", path: "x")], in: test) }
        await #expect(throws: HubError.self) {
            _ = try await test.hub.run(
                AddSchedule(
                    project: test.project.id, name: "x", cron: "@daily", timeZone: "Mars/Olympus",
                    pipeline: Pipeline(entries: [.init(id: "a", content: .init(title: "a"))])), as: test.admin)
        }
    }
}
