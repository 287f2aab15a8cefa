import Cryptography
import HubCore
import HubService
import HubTesting
import Testing

@Suite struct SessionKeyTests {
    private struct World {
        let test: TestHub
        let server: Server
        let own: AgentTask
        let other: AgentTask
        let session: Session
        let key: Secret

        init() async throws {
            test = try await TestHub()
            server = try await test.terminalServer("mac")
            (own, other) = (try await test.create("own"), try await test.create("other"))
            session = try await test.start(try await test.session(of: own))
            key = IssueSessionKey.newKey()
            try await test.hub.run(IssueSessionKey(for: session.id, key: key), as: .hub)
        }

        func caller() async throws -> Caller? {
            try await test.hub.authenticate(agentKey: key.revealed).map { .agent($0.server, session: $0.session, over: .rest) }
        }
    }

    @Test("a session's key reports on its own task only, though its server has the other, too") func narrowed() async throws {
        let world = try await World()
        let (test, hub) = (world.test, world.test.hub)
        let caller = try #require(try await world.caller())
        try await hub.run(StartTask(.init(world.own.reference)), as: caller)
        try await hub.run(AddNote(world.own.reference, "going"), as: caller)
        await refused(.forbidden) { try await hub.run(StartTask(.init(world.other.reference)), as: caller) }
        await refused(.forbidden) { try await hub.run(AddNote(world.other.reference, "x"), as: caller) }
        await refused(.forbidden) { try await hub.run(CancelTask(world.other.reference), as: caller) }
        await refused(.forbidden) { try await hub.run(ReleaseTask(world.own.reference), as: caller) }
        await refused(.forbidden) { try await hub.run(AdmitTyping(.id(world.session.id), .text), as: caller) }
        #expect(try await hub.ask(GetTask(world.other.reference), as: caller).view.task.id == world.other.id)
        try await hub.run(StartTask(.init(world.other.reference)), as: world.server.agent)
        try await hub.run(RequestHelp(.init(world.other.reference), .init(kind: .question, question: "?")), as: world.server.agent)
        await refused(.forbidden) { try await hub.run(Respond(to: .task(world.other.reference), "x"), as: caller) }
        #expect(try await test.task(world.own).task.state == .running)
    }

    @Test("a session's key may change what it created, and not what another session of its server did") func created() async throws {
        let world = try await World()
        let hub = world.test.hub
        let caller = try #require(try await world.caller())
        let mine = try await world.test.create("mine", by: caller)
        let machines = try await world.test.create("machine's", by: world.server.agent)
        #expect(mine.source == world.session.id)
        #expect(try await world.test.task(mine).sourceSessionName == world.session.name)
        try await hub.run(CancelTask(mine.reference), as: caller)
        await refused(.forbidden) { try await hub.run(CancelTask(machines.reference), as: caller) }
    }

    @Test("a server's key names the session that a task comes from, of its own only") func named() async throws {
        let world = try await World()
        let elsewhere = try await world.test.terminalServer("linux")
        func source(_ server: Server) async throws -> Session.ID? {
            try await world.test.hub.run(
                CreateTask(project: world.test.project.id, content: .init(title: "x"), source: world.session.id), as: server.agent
            ).task.source
        }
        #expect(try await source(world.server) == world.session.id)
        #expect(try await source(elsewhere) == nil)
    }

    @Test("a session's key opens no connection of a machine, stays beside its successor, and ends with the session and with the server")
    func lifetime() async throws {
        let world = try await World()
        let (test, hub) = (world.test, world.test.hub)
        #expect(try await hub.authenticate(apiKey: world.key.revealed) == nil)
        #expect(try await hub.authenticate(agentKey: world.key.revealed)?.session == world.session.id)
        let second = IssueSessionKey.newKey()
        try await hub.run(IssueSessionKey(for: world.session.id, key: second), as: .hub)
        #expect(try await hub.authenticate(agentKey: world.key.revealed)?.session == world.session.id)
        #expect(try await hub.authenticate(agentKey: second.revealed)?.server.id == world.server.id)
        try await hub.run(SessionClosed(world.session.id, on: world.server.id, exitCode: 0), as: .hub)
        #expect(try await hub.authenticate(agentKey: world.key.revealed) == nil)
        #expect(try await hub.authenticate(agentKey: second.revealed) == nil)
        await refused(.conflict) {
            try await hub.run(IssueSessionKey(for: world.session.id, key: IssueSessionKey.newKey()), as: .hub)
        }
        let other = try await test.session(of: world.other)
        let third = IssueSessionKey.newKey()
        try await hub.run(IssueSessionKey(for: other.id, key: third), as: .hub)
        #expect(try await hub.authenticate(agentKey: third.revealed) != nil)
        try await hub.run(RevokeServer("mac", in: test.project.id), as: test.admin)
        #expect(try await hub.authenticate(agentKey: third.revealed) == nil)
    }

    @Test("the key of a session that was given up holds again once it turns up") func back() async throws {
        let world = try await World()
        let (test, hub) = (world.test, world.test.hub)
        try await hub.run(ServerDisconnected(world.server.id), as: .hub)
        test.clock.advance(by: .seconds(5))
        try await test.connect(world.server)
        test.clock.advance(by: .seconds(1))
        #expect(try await hub.run(SessionsReported(world.server.id, present: []), as: .hub).map(\.id).contains(world.session.id))
        #expect(try await hub.authenticate(agentKey: world.key.revealed) == nil)
        try await test.start(world.session)
        #expect(try await hub.authenticate(agentKey: world.key.revealed)?.session == world.session.id)
    }

    @Test("a session has a limited number of keys, of which the oldest end") func bounded() async throws {
        let world = try await World()
        let hub = world.test.hub
        func issue() async throws -> Secret {
            world.test.clock.advance(by: .seconds(1))
            let key = IssueSessionKey.newKey()
            try await hub.run(IssueSessionKey(for: world.session.id, key: key), as: .hub)
            return key
        }
        let second = try await issue()
        for _ in 2..<IssueSessionKey.maximum { _ = try await issue() }
        #expect(try await world.caller() != nil)
        let last = try await issue()
        #expect(try await world.caller() == nil)
        #expect(try await hub.authenticate(agentKey: second.revealed) != nil)
        #expect(try await hub.authenticate(agentKey: last.revealed) != nil)
    }
}
