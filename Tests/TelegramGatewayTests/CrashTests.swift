import ChatOps
import HubCore
import HubService
import HubStore
import TelegramSimulator
import Testing

@testable import TelegramGateway

@Suite("A crash", .timeLimit(.minutes(3))) struct CrashTests {
    @Test("before the handler has begun loses nothing")
    func beforeHandling() async throws {
        let latch = Latch()
        let handler = ScriptedHandler(answer: { _, _ in
            await latch.wait()
            return .silence
        })
        try await Station.with(handler: handler) { station in
            let ana = try await station.person("Ana", administrator: true)
            for number in 1...3 { try await station.simulator.send("message \(number)", from: ana, to: station.bot) }
            try await station.eventually("three in the inbox") {
                try await station.number("SELECT COUNT(*) FROM telegram_inbox WHERE handled_at IS NULL") == 3
            }
            try await station.afterCrash { next in
                try await next.expect("you said message 3", in: next.chat(ana))
                #expect(await next.texts(next.chat(ana)) == (1...3).map { "you said message \($0)" })
            }
            latch.open()
        }
    }

    @Test("between effect and answer repeats no effect, and answers once")
    func betweenEffectAndAnswer() async throws {
        let latch = Latch()
        let handler = ScriptedHandler(answer: { request, hub in
            let reply = try await ScriptedHandler.creating(request, hub)
            await latch.wait()
            return reply
        })
        try await Station.with(handler: handler) { station in
            let ana = try await station.person("Ana", administrator: true)
            try await station.simulator.send("/new fix it", from: ana, to: station.bot)
            try await station.eventually("the task") { try await station.number("SELECT COUNT(*) FROM agent_task") == 1 }
            try await station.afterCrash(handler: ScriptedHandler(answer: ScriptedHandler.creating)) { next in
                try await next.expect("created #1", in: next.chat(ana))
                try await next.simulator.send("/new more", from: ana, to: next.bot)
                try await next.expect("created #2", in: next.chat(ana))
                #expect(await next.texts(next.chat(ana)) == ["created #1", "created #2"])
                #expect(try await next.number("SELECT COUNT(*) FROM agent_task") == 2)
            }
            latch.open()
        }
    }

    @Test("before an answer was sent sends it once")
    func beforeSending() async throws {
        try await Station.with { station in
            let ana = try await station.person("Ana", administrator: true)
            await station.simulator.inject(.hang, method: "sendMessage")
            try await station.simulator.send("hello", from: ana, to: station.bot)
            try await station.eventually("the call hangs") { await station.simulator.calls(of: "sendMessage").count == 1 }
            try await station.afterCrash { next in
                try await next.expect("you said hello", in: next.chat(ana))
                #expect(await next.texts(next.chat(ana)) == ["you said hello"])
            }
        }
    }

    @Test("before it is known that an answer arrived repeats it, but not a progress line")
    func beforeNoting() async throws {
        let handler = ScriptedHandler(answer: { request, _ in
            ChatReply([ChatMessage(ChatText("about \(request.text)"), urgency: request.text == "progress" ? .live : .answer)])
        })
        try await Station.with(handler: handler) { station in
            let ana = try await station.person("Ana", administrator: true)
            let bob = try await station.person("Bob", administrator: true)
            await station.simulator.inject(.resetAfterEffect, method: "sendMessage", chat: station.chat(ana))
            await station.simulator.inject(.hang, method: "sendMessage", chat: station.chat(bob))
            try await station.simulator.send("progress", from: bob, to: station.bot)
            try await station.eventually("the call is under way") {
                try await station.number("SELECT COUNT(*) FROM telegram_outbox WHERE state = 'in_flight'") == 1
            }
            // The answer is lost; before it is repeated, everything stops.
            try await station.simulator.send("work", from: ana, to: station.bot)
            try await station.expect("about work", in: station.chat(ana))
            try await station.afterCrash { next in
                try await next.eventually("the repetition") { await next.texts(next.chat(ana)).count >= 2 }
                try await next.simulator.send("last", from: bob, to: next.bot)
                try await next.expect("you said last", in: next.chat(bob))
                #expect(await next.texts(next.chat(bob)) == ["you said last"])
                #expect(try await next.number("SELECT COUNT(*) FROM telegram_outbox WHERE state = 'uncertain'") == 1)
            }
        }
    }

    @Test("leaves buttons that still work, and say so when they do not (pain 27)")
    func buttons() async throws {
        let task = AgentTask.ID.random()
        let handler = ScriptedHandler(answer: { _, _ in
            ChatReply([ChatMessage("a plan waits", buttons: [[ChatButton("Approve", .approve(task, planHash: "h"))]])])
        })
        try await Station.with(handler: handler) { station in
            let ana = try await station.person("Ana", administrator: true)
            try await station.simulator.send("/plan", from: ana, to: station.bot)
            let message = try await station.expect("a plan waits", in: station.chat(ana))
            try await station.eventually("it is noted") {
                try await station.number("SELECT COUNT(*) FROM telegram_outbox WHERE state = 'sent'") == 1
            }
            let deciding = ScriptedHandler(press: { _, _ in
                ChatReply(toast: "approved", edit: ChatMessage("approved by Ana"))
            })
            try await station.afterCrash(handler: deciding) { next in
                let answer = try await next.simulator.press("Approve", on: message, by: ana)
                #expect(answer.text == "approved")
                try await next.expect("approved by Ana", in: next.chat(ana))
                let edited = await next.simulator.message(message.id, in: next.chat(ana))
                #expect(edited?.buttons == [])
                #expect(deciding.presses.map(\.action) == [.approve(task, planHash: "h")])
                try await next.database.write { _ = try $0.execute("DELETE FROM telegram_button") }
                let late = try await next.simulator.press("Approve", on: message, by: ana)
                #expect(late.text == "This button is no longer valid: send /tasks")
                #expect(late.showAlert)
                #expect(deciding.presses.count == 1)
            }
        }
    }

    @Test("lets a slow decision be answered within a second or so, and carried out all the same")
    func slowPress() async throws {
        let latch = Latch()
        let handler = ScriptedHandler(
            press: { _, _ in
                await latch.wait()
                return ChatReply(toast: "too late for a toast", edit: ChatMessage("decided"))
            },
            answer: { _, _ in ChatReply([ChatMessage("decide", buttons: [[ChatButton("Yes", .command("/yes", inPlace: true))]])]) })
        try await Station.with(handler: handler, settings: { $0.pressPatience = GatewaySettings().pressPatience }) { station in
            let ana = try await station.person("Ana", administrator: true)
            try await station.simulator.send("/ask", from: ana, to: station.bot)
            let message = try await station.expect("decide", in: station.chat(ana))
            let answer = try await station.simulator.press("Yes", on: message, by: ana)
            #expect(answer.text == nil)
            latch.open()
            try await station.expect("decided", in: station.chat(ana))
        }
    }

    @Test("edits the message that took a place if it is known to have arrived, and else posts it", arguments: 0...2)
    func standingIn(arrived: Int) async throws {
        try await Station.with { station in
            let (bot, chat) = (4711 as Int64, 77 as Int64)
            let now = station.hub.clock.now()
            let (vault, numbers) = (station.hub.vault, OutboxNumbers())
            numbers.begin(after: 1000)
            @Sendable func prepared(_ action: OutgoingCall.Action) throws -> PreparedCall {
                var call = OutgoingCall(action, "words")
                call.slot = "tail/1"
                let stored = try StoredCall.encode(call, with: vault)
                return PreparedCall(
                    call: call, lane: .answers, stored: stored.bytes, isSealed: stored.isSealed, buttons: [], document: nil)
            }
            @Sendable func waiting(in connection: any SQLConnection) throws -> [(Int64, takes: Bool)] {
                try OutboxTable(connection: connection, ids: numbers, vault: vault).waiting(of: bot, at: now).map {
                    if case .take = $0.call.action { ($0.id, true) } else { ($0.id, false) }
                }
            }
            try await station.database.write { connection in
                let table = OutboxTable(connection: connection, ids: numbers, vault: vault)
                var items = [try #require(try table.insert(try prepared(.take), bot: bot, chat: chat, source: "a", at: now))]
                for source in ["b", "c", "d"] {
                    let next = try #require(try table.insert(try prepared(.show), bot: bot, chat: chat, source: source, at: now))
                    // Whether the first is made already only the queue knows.
                    if case .take = next.call.action { Issue.record("\(source) takes the place by itself") }
                    items.append(next)
                }
                #expect(try waiting(in: connection).map(\.takes) == [true])
                _ = try OutboxMark(item: items[arrived], end: .sent(message: 5)).write(in: connection, table, at: now)
                #expect(try waiting(in: connection).map(\.takes) == [false])
                // Somebody asks again: that is a message of its own, whatever came of the one before.
                _ = try table.insert(try prepared(.take), bot: bot, chat: chat, source: "e", at: now)
                #expect(try waiting(in: connection).map(\.takes) == [true])
            }
        }
    }
}
