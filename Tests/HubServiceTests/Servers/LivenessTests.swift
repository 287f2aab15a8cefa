import Cryptography
import HubCore
import HubService
import HubStore
import HubTesting
import Testing

@Suite(.timeLimit(.minutes(1))) struct LivenessTests {
    /// Runs `body` beside the hub's timers.
    private func withTimers(_ test: TestHub, _ body: () async throws -> Void) async throws {
        try await test.hub.watchServers()
        let timers = Task { await test.hub.runTimers() }
        do {
            await test.clock.somebodySleeps()
            try await body()
        } catch {
            timers.cancel()
            await timers.value
            throw error
        }
        timers.cancel()
        await timers.value
    }

    private func pass(_ seconds: Int, _ test: TestHub) async {
        test.clock.advance(by: .seconds(seconds))
        await test.clock.somebodySleeps()
    }

    private func state(of server: Server, _ test: TestHub) async throws -> Server.State {
        let lines = try await test.hub.ask(ListServers(in: test.project.id), as: .hub)
        return try #require(lines.first { $0.server.id == server.id }).server.state
    }

    @Test("a server is offline after 90 s of silence, and online again on any sign of life") func silence() async throws {
        let test = try await TestHub()
        let key = RegisterServer.newKey()
        let server = try await test.server("mac", key: key)
        try await withTimers(test) { () async throws in
            await pass(60, test)
            #expect(try await test.hub.authenticate(apiKey: key.revealed)?.id == server.id)
            await pass(89, test)
            #expect(try await state(of: server, test) == .online)
            await pass(1, test)
            #expect(try await state(of: server, test) == .offline)
            let waiting = try await test.create()
            #expect(waiting.state == .pending)
            #expect(try await test.hub.authenticate(apiKey: key.revealed)?.id == server.id)
            #expect(try await state(of: server, test) == .online)
            #expect(try await test.task(waiting).task.state == .assigned)
            await pass(90, test)
            #expect(try await state(of: server, test) == .offline)
        }
        let kinds = try await test.events().map(\.fact.kind).filter { $0 == .serverOffline || $0 == .serverOnline }
        #expect(kinds == [.serverOffline, .serverOnline, .serverOffline])
    }

    @Test("lost work is released 5 minutes later, but not what waits for a person, which is released after the answer")
    func release() async throws {
        let test = try await TestHub()
        let server = try await test.server("mac")
        let (running, asking) = (try await test.create(), try await test.create())
        for task in [running, asking] { try await test.hub.run(StartTask(task.report), as: server.agent) }
        try await test.hub.run(RequestHelp(asking.report, .init(kind: .help, question: "How?")), as: server.agent)
        try await withTimers(test) { () async throws in
            await pass(90, test)
            await pass(299, test)
            #expect(try await test.task(running).task.state == .running)
            await pass(1, test)
            #expect(try await test.task(running).task.state == .pending)
            let view = try await test.task(asking)
            #expect(view.task.state == .needsHuman && !view.isServerOnline)
            let answered = try await test.hub.run(Respond(to: .task(asking.reference), "So."), as: test.admin)
            #expect(answered.view.task.state == .pending)
        }
        let released = try await test.events().filter { $0.fact.kind == .taskReleased }
        #expect(released.count == 2 && released.allSatisfy { $0.fact.actor == .hub && $0.fact.data["cause"] == "server_lost" })
    }

    @Test("a server that comes back in time keeps its work; one that does not loses it to another") func grace() async throws {
        let test = try await TestHub()
        let (key, other) = (RegisterServer.newKey(), RegisterServer.newKey())
        let server = try await test.server("mac", key: key)
        let task = try await test.create()
        try await test.hub.run(StartTask(task.report), as: server.agent)
        let second = try await test.server("second", key: other)
        try await withTimers(test) { () async throws in
            await pass(90, test)
            await pass(299, test)
            _ = try await test.hub.authenticate(apiKey: key.revealed)
            await pass(60, test)
            #expect(try await test.task(task).task.state == .running)
            await pass(30, test)
            await pass(240, test)
            _ = try await test.hub.authenticate(apiKey: other.revealed)
            await pass(60, test)
            let moved = try await test.task(task).task
            #expect(moved.server == second.id && moved.attempt == 2)
        }
    }

    @Test("after a restart a server has its full 90 s, and the lease of a lost one goes on") func restart() async throws {
        let first = try await TestHub()
        let (here, gone) = (try await first.server("here"), try await first.server("gone"))
        let task = try await first.create { $0.requirements.server = "gone" }
        try await first.hub.run(MarkServerOffline(gone.id, lastHeard: first.clock.now()), as: .hub)
        first.clock.advance(by: .seconds(80))
        let test = try await first.reopened()
        try await withTimers(test) { () async throws in
            await pass(89, test)
            #expect(try await state(of: here, test) == .online)
            await pass(1, test)
            #expect(try await state(of: here, test) == .offline)
            await pass(219, test)
            #expect(try await test.task(task).task.state == .assigned)
            await pass(1, test)
            #expect(try await test.task(task).task.state == .pending)
        }
    }

    @Test("a revoked key is refused at once, and its work goes back") func revoke() async throws {
        let test = try await TestHub()
        let key = RegisterServer.newKey()
        try await test.server("mac", key: key)
        let task = try await test.create()
        #expect(try await test.hub.authenticate(apiKey: key.revealed) != nil)
        try await test.hub.run(RevokeServer("mac", in: test.project.id), as: test.admin)
        #expect(try await test.hub.authenticate(apiKey: key.revealed) == nil)
        #expect(try await test.task(task).task.state == .pending)
        #expect(try await test.hub.authenticate(apiKey: "orc_wrong") == nil)
    }

    @Test("the newest load of a server is kept, and goes with it") func load() async throws {
        let test = try await TestHub()
        let server = try await test.server("mac")
        #expect(test.hub.liveness.load(of: server.id) == nil)
        for share in [12, 97] { test.hub.liveness.note(Load(processors: share), of: server.id, at: test.clock.now()) }
        #expect(test.hub.liveness.load(of: server.id) == Load.Reading(Load(processors: 97), at: test.clock.now()))
        try await test.hub.run(RevokeServer("mac", in: test.project.id), as: test.admin)
        #expect(test.hub.liveness.load(of: server.id) == nil)
    }
}
