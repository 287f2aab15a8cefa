import ChatOps
import HubCore
import HubService
import TelegramBot
import TelegramGateway
import TelegramSimulator
import Testing

@Suite("Bots", .timeLimit(.minutes(3))) struct BotTests {
    @Test("are added while the hub runs, and several speak side by side")
    func adding() async throws {
        try await Station.with { station in
            let ana = try await station.person("Ana", administrator: true)
            let second = await station.simulator.addBot(username: "second_bot")
            let added = try await station.gateway.addBot(token: try #require(BotToken(second.token)))
            #expect(added.username == "second_bot")
            try await station.simulator.send("hello", from: ana, to: second)
            try await station.expect("you said hello", in: .direct(bot: second.id, person: ana.id))
            #expect(Set(station.gateway.bots.map(\.id)) == [station.bot.id, second.id])
            try await station.gateway.removeBot(second.id)
            #expect(station.gateway.bots.map(\.id) == [station.bot.id])
            #expect(try await station.number("SELECT COUNT(*) FROM telegram_bot") == 1)
        }
    }

    @Test("tell how they do: the age of the last finished poll (pain 14)")
    func status() async throws {
        try await Station.with { station in
            try await station.eventually("a first poll") { await station.simulator.isPolling(station.bot) }
            let ana = try await station.person("Ana", administrator: true)
            try await station.simulator.send("hello", from: ana, to: station.bot)
            try await station.expect("you said hello", in: station.chat(ana))
            try await station.eventually("a name") { station.gateway.bots.first?.username == "hub_bot" }
            let status = try #require(station.gateway.bots.first)
            #expect(status.state == .polling)
            #expect(try #require(status.secondsSincePoll) < 60)
            #expect(status.line.hasPrefix("@hub_bot: last poll "))
        }
    }

    @Test("14 deaf bot: a poll that hangs is given up and rebuilt, and what was said meanwhile is heard")
    func deaf() async throws {
        try await Station.with(settings: { $0.pollSeconds = 1 }) { station in
            let ana = try await station.person("Ana", administrator: true)
            try await station.simulator.send("hello", from: ana, to: station.bot)
            try await station.expect("you said hello", in: station.chat(ana))
            await station.simulator.inject(.hang, method: "getUpdates")
            try await station.eventually("a poll that hangs") { await station.simulator.callsHanging == 1 }
            try await station.simulator.send("is anybody there?", from: ana, to: station.bot)
            try await station.expect("you said is anybody there?", in: station.chat(ana))
            try await station.eventually("it polls as before") { station.gateway.bots.first?.state == .polling }
        }
    }

    @Test("know their names before they hear anything, so that whoever calls one by its name is heard")
    func names() async throws {
        try await Station.with(handler: try .real()) { station in
            let ana = try await station.person("Ana", administrator: true)
            let second = await station.simulator.addBot(username: "second_bot")
            let group = await station.simulator.addGroup(title: "Team", people: [ana], bots: [second])
            let asked = try await station.simulator.send("/me@second_bot", from: ana, to: group)
            await station.simulator.inject(.internalServerError, method: "getMe", bot: second)
            await station.simulator.inject(.delay(.milliseconds(300)), method: "getMe", bot: second)
            let token = try #require(BotToken(second.token))
            try await station.afterCrash(handler: try .real(), settings: { $0.tokens.append(token) }) { next in
                _ = try await next.simulator.waitForMessage(in: group, after: asked) { $0.isFromBot && $0.text.contains("Ana") }
            }
            let calls = await station.simulator.calls(of: "getUpdates", by: second)
            #expect(try #require(calls.first?.number) > (await station.simulator.calls(of: "getMe", by: second).last?.number ?? .max))
        }
    }

    @Test("report a second poller to the administrators once, and do not fight it (pain 25)")
    func conflict() async throws {
        try await Station.with { station in
            let ana = try await station.person("Ana", administrator: true)
            try await station.simulator.send("hello", from: ana, to: station.bot)
            try await station.expect("you said hello", in: station.chat(ana))
            let began = ContinuousClock.now
            await station.simulator.inject(
                .error(
                    code: 409,
                    description: "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"),
                method: "getUpdates", times: 20)
            try await station.simulator.send("wake", from: ana, to: station.bot)
            try await station.expect(
                "@hub_bot is polled by another program, too, so that I miss messages: stop one of them.", in: station.chat(ana))
            #expect(station.gateway.bots.first?.state == .conflict)
            let polls = await station.simulator.calls(of: "getUpdates").filter { $0.status == 409 }.count
            // After each the poller waits for five seconds at least.
            #expect(polls <= 1 + Int((ContinuousClock.now - began) / .seconds(5)))
        }
    }

    @Test("that have a webhook are heard: it is deleted, once; one that comes back is reported and not fought")
    func webhook() async throws {
        try await Station.with { station in
            let ana = try await station.person("Ana", administrator: true)
            let second = await station.simulator.addBot(username: "second_bot")
            let (token, chat) = (try #require(BotToken(second.token)), World.Chat.ID.direct(bot: second.id, person: ana.id))
            let client = BotAPIClient(token: token, transport: station.transport, baseURL: station.simulator.url)
            var call = MethodCall("setWebhook", isRepeatable: true)
            let hook = "https://example.org/hook"
            call.set("url", hook)
            #expect(try await client.call(call, returning: Bool.self))
            try await station.simulator.send("hello", from: ana, to: second)
            try await station.gateway.addBot(token: token)
            // Also what was said before.
            try await station.expect("you said hello", in: chat)
            #expect(station.logs.all.contains("a bot had a webhook, with which it cannot be polled: it was deleted"))
            #expect(try await client.webhookInfo().url == "")

            let conflict = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
            await station.simulator.inject(.error(code: 409, description: conflict), method: "getUpdates", bot: second, times: 20)
            try await station.simulator.send("wake", from: ana, to: second)
            try await station.expect(
                "@second_bot has a webhook, which another program sets, so that I hear nothing: stop that program.", in: chat)
            let status = try #require(station.gateway.bots.first { $0.id == second.id })
            #expect(status.state == .webhook)
            #expect(status.line.hasPrefix("@second_bot: has a webhook: another program sets it, so that nothing is heard here"))
            #expect(await station.simulator.calls(of: "deleteWebhook").count == 1)
        }
    }

    @Test("are all waited for at the start until they have said their names, however many there are")
    func introductions() async throws {
        try await Station.with { station in
            for number in 1...17 {
                let bot = await station.simulator.addBot(username: "bot\(number)_bot")
                try await station.gateway.addBot(token: try #require(BotToken(bot.token)))
            }
            try await station.afterCrash { next in
                let names = try await next.gateway.introductions(atMost: .seconds(60)).map { $0.username ?? "none" }
                #expect(Set(names) == Set((1...17).map { "bot\($0)_bot" } + ["hub_bot"]))
            }
        }
    }

    @Test("whose token was revoked stop, and another one says so")
    func revoked() async throws {
        try await Station.with { station in
            let ana = try await station.person("Ana", administrator: true)
            let second = await station.simulator.addBot(username: "second_bot")
            try await station.gateway.addBot(token: try #require(BotToken(second.token)))
            try await station.simulator.send("hello", from: ana, to: station.bot)
            try await station.expect("you said hello", in: station.chat(ana))
            try await station.simulator.send("hello", from: ana, to: second)
            try await station.expect("you said hello", in: .direct(bot: second.id, person: ana.id))
            await station.simulator.inject(.unauthorized, method: "getUpdates", bot: second)
            await station.simulator.inject(.unauthorized, method: "sendMessage", bot: second)
            try await station.simulator.send("anybody?", from: ana, to: second)
            try await station.expect(
                "The token of @second_bot is not valid any more: it neither hears nor sends. @BotFather gives a new one.",
                in: station.chat(ana))
            #expect(!station.logs.all.contains(second.token))
        }
    }

    @Test("show a menu of commands per kind of chat")
    func menus() async throws {
        try await Station.with { station in
            let ana = try await station.person("Ana", administrator: true)
            try await station.eventually("the menus") { await station.simulator.calls(of: "setMyCommands").count == 3 }
            try await station.simulator.send("hello", from: ana, to: station.bot)
            #expect(await station.simulator.commands(for: ana, in: station.chat(ana)).map(\.summary) == ["my tasks"])
        }
    }
}
