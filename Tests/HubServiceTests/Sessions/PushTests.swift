import HubCore
import HubService
import HubStore
import HubTesting
import Testing

@Suite struct PushTests {
    private func claude(_ test: TestHub, features: Set<String> = ["ack"]) async throws -> Server {
        try await test.hub.run(ChangeProject(test.project.id, agent: "claude"), as: test.admin)
        return try await test.terminalServer("mac", features: features)
    }

    @Test("everything that a person does about a task is said to its agent, in order and once") func wholeLife() async throws {
        let test = try await TestHub()
        let server = try await claude(test)
        let task = try await test.create { $0.requirePlan = true }
        let session = try await test.session(of: task)
        let (hub, admin, report) = (test.hub, test.admin, AgentReport(task.reference))
        try await hub.run(SubmitPlan(report, plan: "first"), as: server.agent)
        try await hub.run(
            Decide(task.reference, .revise(feedback: "smaller"), planHash: try await test.task(task).task.plan?.hash), as: admin)
        try await hub.run(SubmitPlan(report, plan: "second"), as: server.agent)
        try await hub.run(Decide(task.reference, .approve, planHash: try await test.task(task).task.plan?.hash), as: admin)
        try await hub.run(RequestHelp(report, .init(kind: .help, question: "How?")), as: server.agent)
        try await hub.run(Respond(to: .task(task.reference), "So."), as: admin)
        var changes = EditTask.Changes()
        changes.spec = "More"
        try await hub.run(EditTask(task.reference, changes), as: admin)
        try await hub.run(AddNote(task.reference, "Mind the hinges", isUrgent: true), as: admin)
        try await hub.run(AddNote(task.reference, "I do"), as: server.agent)
        // Nothing but the terminal itself goes out before it runs.
        #expect(try await test.send(to: server).map(\.kind) == [.sessionStart])
        try await test.start(session)
        let pushes = try await test.send(to: server)
        #expect(
            pushes.map(\.kind) == [.taskAssigned, .planRevision, .planApproved, .interventionResponse, .taskUpdated, .taskNote])
        #expect(pushes.allSatisfy { $0.payload["session_id"]?.string == session.id.text })
        #expect(pushes.allSatisfy { $0.payload["task_id"]?.string == task.id.text })
        #expect(pushes[0].payload["require_plan"]?.bool == true)
        #expect(pushes[1].payload["feedback"]?.string == "smaller")
        #expect(pushes[3].payload["response"]?.string == "So.")
        #expect(pushes[5].payload["content"]?.string == "Mind the hinges")
        #expect(pushes[5].payload["urgent"]?.bool == true)
        #expect(pushes[5].payload["author"]?.string == "Ada")
        #expect(try await test.pushes(to: session).first?.state == .delivered)
    }

    @Test("nothing is typed into a plain shell") func shell() async throws {
        let test = try await TestHub()
        let server = try await test.terminalServer("mac")
        let task = try await test.create()
        try await test.start(try await test.session(of: task))
        try await test.hub.run(AddNote(task.reference, "rm -rf /"), as: test.admin)
        #expect(try await test.hub.pendingPushes(for: server.id).isEmpty)
    }

    @Test("a request that is refused tells nobody anything") func refusedRequest() async throws {
        let test = try await TestHub()
        let server = try await claude(test)
        let task = try await test.create()
        try await test.start(try await test.session(of: task))
        try await test.send(to: server)
        await refused(.conflict) { try await test.hub.run(Respond(to: .task(task.reference), "So."), as: test.admin) }
        #expect(try await test.hub.pendingPushes(for: server.id).isEmpty)
    }

    @Test("pain 17: of an installed client a report confirms what was typed before it; notes stay sent") func confirmation() async throws {
        let test = try await TestHub()
        let server = try await claude(test, features: [])
        let task = try await test.create()
        let session = try await test.session(of: task)
        try await test.start(session)
        try await test.hub.run(AddNote(task.reference, "Mind the hinges"), as: test.admin)
        try await test.send(to: server)
        try await test.hub.run(StartTask(.init(task.reference)), as: server.agent)
        #expect(try await test.pushes(to: session).map(\.state) == [.delivered, .delivered, .sent])
        #expect(try await test.lastEvent(.pushDelivered)?.fact.subject == .task(task.id))
    }

    @Test("the end of a session drops what it was not told, and says so") func dropped() async throws {
        let test = try await TestHub()
        let server = try await claude(test)
        let task = try await test.create()
        let session = try await test.session(of: task)
        try await test.start(session)
        try await test.hub.run(SessionClosed(session.id, on: server.id, exitCode: 0), as: .hub)
        #expect(try await test.hub.pendingPushes(for: server.id).isEmpty)
        let event = try #require(try await test.lastEvent(.pushDropped))
        #expect(event.fact.data["reason"]?.string == "the session is over")
        #expect(event.fact.data["kind"]?.string == "task_assigned")
        // Later words have nobody to go to.
        try await test.hub.run(AddNote(task.reference, "Hello?"), as: test.admin)
        #expect(try await test.hub.pendingPushes(for: server.id).isEmpty)
    }

    @Test("what waits for seven days is dropped, and what is settled is forgotten as long after") func old() async throws {
        let test = try await TestHub()
        let server = try await claude(test)
        let task = try await test.create()
        let session = try await test.session(of: task)
        try await test.start(session)
        test.clock.advance(by: Push.life + .seconds(1))
        try await test.hub.run(CleanSessions(), as: .hub)
        #expect(try await test.lastEvent(.pushDropped)?.fact.data["kind"]?.string == "task_assigned")
        #expect(try await test.hub.pendingPushes(for: server.id).isEmpty)
        test.clock.advance(by: Push.life + .seconds(1))
        try await test.hub.run(CleanSessions(), as: .hub)
        #expect(try await test.pushes(to: session).isEmpty)
    }

    @Test("a push that cannot be typed is dropped with its reason, once") func dropByHand() async throws {
        let test = try await TestHub()
        let server = try await claude(test)
        let task = try await test.create()
        try await test.start(try await test.session(of: task))
        let push = try #require(try await test.send(to: server).first)
        try await test.hub.run(DropPush(push.id, reason: "the screen did not change"), as: .hub)
        try await test.hub.run(DropPush(push.id, reason: "again"), as: .hub)
        #expect(try await test.events().filter { $0.fact.kind == .pushDropped }.count == 1)
        #expect(try await test.hub.run(ConfirmPush(push.id, from: server.id), as: .hub) == false)
    }

    @Test("the doorbell rings for the server that has something to fetch, after the commit") func doorbell() async throws {
        let test = try await TestHub()
        let server = try await claude(test)
        let task = try await test.create()
        try await test.start(try await test.session(of: task))
        try await test.send(to: server)
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        let listener = test.hub.doorbell.listen(for: server.id) { continuation.yield() }
        var rings = stream.makeAsyncIterator()
        try await test.hub.run(AddNote(task.reference, "x"), as: test.admin)
        #expect(await rings.next() != nil)
        #expect(try await test.hub.pendingPushes(for: server.id).map(\.kind) == [.taskNote])
        test.hub.doorbell.remove(listener)
        try await test.hub.run(AddNote(task.reference, "y"), as: test.admin)
        continuation.finish()
        #expect(await rings.next() == nil)
    }
}
