import Cryptography
import HubCore
import HubService
import HubTesting
import Testing

@Suite struct MembershipTests {
    private func members(_ test: TestHub) async throws -> [ListMembers.Member] {
        try await test.hub.ask(ListMembers(of: test.project.id), as: test.admin)
    }

    @Test("who was removed sees nothing, may do nothing, and what they made to act later does not")
    func removed() async throws {
        let test = try await TestHub()
        let max = try await test.person("Max", .member)
        let person = try #require(max.person)
        let task = try await test.create(by: max)
        let invite = SecretToken.random()
        try await test.hub.run(MakeInvite(to: test.project.id, as: .viewer, code: invite), as: max)
        try await test.hub.run(RemoveMember(person.id, from: test.project.id), as: test.admin)
        #expect(try await members(test).map(\.person.name) == ["Ada"])
        await refused(.notFound) { _ = try await test.hub.ask(GetTask(task.reference), as: max) }
        await refused(.notFound) { _ = try await test.create(by: max) }
        await refused(.unauthenticated) {
            try await test.hub.run(
                RedeemCode(invite.secret.revealed, identity: ("telegram", "Eve"), name: "Eve"), as: .stranger(name: "Eve", over: .telegram))
        }
        #expect(try await test.task(task).task.state == .pending, "what they made stays")
        let event = try #require(try await test.events().last)
        #expect(event.fact.kind == .personRemoved && event.fact.before == "member" && event.fact.actor.name == "Ada")
        await refused(.notFound) { try await test.hub.run(RemoveMember(person.id, from: test.project.id), as: test.admin) }
        #expect(try await test.person("Max", .viewer).person == person, "an invitation lets them in again")
    }

    @Test("a script's token is dead once it was removed") func token() async throws {
        let test = try await TestHub()
        let token = MakeAPIToken.newToken()
        try await test.hub.run(MakeAPIToken(for: test.project.id, as: .member, name: "deploy", token: token), as: test.admin)
        let script = try #require(try await members(test).first(where: \.isScript))
        #expect(script.person.name == "deploy" && script.role == .member)
        try await test.hub.run(RemoveMember(script.person.id, from: test.project.id), as: test.admin)
        #expect(try await test.hub.authenticate(bearer: token.revealed) == nil)
        #expect(try await members(test).count == 1)
        let event = try #require(try await test.events().last)
        #expect(event.fact.kind == .tokenRevoked && event.fact.data["name"] == "deploy")
    }

    @Test("an administrator owns every project, and nobody in it changes that") func administrator() async throws {
        let test = try await TestHub()
        let olga = try await test.person("Olga", .owner)
        let count = try await test.eventCount()
        let ada = test.administrator.id
        await refused(.conflict) { try await test.hub.run(ChangeRole(of: ada, in: test.project.id, to: .viewer), as: olga) }
        await refused(.conflict) { try await test.hub.run(RemoveMember(ada, from: test.project.id), as: olga) }
        await refused(.notFound) { try await test.hub.run(RemoveMember(.random(), from: test.project.id), as: olga) }
        #expect(try await test.eventCount() == count)
        #expect(try await members(test).map(\.role) == [.owner, .owner])
    }

    @Test("the last administrator stays one; another keeps the roles that they were given") func administrators() async throws {
        let test = try await TestHub()
        await refused(.conflict) { try await test.hub.run(EndAdministration(of: test.administrator.id), as: .hub) }
        let max = try #require(try await test.person("Max", .viewer).person)
        await refused(.notFound) { try await test.hub.run(EndAdministration(of: max.id), as: .hub) }
        let code = SecretToken.random()
        try await test.hub.run(MakePairingCode(code), as: .hub)
        try await test.hub.run(
            RedeemCode(code.secret.revealed, identity: ("telegram", "Max"), name: "Max"), as: .stranger(name: "Max", over: .telegram))
        #expect(try await test.hub.administrators().map(\.name) == ["Ada", "Max"])
        try await test.hub.run(EndAdministration(of: max.id), as: .hub)
        #expect(try await test.hub.administrators().map(\.name) == ["Ada"])
        #expect(try await members(test).map(\.role) == [.owner, .viewer])
        let event = try #require(try await test.events().last)
        #expect(event.fact.kind == .personRoleChanged && event.fact.before == "owner" && event.fact.after == "viewer")
        let now = try #require(try await test.hub.person(identity: "telegram", "Max"))
        await refused(.forbidden) { _ = try await test.create(by: .person(now, over: .telegram)) }
    }

    @Test("a chat is given to a project by who owns both, and each change is on record") func binding() async throws {
        let test = try await TestHub()
        let shop = try await test.hub.run(CreateProject("shop"), as: test.admin)
        let olga = try await test.person("Olga", .owner, in: shop)
        await refused(.notFound) { try await test.hub.run(BindChat("1/-2", to: shop.id, from: test.project.id), as: olga) }
        try await test.hub.run(BindChat("1/-2", to: shop.id, from: test.project.id), as: test.admin)
        try await test.hub.run(BindChat("1/-2", to: shop.id, from: shop.id), as: olga)
        try await test.hub.run(UnbindChat("1/-2", from: shop.id), as: olga)
        let events = try await test.events().suffix(3)
        #expect(events.map(\.fact.kind) == [.chatUnbound, .chatBound, .chatUnbound])
        #expect(events.map(\.project) == [test.project.id, shop.id, shop.id])
        #expect(events.allSatisfy { $0.fact.subject == .chat("1/-2") })
        #expect(try await test.hub.verifyAudit().isEmpty)
    }

    @Test("codes of who was removed are dead, also when they are let in again") func codes() async throws {
        let test = try await TestHub()
        let max = try await test.person("Max", .owner)
        let codes = [SecretToken.random(), SecretToken.random()]
        for (code, maker) in zip(codes, [max, test.admin]) {
            try await test.hub.run(MakeInvite(to: test.project.id, as: .viewer, code: code), as: maker)
        }
        try await test.hub.run(RemoveMember(#require(max.person).id, from: test.project.id), as: test.admin)
        _ = try await test.person("Max", .owner)
        func redeem(_ code: SecretToken) async throws {
            try await test.hub.run(
                RedeemCode(code.secret.revealed, identity: ("telegram", "Eve"), name: "Eve"), as: .stranger(name: "Eve", over: .telegram))
        }
        await refused(.unauthenticated) { try await redeem(codes[0]) }
        try await redeem(codes[1])
    }

    @Test("people are named by name, user name or the beginning of the id") func names() {
        func person(_ name: String) -> Person {
            Person(id: .random(), name: name, isAdministrator: false, createdAt: Timestamp(milliseconds: 0))
        }
        let people = [person("Ada (@ada)"), person("Ada Two (@adatwo)"), person("Bob"), person("bob")]
        func named(_ text: String) -> [Int] { people.named(text).compactMap { people.firstIndex(of: $0) } }
        #expect(named("Ada") == [0] && named("@ADA") == [0] && named("ada two") == [1] && named("adatwo") == [1])
        #expect(named("Bob") == [2, 3] && named("Eve") == [] && named("") == [])
        for (index, person) in people.enumerated() {
            #expect(named(person.id.text) == [index] && named(String(person.id.text.prefix(13))) == [index])
        }
    }
}
