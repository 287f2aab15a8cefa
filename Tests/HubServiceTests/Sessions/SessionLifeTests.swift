import HubCore
import HubService
import HubStore
import HubTesting
import Testing

@Suite struct SessionLifeTests {
    @Test("a task on a server with terminals gets a session of its own, in the words of the task and the project")
    func ownSession() async throws {
        let test = try await TestHub()
        try await test.hub.run(ChangeProject(test.project.id, agent: "Codex"), as: test.admin)
        let server = try await test.terminalServer("mac")
        let task = try await test.create()
        let session = try await test.session(of: task)
        #expect(session.name == "task-\(task.number)")
        #expect(session.profile == "codex")
        #expect(session.state == .starting)
        #expect(session.server == server.id)
        #expect(session.task == task.id)
        #expect(session.createdBy == .hub)
        #expect(try await test.task(task).sessionName == session.name)

        var named = AgentTask.Content(title: "By name")
        named.requirements.agent = "claude"
        try await test.hub.run(EditServer("mac", in: test.project.id, changes: [.set(.agents, ["claude"])]), as: test.admin)
        let other = try await test.hub.run(CreateTask(project: test.project.id, content: named), as: test.admin).task
        #expect(try await test.session(of: other).profile == "claude")
    }

    @Test("a server that speaks only REST gets no sessions and no pushes, until it connects: then its tasks have one")
    func restOnly() async throws {
        let test = try await TestHub()
        let server = try await test.server("mac")
        let task = try await test.create { $0.requirePlan = true }
        #expect(try await test.task(task).task.session == nil)
        try await test.hub.run(AddNote(task.reference, "Mind the hinges"), as: test.admin)
        #expect(try await test.hub.pendingPushes(for: server.id).isEmpty)
        #expect(try await test.events().allSatisfy { $0.fact.subject.kind != .session })
        try await test.hub.run(ChangeProject(test.project.id, agent: "claude"), as: test.admin)
        try await test.connect(server)
        let session = try await test.session(of: task)
        try await test.start(session)
        let kinds = try await test.pushes(to: session).map(\.kind)
        #expect(kinds == [.sessionStart, .taskAssigned])
        try await test.connect(server)
        #expect(try await test.session(of: task).id == session.id)
    }

    @Test("a task assigned to a session by name goes there, to its server; an unknown name is not found")
    func byName() async throws {
        let test = try await TestHub()
        try await test.hub.run(ChangeProject(test.project.id, autoAssign: false), as: test.admin)
        _ = try await test.terminalServer("mac")
        let second = try await test.terminalServer("linux")
        let desk = try await test.hub.run(
            OpenSession(on: "linux", in: test.project.id, name: "Desk", profile: "claude"), as: test.admin
        ).session
        let task = try await test.create()
        await refused(.notFound) { try await test.hub.run(AssignTask(task.reference, to: .session("bench")), as: test.admin) }
        let assigned = try await test.hub.run(AssignTask(task.reference, to: .session("desk")), as: test.admin)
        #expect(assigned.task.session == desk.id)
        #expect(assigned.task.server == second.id)
        #expect(assigned.view.sessionName == "Desk")
        #expect(try await test.hub.ask(ListSessions(in: test.project.id), as: test.admin).count == 1)
        #expect(try await test.hub.ask(CheckTasks(on: second, in: desk.id), as: second.agent).map(\.task.id) == [task.id])
        #expect(try await test.hub.ask(CheckTasks(on: second, in: .random()), as: second.agent).isEmpty)
        #expect(try await test.hub.ask(ListTasks(TaskFilter(project: test.project.id, session: desk.id)), as: test.admin).tasks.count == 1)
        // It is somebody's own terminal: the task's end leaves it open, and its agent is told to look.
        try await test.start(desk)
        try await test.hub.run(CancelTask(task.reference), as: test.admin)
        #expect(try await test.session(desk.id).state == .active)
        #expect(try await test.pushes(to: desk).map(\.kind) == [.sessionStart, .taskAssigned, .taskUpdated])
        await refused(.conflict) {
            try await test.hub.run(SessionClosed(desk.id, on: second.id, exitCode: 0), as: .hub)
            let other = try await test.create()
            try await test.hub.run(AssignTask(other.reference, to: .session(desk.id.text)), as: test.admin)
        }
    }

