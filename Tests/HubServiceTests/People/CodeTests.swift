import Cryptography
import Foundation
import HubCore
import HubService
import HubTesting
import Testing

@Suite struct CodeTests {
    private func redeem(_ code: SecretToken, _ name: String, _ test: TestHub) async throws -> RedeemCode.Outcome {
        try await test.hub.run(
            RedeemCode(code.secret.revealed, identity: ("telegram", name), name: name), as: .stranger(name: name, over: .telegram))
    }

    @Test("a pairing code makes one administrator, once, within a day, and a new one ends the old") func pairing() async throws {
        let test = try await TestHub()
        let (old, new) = (SecretToken.random(), SecretToken.random())
        try await test.hub.run(MakePairingCode(old), as: .hub)
        try await test.hub.run(MakePairingCode(new), as: .hub)
        await refused(.unauthenticated) { _ = try await redeem(old, "Eve", test) }
        let winners = await withTaskGroup(of: Bool.self) { group in
            for index in 0..<10 { group.addTask { (try? await redeem(new, "P\(index)", test)) != nil } }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(winners == 1)
        let late = SecretToken.random()
        try await test.hub.run(MakePairingCode(late), as: .hub)
        test.clock.advance(by: .seconds(24 * 3600))
        await refused(.unauthenticated) { _ = try await redeem(late, "Eve", test) }
        #expect(try await test.hub.person(identity: "telegram", "Eve") == nil)
    }

    @Test("an invitation gives its role and never takes one away", arguments: Role.allCases) func invite(_ role: Role) async throws {
        let test = try await TestHub()
        let code = SecretToken.random()
        try await test.hub.run(MakeInvite(to: test.project.id, as: role, code: code), as: test.admin)
        #expect(try await redeem(code, "Max", test).role == role)
        await refused(.unauthenticated) { _ = try await redeem(code, "Eve", test) }
        let lower = SecretToken.random()
        try await test.hub.run(MakeInvite(to: test.project.id, as: .viewer, code: lower), as: test.admin)
        let before = try await test.eventCount()
        #expect(try await redeem(lower, "Max", test).role == role)
        #expect(try await test.eventCount() == before, "nothing happened")
        #expect(try await test.hub.ask(ListMembers(of: test.project.id), as: test.admin).dropFirst().map(\.role) == [role])
    }

    @Test("a member invites members, and only an owner owners") func inviter() async throws {
        let test = try await TestHub()
        let max = try await test.person("Max", .member)
        try await test.hub.run(MakeInvite(to: test.project.id, as: .member, code: .random()), as: max)
        await refused(.forbidden) { try await test.hub.run(MakeInvite(to: test.project.id, as: .owner, code: .random()), as: max) }
    }

    @Test("a code is good for no longer than who made it may make it") func makers() async throws {
        let test = try await TestHub()
        let olga = try await test.person("Olga", .owner)
        let (invite, token) = (SecretToken.random(), SecretToken.random())
        try await test.hub.run(MakeInvite(to: test.project.id, as: .owner, code: invite), as: olga)
        try await test.hub.run(MakeRegistrationToken(for: test.project.id, secret: token, life: .seconds(60)), as: olga)
        guard case .person(let person, _) = olga else { return }
        try await test.hub.run(ChangeRole(of: person.id, in: test.project.id, to: .viewer), as: .hub)
        await refused(.unauthenticated) { _ = try await redeem(invite, "Olga", test) }
        await refused(.unauthenticated) { _ = try await register(token, "mac", machine: "m", key: RegisterServer.newKey(), test) }
        #expect(try await test.hub.ask(ListMembers(of: test.project.id), as: test.admin).dropFirst().map(\.role) == [.viewer])
        // Neither is used up by that.
        try await test.hub.run(ChangeRole(of: person.id, in: test.project.id, to: .owner), as: .hub)
        _ = try await register(token, "mac", machine: "m", key: RegisterServer.newKey(), test)
        #expect(try await redeem(invite, "Max", test).role == .owner)
    }

    private func register(_ secret: SecretToken, _ name: String, machine: String, key: Secret, _ test: TestHub) async throws -> Server {
        try await test.hub.run(
            RegisterServer(
                token: RegistrationToken(hubURL: "http://127.0.0.1:1", secret: secret).text.revealed, name: name,
                machine: .sample(id: machine), capabilities: Capabilities(), key: key),
            as: .stranger(name: name, over: .rest))
    }

    @Test("a registration token works once, and not after it expired") func registration() async throws {
        let test = try await TestHub()
        let secret = SecretToken.random()
        try await test.hub.run(MakeRegistrationToken(for: test.project.id, secret: secret, life: .seconds(60)), as: test.admin)
        _ = try await register(secret, "mac", machine: "m", key: RegisterServer.newKey(), test)
        await refused(.unauthenticated) { _ = try await register(secret, "mac", machine: "m", key: RegisterServer.newKey(), test) }
        let late = SecretToken.random()
        try await test.hub.run(MakeRegistrationToken(for: test.project.id, secret: late, life: .seconds(60)), as: test.admin)
        test.clock.advance(by: .seconds(60))
        await refused(.unauthenticated) { _ = try await register(late, "mac", machine: "m", key: RegisterServer.newKey(), test) }
        await refused(.unauthenticated) { _ = try await register(.random(), "mac", machine: "m", key: RegisterServer.newKey(), test) }
    }

    @Test("the same machine and name is the same server with a new key; another machine's equal name gets a number")
    func reregistration() async throws {
        let test = try await TestHub()
        let keys = (0..<2).map { _ in RegisterServer.newKey() }
        let first = try await test.server("mac", machine: "one")
        let second = try await test.server("mac", machine: "two", key: keys[0])
        #expect(first.name == "mac" && second.name == "mac-2")
        #expect(try await test.hub.authenticate(apiKey: keys[0].revealed)?.id == second.id)
        let again = try await test.server("mac", machine: "two", key: keys[1])
        #expect(again.id == second.id && again.name == "mac-2")
        #expect(try await test.hub.authenticate(apiKey: keys[0].revealed) == nil)
        #expect(try await test.hub.authenticate(apiKey: keys[1].revealed)?.id == second.id)
        #expect(try await test.server("mac", machine: "").name == "mac-3")
        #expect(try await test.server("mac", machine: "").name == "mac-4")
    }

    @Test("a revoked server that registers again does not take a name that another has now") func takenName() async throws {
        let test = try await TestHub()
        let first = try await test.server("mac", machine: "one")
        try await test.hub.run(RevokeServer("mac", in: test.project.id), as: test.admin)
        let second = try await test.server("mac", machine: "two")
        #expect(second.name == "mac")
        #expect(try await test.server("mac", machine: "one").name == "mac-2")
        try await test.hub.run(RevokeServer("mac", in: test.project.id), as: test.admin)
        #expect(try await test.hub.ask(ListServers(in: test.project.id), as: test.admin).map(\.server.name) == ["mac-2"])
        #expect(first.id != second.id)
    }

    @Test("a bearer token stands for a person with its role") func bearer() async throws {
        let test = try await TestHub()
        let token = MakeAPIToken.newToken()
        try await test.hub.run(MakeAPIToken(for: test.project.id, as: .viewer, name: "script", token: token), as: test.admin)
        let person = try #require(try await test.hub.authenticate(bearer: token.revealed))
        #expect(person.name == "script")
        await refused(.forbidden) { _ = try await test.create(by: .person(person, over: .rest)) }
        #expect(try await test.hub.authenticate(bearer: token.revealed + "x") == nil)
        #expect(try await test.hub.authenticate(apiKey: token.revealed) == nil)
    }

    @Test("no secret lies in the database's files") func stored() async throws {
        let test = try await TestHub()
        let codes = (0..<3).map { _ in SecretToken.random() }
        let (key, token) = (RegisterServer.newKey(), MakeAPIToken.newToken())
        try await test.hub.run(MakePairingCode(codes[0]), as: .hub)
        try await test.hub.run(MakeInvite(to: test.project.id, as: .owner, code: codes[1]), as: test.admin)
        try await test.hub.run(MakeRegistrationToken(for: test.project.id, secret: codes[2]), as: test.admin)
        _ = try await register(codes[2], "mac", machine: "m", key: key, test)
        try await test.hub.run(MakeAPIToken(for: test.project.id, as: .viewer, name: "script", token: token), as: test.admin)
        let names = try FileManager.default.contentsOfDirectory(atPath: test.directory.path)
        let bytes = try names.map { try Data(contentsOf: URL(fileURLWithPath: test.directory.file($0))) }
        #expect(bytes.contains { $0.range(of: Data("script".utf8)) != nil }, "the search itself works")
        for secret in codes.map(\.secret.revealed) + [key.revealed, token.revealed] {
            #expect(bytes.allSatisfy { $0.range(of: Data(secret.utf8)) == nil })
        }
    }

    @Test("after five wrong tries one waits a minute, then two; an hour of peace is forgiven") func limiter() throws {
        let limiter = TryLimiter()
        let clock = ManualClock()
        func fail(_ count: Int) { for _ in 0..<count { limiter.failed("a", at: clock.now()) } }
        fail(4)
        try limiter.check("a", at: clock.now())
        fail(1)
        #expect(throws: HubError.tooManyTries(until: clock.now() + .seconds(60))) { try limiter.check("a", at: clock.now()) }
        try limiter.check("b", at: clock.now())
        clock.advance(by: .seconds(60))
        try limiter.check("a", at: clock.now())
        fail(5)
        #expect(throws: HubError.tooManyTries(until: clock.now() + .seconds(120))) { try limiter.check("a", at: clock.now()) }
        clock.advance(by: .seconds(3600))
        fail(5)
        #expect(throws: HubError.tooManyTries(until: clock.now() + .seconds(60))) { try limiter.check("a", at: clock.now()) }
        limiter.succeeded("a")
        try limiter.check("a", at: clock.now())
    }
}
