import ChatOps
import HubCore
import HubService
import HubStore
import TelegramBot
import TelegramSimulator
import Testing

@Suite("Menus of commands", .timeLimit(.minutes(3))) struct MenuTests {
    @Test("hold in a private chat what its person may do there, and strangers get none of their own")
    func roles() async throws {
        try await Station.with(handler: try .real()) { station in
            let ana = try await station.person("Ana", administrator: true)
            let ben = try await station.person("Ben", role: .member)
            let vic = try await station.person("Vic", role: .viewer)
            let eve = await station.simulator.addPerson(name: "Eve")
            for person in [eve, ben, vic, ana] { try await station.meet(person) }
            try await station.eventually("the administrator's menu") { await station.menu(of: ana) == station.commands(.owner) }
            try await station.eventually("the viewer's menu") { await station.menu(of: vic) == station.commands(.viewer) }
            try await station.eventually("the menu of all") { await station.menu(of: eve) == station.commands(.member) }
            #expect(station.commands(.owner).contains("token") && station.commands(.owner).contains("reload"))
            #expect(!station.commands(.viewer).contains("new") && station.commands(.viewer).contains("tasks"))
            #expect(await station.menu(of: ben) == station.commands(.member))
            #expect(await station.chatsWithMenus() == [ana.id, vic.id].sorted())
        }
    }

    @Test("follow the role, and are set again neither by word of something else nor at the next start")
    func changes() async throws {
        try await Station.with(handler: try .real()) { station in
            let ben = try await station.person("Ben", role: .member)
            let vic = try await station.person("Vic", role: .viewer)
            for person in [ben, vic] { try await station.meet(person) }
            try await station.eventually("the viewer's menu") { await station.menu(of: vic) == station.commands(.viewer) }
            try await station.change(vic, to: .member)
            try await station.eventually("the member's menu") { await station.menu(of: vic) == station.commands(.member) }
            try await station.change(vic, to: .owner)
            try await station.eventually("the owner's menu") { await station.menu(of: vic) == station.commands(.owner) }
            #expect(await station.chatsWithMenus() == [vic.id, vic.id])
            try await station.eventually("it is noted") {
                try await station.number("SELECT COUNT(*) FROM telegram_slot WHERE name = 'menu' AND digest <> ''") == 1
            }
            try await station.afterCrash(handler: try .real()) { next in
                next.gateway.menusChanged()
                try await next.change(ben, to: .viewer)
                try await next.eventually("the other's menu") { await next.menu(of: ben) == next.commands(.viewer) }
                #expect(await next.menu(of: vic) == next.commands(.owner))
                #expect(await next.chatsWithMenus() == [vic.id, vic.id, ben.id].sorted())
            }
        }
    }

    @Test("of who works in several projects are those of the chosen one, and of the highest role where none is")
    func projects() async throws {
        try await Station.with(handler: try .real()) { station in
            let vic = try await station.person("Vic", role: .viewer)
            let web = Project(id: .random(), name: "web", createdAt: station.hub.clock.now())
            let person = try await station.known(vic)
            try await station.database.write { connection in
                try ProjectTable(connection).insert(web)
                try PersonTable(connection).setRole(.owner, of: person.id, in: web.id, at: web.createdAt)
            }
            try await station.meet(vic)
            try await station.eventually("the highest role's") { await station.menu(of: vic) == station.commands(.owner) }
            try await station.simulator.send("/project default", from: vic, to: station.bot)
            try await station.eventually("the viewer's") { await station.menu(of: vic) == station.commands(.viewer) }
            try await station.simulator.send("/project web", from: vic, to: station.bot)
            try await station.eventually("the owner's") { await station.menu(of: vic) == station.commands(.owner) }
            // Who has lost their role there works in the one that is left to them.
            try await station.database.write { connection in
                _ = try connection.execute("DELETE FROM membership WHERE project = \(web.id) AND person = \(person.id)")
            }
            station.gateway.menusChanged()
            try await station.eventually("the viewer's again") { await station.menu(of: vic) == station.commands(.viewer) }
        }
    }

    @Test("of groups hold what makes them work in a project for who leads them, and for nobody else")
    func groups() async throws {
        try await Station.with(handler: try .real()) { station in
            let (ana, mia) = (try await station.person("Ana", administrator: true), try await station.person("Mia", role: .member))
            let group = await station.simulator.addGroup(title: "Team", people: [ana, mia], bots: [station.bot])
            try await station.simulator.setMembership(of: ana.id, in: group, to: .administrator, by: ana)
            try await station.eventually("the menus of all") { await station.simulator.calls(of: "setMyCommands").count == 3 }
            let led = await station.simulator.commands(for: ana, in: group).map(\.command)
            let others = await station.simulator.commands(for: mia, in: group).map(\.command)
            #expect(led.contains("bind") && led.contains("unbind") && led.contains("tasks"))
            #expect(others.contains("tasks") && !others.contains("bind"))
        }
    }

    @Test("are asked for no more than Telegram allows: a bot that is told to wait does, and the others go on")
    func freeze() async throws {
        try await Station.with(handler: try .real()) { station in
            let second = await station.simulator.addBot(username: "second_bot")
            try await station.gateway.addBot(token: try #require(BotToken(second.token)))
            try await station.eventually("the menus of all") { await station.simulator.calls(of: "setMyCommands").count == 6 }
            let (vic, val) = (try await station.person("Vic", role: .viewer), try await station.person("Val", role: .viewer))
            await station.simulator.inject(.tooManyRequests(retryAfter: 3600), method: "setMyCommands", bot: station.bot)
            try await station.meet(vic)
            try await station.eventually("the refusal") { await station.simulator.calls(of: "setMyCommands").last?.status == 429 }
            try await station.meet(val)
            try await station.simulator.send("/me", from: val, to: second)
            let chat = World.Chat.ID.direct(bot: second.id, person: val.id)
            try await station.eventually("the menu of the other bot") {
                await station.simulator.commands(for: val, in: chat).map(\.command) == station.commands(.viewer)
            }
            #expect(await station.simulator.calls(of: "setMyCommands", by: station.bot).map(\.status) == [200, 200, 200, 429])
        }
    }

    @Test("that were refused for a moment are set when it is over")
    func pause() async throws {
        try await Station.with(handler: try .real()) { station in
            try await station.eventually("the menus of all") { await station.simulator.calls(of: "setMyCommands").count == 3 }
            let vic = try await station.person("Vic", role: .viewer)
            await station.simulator.inject(.tooManyRequests(retryAfter: 1), method: "setMyCommands")
            try await station.meet(vic)
            try await station.eventually("the viewer's menu") { await station.menu(of: vic) == station.commands(.viewer) }
            #expect(await station.simulator.calls(of: "setMyCommands").map(\.status) == [200, 200, 200, 429, 200])
        }
    }

    @Test("are asked for once of a server that does not know them")
    func unknown() async throws {
        let handler = try ScriptedHandler.real()
        try await Station.with(handler: handler) { station in
            let second = await station.simulator.addBot(username: "second_bot")
            await station.simulator.inject(
                .error(code: 404, description: "Not Found: method not found"), method: "setMyCommands", bot: second, times: 20)
            try await station.gateway.addBot(token: try #require(BotToken(second.token)))
            try await station.eventually("the first is refused") {
                await station.simulator.calls(of: "setMyCommands", by: second).map(\.status) == [404]
            }
            let vic = try await station.person("Vic", role: .viewer)
            try await station.simulator.send("/me", from: vic, to: second)
            _ = try await station.simulator.waitForMessage(in: .direct(bot: second.id, person: vic.id)) { $0.isFromBot }
            try await station.meet(vic)
            try await station.eventually("the other bot's menu") { await station.menu(of: vic) == station.commands(.viewer) }
            #expect(await station.simulator.calls(of: "setMyCommands", by: second).count == 1)
            #expect(station.logs.all.split(separator: "\n").filter { $0.contains("does not know menus") }.count == 1)
        }
    }
}

extension Station {
    /// What the catalogue offers in private.
    fileprivate func commands(_ role: Role?) -> [String] { handler.menu(isPrivate: true, role: role, saved: []).map(\.name) }

    fileprivate func menu(of person: World.Person) async -> [String] {
        await simulator.commands(for: person, in: chat(person)).map(\.command)
    }

    /// The chats whose menus were set, once for each time.
    fileprivate func chatsWithMenus() async -> [Int64] {
        await simulator.calls(of: "setMyCommands").compactMap { $0.parameters["scope"]?["chat_id"]?.integer }.sorted()
    }

    /// Lets somebody write to the bot for the first time.
    fileprivate func meet(_ person: World.Person) async throws {
        try await simulator.send("/me", from: person, to: bot)
        _ = try await simulator.waitForMessage(in: chat(person)) { $0.isFromBot }
    }

    fileprivate func known(_ account: World.Person) async throws -> Person {
        try #require(try await database.read { try PersonTable($0).find(identity: "telegram", String(account.id)) })
    }

    fileprivate func change(_ account: World.Person, to role: Role) async throws {
        try await hub.run(ChangeRole(of: try await known(account).id, in: try await project().id, to: role), as: .hub)
    }
}