    @Test("a cancelled or released task's session is closed at once, and the next attempt has another")
    func closesAtOnce() async throws {
        let test = try await TestHub()
        let server = try await test.terminalServer("mac")
        let task = try await test.create()
        let first = try await test.session(of: task)
        try await test.send(to: server)
        try await test.start(first)
        let released = try await test.hub.run(ReleaseTask(task.reference), as: test.admin).task
        let second = try await test.session(released.session)
        #expect(second.id != first.id)
        #expect(second.name == "task-\(task.number)-2")
        #expect(try await test.hub.pendingPushes(for: server.id).map(\.kind) == [.sessionClose, .sessionStart])
        try await test.hub.run(SessionClosed(first.id, on: server.id, exitCode: -1), as: .hub)
        let over = try await test.session(first.id)
        // The task went on in the second: nobody misses the first.
        #expect(try await test.lastEvent(.sessionClosed)?.fact.data["task_state"]?.isNull == true)
        #expect(over.state == .closed)
        #expect(over.exitCode == -1)
        #expect(over.endedAt == test.clock.now())
        #expect(try await test.story(of: first) == [.sessionCreated, .sessionStarted, .sessionClosing, .sessionClosed])
        // Its server was not even asked for the second one.
        try await test.hub.run(CancelTask(task.reference), as: test.admin)
        #expect(try await test.session(second.id).state == .closed)
        #expect(try await test.hub.pendingPushes(for: server.id).isEmpty)
        #expect(try await test.task(task).task.session == second.id)
    }

    @Test("a done task's session stays for a minute, a failed one's until it is tried again")
    func closesAfterDone() async throws {
        let test = try await TestHub()
        let server = try await test.terminalServer("mac")
        let (done, failed) = (try await test.create(), try await test.create())
        let (first, second) = (try await test.session(of: done), try await test.session(of: failed))
        for session in [first, second] { try await test.start(session) }
        for task in [done, failed] { try await test.hub.run(StartTask(.init(task.reference)), as: server.agent) }
        try await test.hub.run(CompleteTask(.init(done.reference), result: "ok"), as: server.agent)
        try await test.hub.run(FailTask(.init(failed.reference), error: "no"), as: server.agent)
        for id in [first.id, second.id] { try await test.hub.run(ReviewSession(id), as: .hub) }
        #expect(try await test.hub.pendingPushes(for: server.id).isEmpty)
        test.clock.advance(by: Session.graceAfterDone)
        for id in [first.id, second.id] { try await test.hub.run(ReviewSession(id), as: .hub) }
        #expect(try await test.hub.pendingPushes(for: server.id).map(\.session) == [first.id])
        try await test.hub.run(RetryTask(failed.reference), as: test.admin)
        let closing = try await test.hub.pendingPushes(for: server.id).filter { $0.kind == .sessionClose }.map(\.session)
        #expect(closing == [first.id, second.id])
    }

    @Test("a session that does not start in time has failed, and its task knows; timers see to it")
    func neverStarts() async throws {
        let test = try await TestHub()
        let server = try await test.terminalServer("mac")
        let task = try await test.create()
        let session = try await test.session(of: task)
        try await test.send(to: server)
        try await test.hub.run(ReviewSession(session.id), as: .hub)
        #expect(try await test.session(session.id).state == .starting)
        async let _: Void = test.hub.runTimers()
        var events = test.database.observe(EventTable.signal).makeAsyncIterator()
        test.clock.advance(by: Session.startLimit)
        while try await test.session(session.id).state != .failed { await events.next() }
        let event = try #require(try await test.lastEvent(.sessionFailed))
        #expect(event.fact.data["number"]?.int == task.number)
        #expect(event.fact.data["task_state"]?.string == "assigned")
        #expect(try await test.task(task).task.state == .assigned)
        // Its server comes back and gets another.
        try await test.connect(server)
        #expect(try await test.session(of: task).state == .starting)
    }

