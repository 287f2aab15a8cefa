import ChatOps
import HubCore
import HubService
import HubStore
import TelegramSimulator
import Testing

@Suite("Templates", .timeLimit(.minutes(3))) struct TemplateTests {
    @Test("a pipeline is saved in reply to the message that its button made")
    func save() async throws {
        try await Station.with(handler: try .real()) { station in
            let ana = try await station.person("Ana", administrator: true)
            let chat = station.chat(ana)
            try await station.simulator.send("/pipeline\nname: build\ntasks: [{id: a, title: Build it}]", from: ana, to: station.bot)
            let dry = try await station.simulator.waitForMessage(in: chat) { $0.isFromBot && $0.text.contains("Nothing is created yet.") }
            try await station.simulator.press("Create 1 task", on: dry, by: ana)
            let card = try await station.simulator.waitForMessage(in: chat) { $0.isFromBot && $0.text.contains("P1 build") }
            #expect(card.id == dry.id)
            try await station.simulator.send("/pipeline save nightly", from: ana, to: station.bot, replyTo: card)
            _ = try await station.simulator.waitForMessage(in: chat) { $0.isFromBot && $0.text.contains("P1 is saved as /nightly") }
            try await station.simulator.send("/nightly", from: ana, to: station.bot)
            _ = try await station.simulator.waitForMessage(in: chat) { $0.isFromBot && $0.text.contains("P2 build") }
        }
    }

    @Test("a form asks in a group, is answered by a reply, and two taps make one task")
    func form() async throws {
        try await Station.with(handler: try .real()) { station in
            let ana = try await station.person("Ana", administrator: true)
            let group = await station.simulator.addGroup(title: "Team", people: [ana], bots: [station.bot])
            try await station.simulator.send("/project default", from: ana, to: group)
            _ = try await station.simulator.waitForMessage(in: group) { $0.isFromBot && $0.text.contains("works in default") }
            try await station.simulator.send("/review", from: ana, to: group)
            let question = try await station.simulator.waitForMessage(in: group) { $0.isFromBot && $0.text.contains("Which repository?") }
            try await station.simulator.send("shop", from: ana, to: group, replyTo: question)
            _ = try await station.simulator.waitForMessage(in: group) { $0.isFromBot && $0.text.contains("Review shop: everything") }
            #expect(try await station.number("SELECT COUNT(*) FROM agent_task") == 1)
        }
    }

    @Test("what is saved and removed comes into the menus of the chats where it can be used, and of no others")
    func chatMenus() async throws {
        try await Station.with(handler: try .real()) { station in
            let simulator = station.simulator
            let ana = try await station.person("Ana", administrator: true)
            let ben = try await station.person("Ben", role: .member)
            let vic = try await station.person("Vic", role: .viewer)
            let (team, others) = (
                await simulator.addGroup(title: "Team", people: [ana, ben], bots: [station.bot]),
                await simulator.addGroup(title: "Others", people: [ana, ben], bots: [station.bot])
            )
            func menu(of person: World.Person, in chat: World.Chat.ID) async -> [World.BotCommand] {
                await simulator.commands(for: person, in: chat)
            }
            func isThere(_ name: String, for person: World.Person, in chat: World.Chat.ID) async -> Bool {
                await menu(of: person, in: chat).contains { $0.command == name }
            }
            try await station.eventually("the menus of all") { await isThere("help", for: ben, in: others) }
            for person in [ben, vic] {
                try await simulator.send("/me", from: person, to: station.bot)
                _ = try await simulator.waitForMessage(in: station.chat(person)) { $0.isFromBot }
            }
            try await simulator.send("/project default", from: ana, to: team)
            _ = try await simulator.waitForMessage(in: team) { $0.isFromBot && $0.text.contains("works in default") }
            try await simulator.send("/pipeline\nname: build\ntasks: [{id: a, title: Build it}]", from: ana, to: team)
            let dry = try await simulator.waitForMessage(in: team) { $0.isFromBot && $0.text.contains("Nothing is created yet.") }
            try await simulator.press("Create 1 task", on: dry, by: ana)
            _ = try await simulator.waitForMessage(in: team) { $0.isFromBot && $0.text.contains("P1 build") }
            try await simulator.send("/pipeline save P1 nightly", from: ana, to: team)
            try await station.eventually("it is in the group's menu") { await isThere("nightly", for: ben, in: team) }
            try await station.eventually("and in the member's") { await isThere("nightly", for: ben, in: station.chat(ben)) }
            let own = await menu(of: ben, in: station.chat(ben))
            #expect(own.last?.summary == "build: a task" && own.contains { $0.command == "help" })
            #expect(await !isThere("nightly", for: ben, in: others))
            #expect(await !isThere("nightly", for: vic, in: station.chat(vic)))
            // A chat that works in the project from now on has it at once, and one whose person is no member any more has it no more.
            try await simulator.send("/project default", from: ana, to: others)
            try await station.eventually("the other group's menu") { await isThere("nightly", for: ben, in: others) }
            let person = try #require(
                try await station.database.read { try PersonTable($0).find(identity: "telegram", String(ben.id)) })
            try await station.hub.run(ChangeRole(of: person.id, in: try await station.project().id, to: .viewer), as: .hub)
            try await station.eventually("no member, no template") { await !isThere("nightly", for: ben, in: station.chat(ben)) }
            #expect(await isThere("help", for: ben, in: station.chat(ben)))

            let set = await simulator.calls(of: "setMyCommands").count
            try await simulator.send("/pipeline remove nightly", from: ana, to: team)
            try await station.eventually("it is gone") { await !isThere("nightly", for: ben, in: team) }
            try await station.eventually("here, too") { await !isThere("nightly", for: ben, in: others) }
            #expect(await isThere("help", for: ben, in: team))
            #expect(await simulator.calls(of: "setMyCommands").count == set)
        }
    }

    @Test("a menu that a chat was given is not set again at the next start, and is taken back when there is nothing in it any more")
    func chatMenusAtStart() async throws {
        try await Station.with { station in
            let simulator = station.simulator
            let ana = try await station.person("Ana", administrator: true)
            try await simulator.send("hello", from: ana, to: station.bot)
            try await station.expect("you said hello", in: station.chat(ana))
            try await station.eventually("the menus of all") { await simulator.calls(of: "setMyCommands").count == 3 }
            let template = SavedTemplate(
                id: .random(), project: try await station.project().id, name: "nightly", document: ["tasks": []], createdBy: .hub,
                createdAt: station.hub.clock.now())
            try await station.database.write { try TemplateTable($0).insert(template) }
            station.gateway.menusChanged()
            try await station.eventually("a menu of its own") {
                try await station.number("SELECT COUNT(*) FROM telegram_slot WHERE name = 'menu' AND digest <> ''") == 1
            }
            #expect(await simulator.commands(for: ana, in: station.chat(ana)).map(\.command) == ["tasks", "nightly"])
            // A look at single chats that was due already may come before those of all, which are then yet to come. At the start there are
            // three of all, then this one and, once more, three of all.
            let set = 7
            try await station.eventually("those of all, too") { await simulator.calls(of: "setMyCommands").count == set }
            try await station.afterCrash { next in
                try await next.eventually("those of all, at the start") { await simulator.calls(of: "setMyCommands").count == set + 3 }
                next.gateway.menusChanged()
                try await next.eventually("and once more") { await simulator.calls(of: "setMyCommands").count == set + 6 }
                try await next.database.write { try TemplateTable($0).remove(template.id) }
                next.gateway.menusChanged()
                try await next.eventually("that of all private chats again") {
                    await simulator.commands(for: ana, in: next.chat(ana)).map(\.command) == ["tasks"]
                }
                // Three of all chats each time, of which the last may be yet to come, and none of this one.
                #expect(await simulator.calls(of: "setMyCommands").count <= set + 9)
            }
        }
    }

    @Test("menus are shown anew when the commands have changed")
    func menus() async throws {
        try await Station.with { station in
            try await station.eventually("the menus") { await station.simulator.calls(of: "setMyCommands").count == 3 }
            station.gateway.menusChanged()
            try await station.eventually("the menus once more") { await station.simulator.calls(of: "setMyCommands").count == 6 }
        }
    }
}
