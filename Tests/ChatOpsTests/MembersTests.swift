import HubCore
import HubService
import Testing

@testable import ChatOps

@Suite struct MembersTests {
    private func roles(_ bench: ChatBench) async throws -> [String: Role] {
        let members = try await bench.hub.ask(ListMembers(of: bench.web.id), as: .hub)
        return Dictionary(members.map { ($0.person.name, $0.role) }, uniquingKeysWith: { $1 })
    }

    @Test("/members shows who is in the project; only owners get buttons")
    func list() async throws {
        let bench = try await ChatBench()
        try await bench.hub.run(MakeAPIToken(for: bench.web.id, as: .member, name: "deploy", token: MakeAPIToken.newToken()), as: .hub)
        let words = """
            Who is in web:
            • Root (owner, administrator of this hub)
            • Ada (member)
            • Olga (owner)
            • Vic (viewer, you)
            • deploy (member, a script's token)
            """
        let seen = try await bench.say("/members", as: bench.vic)
        #expect(seen.words == words && seen.buttons.isEmpty)
        let owned = try await bench.say("/members", as: bench.olga)
        #expect(owned.words.hasSuffix("\n/invite lets somebody in."))
        #expect(owned.buttons.map(\.label) == ["Ada, member", "Olga, owner", "Vic, viewer", "deploy, member, a script's token"])
        let ada = try await bench.press(try #require(owned.button("Ada, member")), as: bench.olga)
        #expect(ada.words == "Ada is in web: member." && ada.buttons.map(\.label) == ["Make viewer", "Make owner", "Remove"])
        #expect(try await bench.press(try #require(owned.button("Ada, member")), as: bench.ada).buttons.isEmpty)
        #expect(try await bench.say("/members Root", as: bench.olga).buttons.isEmpty)
        #expect(try await bench.say("/members", as: bench.nora).words.contains("not part of"))
    }

    @Test("owners change roles by typing and by buttons; nobody else does")
    func change() async throws {
        let bench = try await ChatBench()
        #expect(try await bench.say("/members ada Viewer", as: bench.olga).words == "Ada is a viewer of web now.")
        #expect(try await roles(bench)["Ada"] == .viewer)
        let detail = try await bench.say("/members Ada", as: bench.olga)
        let make = try #require(detail.button("Make member"))
        #expect(try await bench.press(make, as: bench.vic).isAlert)
        #expect(try await roles(bench)["Ada"] == .viewer)
        #expect(try await bench.press(make, as: bench.olga).words == "Ada is a member of web now.")
        let question = try await bench.say("/members Ada owner", as: bench.olga)
        #expect(question.words.hasPrefix("Make Ada an owner of web?"))
        #expect(try await roles(bench)["Ada"] == .member)
        _ = try await bench.press(try #require(question.button("Yes, make owner")), as: bench.olga)
        #expect(try await roles(bench)["Ada"] == .owner)
        #expect(try await bench.say("/members Olga viewer", as: bench.olga).words.hasPrefix("Become a viewer of web?"))
        #expect(try await roles(bench)["Olga"] == .owner)
        for text in ["/members Vic member", "/members Vic remove yes"] {
            #expect(try await bench.say(text, as: bench.vic).words.contains("that takes an owner"))
        }
        #expect(try await roles(bench)["Vic"] == .viewer)
    }

    @Test("who is removed has to be confirmed, is out at once, and comes back by an invitation only")
    func remove() async throws {
        let bench = try await ChatBench()
        let question = try await bench.say("/members Ada remove", as: bench.olga)
        #expect(question.words.hasPrefix("Take Ada out of web?"))
        #expect(try await roles(bench)["Ada"] == .member)
        let yes = try #require(question.button("Yes, remove"))
        #expect(try await bench.press(yes, as: bench.olga).words.hasPrefix("Ada is out of web"))
        #expect(try await roles(bench)["Ada"] == nil)
        #expect(try await bench.say("/tasks", as: bench.ada).words.contains("not part of"))
        #expect(try await bench.press(yes, as: bench.olga).words.hasPrefix("They are not in web any more"), "a stale button")
        #expect(try await bench.say("/members Olga remove", as: bench.olga).words.hasPrefix("Take yourself out of web?"))
        let script = MakeAPIToken.newToken()
        try await bench.hub.run(MakeAPIToken(for: bench.web.id, as: .member, name: "deploy", token: script), as: .hub)
        #expect(try await bench.say("/members deploy remove", as: bench.olga).words.hasPrefix("Revoke the token of deploy?"))
        _ = try await bench.say("/members deploy remove yes", as: bench.olga)
        #expect(try await bench.hub.authenticate(bearer: script.revealed) == nil)
    }

    @Test("a button is about the project that it was made in, whatever the chat works in by then")
    func otherProject() async throws {
        let bench = try await ChatBench()
        try await bench.admit(bench.ada, to: bench.secret, as: .member)
        let yes = try #require(try await bench.say("/members Ada remove", as: bench.administrator).button("Yes, remove"))
        #expect(try await bench.press(yes, as: bench.administrator, in: bench.secret).words.hasPrefix("Ada is out of web."))
        #expect(try await bench.hub.ask(ListMembers(of: bench.secret.id), as: .hub).contains { $0.person.name == "Ada" })
    }

    @Test("what cannot be is refused in a sentence, and changes nothing")
    func wrong() async throws {
        let bench = try await ChatBench()
        let before = try await roles(bench)
        for (text, words) in [
            ("/members Eve", "There is no “Eve” in web: /\u{2060}members lists who is there."),
            ("/members Ada king", "“king” is nothing to do with a member: there is viewer, member, owner and remove."),
            ("/members Root viewer", "Root is the administrator of this hub and owns every project"),
            ("/members Root remove yes", "Root is the administrator of this hub and owns every project"),
            ("/members Nora viewer", "There is no “Nora” in web"),
        ] {
            let reply = try await bench.say(text, as: bench.olga).words
            #expect(reply.hasPrefix(words), "\(text): \(reply)")
        }
        for _ in 0..<2 {
            try await bench.hub.run(MakeAPIToken(for: bench.web.id, as: .viewer, name: "twin", token: MakeAPIToken.newToken()), as: .hub)
        }
        let several = try await bench.say("/members twin remove yes", as: bench.olga)
        #expect(several.words == "Several are called so: choose one, then say what to do." && several.buttons.count == 2)
        #expect(try await roles(bench) == before.merging(["twin": .viewer]) { $1 })
    }
}