    @Test("the end of a session says which task was in it; the task stays") func endWithTask() async throws {
        let test = try await TestHub()
        let server = try await test.terminalServer("mac")
        let task = try await test.create()
        let session = try await test.session(of: task)
        try await test.start(session)
        try await test.hub.run(StartTask(.init(task.reference)), as: server.agent)
        try await test.hub.run(SessionClosed(session.id, on: server.id, exitCode: 7), as: .hub)
        let event = try #require(try await test.lastEvent(.sessionClosed))
        #expect(event.fact.data["task"]?.string == task.id.text)
        #expect(event.fact.data["task_state"]?.string == "running")
        #expect(event.fact.data["exit_code"]?.int == 7)
        #expect(try await test.task(task).task.state == .running)
        let count = try await test.eventCount()
        try await test.hub.run(SessionClosed(session.id, on: server.id, exitCode: 7), as: .hub)
        #expect(try await test.eventCount() == count)
    }

    @Test("a person opens a terminal: names are free and well-formed, the server has terminals and is online") func open() async throws {
        let test = try await TestHub()
        _ = try await test.server("rest")
        let (id, admin) = (test.project.id, test.admin)
        await refused(.conflict) { try await test.hub.run(OpenSession(on: nil, in: id), as: admin) }
        await refused(.conflict) { try await test.hub.run(OpenSession(on: "rest", in: id), as: admin) }
        let server = try await test.terminalServer("mac")
        let first = try await test.hub.run(OpenSession(on: nil, in: id), as: admin)
        #expect(first.session.name == "shell-1")
        #expect(first.serverName == "mac")
        #expect(try await test.hub.run(OpenSession(on: "mac", in: id), as: admin).session.name == "shell-2")
        _ = try await test.hub.run(OpenSession(on: "mac", in: id, name: "Fix"), as: admin)
        await refused(.conflict) { try await test.hub.run(OpenSession(on: "mac", in: id, name: "fix"), as: admin) }
        for wrong in ["a b", "-a", "ä", String(repeating: "a", count: 65), Session.ID.random().text] {
            await refused(.invalid) { try await test.hub.run(OpenSession(on: "mac", in: id, name: wrong), as: admin) }
        }
        await refused(.invalid) { try await test.hub.run(OpenSession(on: "mac", in: id, profile: "../x"), as: admin) }
        await refused(.invalid) { try await test.hub.run(OpenSession(on: "mac", in: id, workingDirectory: "/a\0b"), as: admin) }
        await refused(.notFound) { try await test.hub.run(OpenSession(on: "nowhere", in: id), as: admin) }
        try await test.hub.run(MarkServerOffline(server.id, lastHeard: test.clock.now()), as: .hub)
        await refused(.conflict) { try await test.hub.run(OpenSession(on: "mac", in: id), as: admin) }
    }

    @Test("typing is admitted where a terminal runs, and the log keeps no content") func typing() async throws {
        let test = try await TestHub()
        _ = try await test.terminalServer("mac")
        let session = try await test.hub.run(OpenSession(on: nil, in: test.project.id), as: test.admin).session
        await refused(.conflict) { try await test.hub.run(AdmitTyping(.id(session.id), .text), as: test.admin) }
        try await test.start(session)
        try await test.hub.run(AdmitTyping(.named(session.name, in: test.project.id), .key), as: test.admin)
        let event = try #require(try await test.lastEvent(.sessionTyped))
        #expect(event.fact.data["kind"]?.string == "key")
        let size = try #require(TerminalSize(columns: 80, rows: 24))
        #expect(try await test.hub.run(ResizeSession(.id(session.id), to: size), as: test.admin).session.size == size)
        #expect(try await test.session(session.id).size == size)
        try await test.hub.run(ServerDisconnected(session.server), as: .hub)
        await refused(.conflict) { try await test.hub.run(AdmitTyping(.id(session.id), .text), as: test.admin) }
    }

    @Test("a revoked server's sessions are over, and their pushes dropped") func revoked() async throws {
        let test = try await TestHub()
        try await test.hub.run(ChangeProject(test.project.id, agent: "claude"), as: test.admin)
        let server = try await test.terminalServer("mac")
        let task = try await test.create()
        let session = try await test.session(of: task)
        try await test.send(to: server)
        try await test.hub.run(RevokeServer("mac", in: test.project.id), as: test.admin)
        #expect(try await test.session(session.id).isOver)
        #expect(try await test.task(task).task.session == nil)
        #expect(try await test.pushes(to: session).allSatisfy { $0.state != .queued && $0.state != .sent })
        #expect(try await test.hub.pendingPushes(for: server.id).isEmpty)
    }
}
