import HubCore
import HubService
import HubStore
import HubTesting
import Testing

@Suite struct ReconnectTests {
    private func running(_ test: TestHub, features: Set<String> = ["ack"]) async throws -> (Server, AgentTask, Session) {
        try await test.hub.run(ChangeProject(test.project.id, agent: "claude"), as: test.admin)
        let server = try await test.terminalServer("mac", features: features)
        let task = try await test.create()
        let session = try await test.session(of: task)
        try await test.send(to: server)
        return (server, task, try await test.start(session))
    }

    @Test("pain 26: a session survives the loss of its connection") func survives() async throws {
        let test = try await TestHub()
        let (server, _, session) = try await running(test)
        try await test.hub.run(ServerDisconnected(server.id), as: .hub)
        #expect(try await test.session(session.id).state == .disconnected)
        test.clock.advance(by: .seconds(5))
        try await test.connect(server)
        try await test.start(session)
        #expect(try await test.session(session.id).state == .active)
        #expect(try await test.hub.run(SessionsReported(server.id, present: [session.id]), as: .hub).isEmpty)
        #expect(
            try await test.story(of: session) == [.sessionCreated, .sessionStarted, .sessionDisconnected, .sessionRecovered])
    }

    @Test("what a server comes back without has ended; what began on this connection has not") func unreported() async throws {
        let test = try await TestHub()
        let (server, task, session) = try await running(test)
        try await test.hub.run(ServerDisconnected(server.id), as: .hub)
        test.clock.advance(by: .seconds(5))
        try await test.connect(server)
        test.clock.advance(by: .seconds(1))
        let fresh = try await test.hub.run(OpenSession(on: "mac", in: test.project.id), as: test.admin).session
        try await test.start(fresh)
        let ended = try await test.hub.run(SessionsReported(server.id, present: []), as: .hub)
        #expect(ended.map(\.id) == [session.id])
        #expect(try await test.session(fresh.id).state == .active)
        let event = try #require(try await test.lastEvent(.sessionClosed))
        #expect(event.fact.data["number"]?.int == task.number)
        // It turns up after all.
        try await test.start(session)
        #expect(try await test.session(session.id).state == .active)
        #expect(try await test.session(session.id).endedAt == nil)
    }

    @Test("a daemon that was started anew asks by tmux name; unknown names and sessions that are over are not claimed")
    func byTmuxName() async throws {
        let test = try await TestHub()
        let (server, _, session) = try await running(test)
        let other = try await test.terminalServer("linux")
        try await test.hub.run(ServerDisconnected(server.id), as: .hub)
        try await test.connect(server)
        let name = session.standardTmuxName
        #expect(name == "orc-" + session.id.text.prefix(12))
        #expect(try await test.hub.run(SessionRecovered("orc-nobody-12", on: server.id), as: .hub) == nil)
        #expect(try await test.hub.run(SessionRecovered(name, on: other.id), as: .hub) == nil)
        #expect(try await test.hub.run(SessionRecovered(name, on: server.id), as: .hub)?.id == session.id)
        #expect(try await test.session(session.id).state == .active)
        try await test.hub.run(SessionClosed(session.id, on: server.id, exitCode: 0), as: .hub)
        #expect(try await test.hub.run(SessionRecovered(name, on: server.id), as: .hub) == nil)
        await refused(.notFound) {
            try await test.hub.run(SessionClosed(session.id, on: other.id, exitCode: 0), as: .hub)
        }
    }

    @Test("a client that confirms gets what it did not confirm again, in order") func repeats() async throws {
        let test = try await TestHub()
        let (server, task, session) = try await running(test)
        try await test.hub.run(AddNote(task.reference, "one"), as: test.admin)
        try await test.hub.run(AddNote(task.reference, "two"), as: test.admin)
        let sent = try await test.send(to: server)
        #expect(sent.map(\.kind) == [.taskAssigned, .taskNote, .taskNote])
        #expect(sent.map(\.number) == sent.map(\.number).sorted())
        #expect(sent.last?.payload["content"]?.string == "two")
        #expect(try await test.hub.run(ConfirmPush(sent[1].id, from: server.id), as: .hub))
        #expect(try await test.hub.run(ConfirmPush(sent[1].id, from: server.id), as: .hub) == false)
        #expect(try await test.hub.pendingPushes(for: server.id).isEmpty)
        try await test.hub.run(ServerDisconnected(server.id), as: .hub)
        try await test.connect(server)
        // Nothing is typed before the terminal is known to be there.
        #expect(try await test.hub.pendingPushes(for: server.id).isEmpty)
        try await test.start(session)
        #expect(try await test.send(to: server).map(\.id) == [sent[0].id, sent[2].id])
        #expect(try await test.lastEvent(.pushDelivered)?.fact.data["kind"]?.string == "task_note")
    }

    @Test("an installed client gets nothing twice but the start and the end that had no effect") func installed() async throws {
        let test = try await TestHub()
        let (server, task, session) = try await running(test, features: [])
        try await test.send(to: server)
        let desk = try await test.hub.run(OpenSession(on: "mac", in: test.project.id), as: test.admin).session
        try await test.hub.run(CloseSession(.id(session.id)), as: test.admin)
        #expect(try await test.send(to: server).map(\.kind) == [.sessionStart, .sessionClose])
        try await test.hub.run(ServerDisconnected(server.id), as: .hub)
        test.clock.advance(by: .seconds(5))
        try await test.connect(server, features: [])
        #expect(try await test.hub.pendingPushes(for: server.id).isEmpty)
        try await test.hub.run(SessionsReported(server.id, present: [session.id]), as: .hub)
        let again = try await test.send(to: server)
        #expect(again.map(\.session) == [desk.id, session.id])
        #expect(again.map(\.kind) == [.sessionStart, .sessionClose])
        #expect(try await test.pushes(to: session).first { $0.kind == .taskAssigned }?.state == .sent)
        #expect(try await test.task(task).task.state == .assigned)
    }

    @Test("a hub that starts holds no terminal for connected, and looks after those that start and those that are done")
    func restart() async throws {
        let test = try await TestHub()
        let (server, _, session) = try await running(test)
        let second = try await test.create()
        let starting = try await test.session(of: second)
        let again = try await test.reopened()
        try await again.hub.watchServers()
        #expect(try await again.session(session.id).state == .disconnected)
        #expect(try await again.session(starting.id).state == .starting)
        async let _: Void = again.hub.runTimers()
        var events = again.database.observe(EventTable.signal).makeAsyncIterator()
        again.clock.advance(by: Session.startLimit)
        while try await again.session(starting.id).state != .failed { await events.next() }
        #expect(try await again.session(starting.id).server == server.id)
    }

    @Test("a server that is lost past its lease gives its work back, and is told to end the terminal when it returns")
    func lost() async throws {
        let test = try await TestHub()
        let (server, task, session) = try await running(test)
        try await test.hub.run(MarkServerOffline(server.id, lastHeard: test.clock.now()), as: .hub)
        #expect(try await test.session(session.id).state == .disconnected)
        test.clock.advance(by: Server.silenceUntilOffline + Server.graceUntilRelease)
        try await test.hub.run(ReleaseLostWork(of: server.id), as: .hub)
        #expect(try await test.task(task).task.state == .pending)
        #expect(try await test.task(task).task.session == nil)
        #expect(try await test.hub.pendingPushes(for: server.id).map(\.kind) == [.sessionClose])
        test.clock.advance(by: Session.disconnectedLimit)
        try await test.hub.run(CleanSessions(), as: .hub)
        #expect(try await test.session(session.id).state == .closed)
    }
}
