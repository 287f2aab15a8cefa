import HubCore
import HubService
import HubTesting
import Testing

/// What a failed or cancelled task holds up.
@Suite struct HeldTests {
    @Test("a held task says by whom, and what lies behind it says so when asked") func reasons() async throws {
        let test = try await TestHub()
        let server = try await test.server("mac")
        let failing = try await test.create("failing")
        let other = try await test.create("other")
        let held = try await test.create("held", after: [failing, other])
        let behind = try await test.create("behind", after: [held])
        guard case .blocked = try await test.task(held).waiting else {
            Issue.record("held before anything failed")
            return
        }
        try await test.hub.run(FailTask(failing.report, error: "x"), as: server.agent)
        guard case .held(let by) = try await test.task(held).waiting else {
            Issue.record("not held")
            return
        }
        #expect(by.map(\.title) == ["failing"])
        #expect(try await test.task(failing).held.map(\.title) == ["held"])
        let why = try await test.hub.ask(Explain(behind.reference), as: test.admin)
        #expect(why.roots.map(\.title) == ["failing"] && why.roots.map(\.state) == [.failed])
        #expect(try await test.hub.ask(Explain(held.reference), as: test.admin).roots.isEmpty)
        try await test.hub.run(RetryTask(failing.reference), as: test.admin)
        #expect(try await test.hub.ask(Explain(behind.reference), as: test.admin).roots.isEmpty)
        #expect(try await test.task(failing).held.isEmpty)
    }

    @Test("all that a task holds can go on without it at once") func release() async throws {
        let test = try await TestHub()
        let server = try await test.server("mac", slots: 10)
        let (cancelled, other) = (try await test.create("cancelled"), try await test.create("other"))
        let free = try await test.create("free", after: [cancelled])
        let stillBlocked = try await test.create("still blocked", after: [cancelled, other])
        await refused(.conflict) { try await test.hub.run(ReleaseDependents(of: cancelled.reference), as: test.admin) }
        try await test.hub.run(CancelTask(cancelled.reference), as: test.admin)
        let outcome = try await test.hub.run(ReleaseDependents(of: cancelled.reference), as: test.admin)
        #expect(Set(outcome.tasks) == [free.number, stillBlocked.number] && outcome.view.held.isEmpty)
        #expect(try await test.task(free).task.holder == server.id)
        guard case .blocked(let by) = try await test.task(stillBlocked).waiting else {
            Issue.record("went on without the other")
            return
        }
        #expect(by.map(\.title) == ["other"])
    }

    @Test("all that a task holds can be cancelled at once, and what waits for that, but nothing else") func cancel() async throws {
        let test = try await TestHub()
        let server = try await test.server("mac")
        let failing = try await test.create("failing")
        let held = try await test.create("held", after: [failing])
        let behind = try await test.create("behind", after: [held])
        let bystander = try await test.create("bystander")
        try await test.hub.run(FailTask(failing.report, error: "x"), as: server.agent)
        let outcome = try await test.hub.run(CancelDependents(of: failing.reference), as: test.admin)
        #expect(outcome.tasks == [held.number, behind.number] && outcome.view.held.isEmpty)
        #expect(try await test.task(behind).task.state == .cancelled)
        #expect(try await test.task(bystander).task.state == .assigned)
    }

    @Test("an agent decides about no task that it did not create, though it created the one that holds it") func foreign() async throws {
        let test = try await TestHub()
        let server = try await test.server("mac")
        let own = try await test.create("own", by: server.agent)
        let held = try await test.create("held", after: [own])
        try await test.hub.run(FailTask(own.report, error: "x"), as: server.agent)
        await refused(.forbidden) { try await test.hub.run(ReleaseDependents(of: own.reference), as: server.agent) }
        await refused(.forbidden) { try await test.hub.run(CancelDependents(of: own.reference), as: server.agent) }
        #expect(try await test.task(held).task.state == .pending)
    }
}
