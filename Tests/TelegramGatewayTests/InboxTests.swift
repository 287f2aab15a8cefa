import ChatOps
import HubCore
import HubService
import TelegramSimulator
import Testing

@Suite("What comes in", .timeLimit(.minutes(3))) struct InboxTests {
    @Test("is answered in the chat in which it was said, in order")
    func answers() async throws {
        try await Station.with { station in
            let ana = try await station.person("Ana", administrator: true)
            for number in 1...20 { try await station.simulator.send("message \(number)", from: ana, to: station.bot) }
            try await station.expect("you said message 20", in: station.chat(ana))
            #expect(await station.texts(station.chat(ana)) == (1...20).map { "you said message \($0)" })
        }
    }

    @Test("is understood as a reply, however soon it comes after the message that it replies to")
    func quickReplies() async throws {
        let task = AgentTask.ID.random()
        let handler = ScriptedHandler(answer: { request, _ in
            ChatReply([ChatMessage(ChatText("you said \(request.text)"), topic: .task(task))])
        })
        try await Station.with(handler: handler) { station in
            let ana = try await station.person("Ana", administrator: true)
            var last: World.Message?
            for number in 1...40 {
                try await station.simulator.send("\(number)", from: ana, to: station.bot, replyTo: last)
                last = try await station.expect("you said \(number)", in: station.chat(ana))
            }
            #expect(handler.requests.dropFirst().allSatisfy { $0.repliedTo?.topic == .task(task) })
            #expect(handler.requests.count == 40)
        }
    }

    @Test("waits for nobody in another chat")
    func chatsAreParallel() async throws {
        let latch = Latch()
        let handler = ScriptedHandler(answer: { request, _ in
            if request.text == "slow" { await latch.wait() }
            return ChatReply(ChatText("you said \(request.text)"))
        })
        try await Station.with(handler: handler) { station in
            let ana = try await station.person("Ana", administrator: true)
            let bob = try await station.person("Bob", role: .member)
            try await station.simulator.send("slow", from: ana, to: station.bot)
            try await station.simulator.send("after", from: ana, to: station.bot)
            try await station.simulator.send("quick", from: bob, to: station.bot)
            try await station.expect("you said quick", in: station.chat(bob))
            #expect(await station.texts(station.chat(ana)).isEmpty)
            latch.open()
            try await station.expect("you said after", in: station.chat(ana))
            #expect(await station.texts(station.chat(ana)) == ["you said slow", "you said after"])
        }
    }

    @Test("is tried again after a fault of the database, and holds up no other chat")
    func faultsAreRetried() async throws {
        let tries = Locked(0)
        let handler = ScriptedHandler(answer: { request, _ in
            let count = tries.withLock { tries in
                if request.text == "cursed" { tries += 1 }
                return tries
            }
            if request.text == "cursed", count < 2 { throw HubError.unavailable("the disk is full") }
            return ChatReply(ChatText("you said \(request.text)"))
        })
        try await Station.with(handler: handler) { station in
            let ana = try await station.person("Ana", administrator: true)
            let bob = try await station.person("Bob", role: .member)
            try await station.simulator.send("cursed", from: ana, to: station.bot)
            try await station.simulator.send("next", from: ana, to: station.bot)
            try await station.simulator.send("quick", from: bob, to: station.bot)
            try await station.expect("you said quick", in: station.chat(bob))
            try await station.expect("you said next", in: station.chat(ana))
            #expect(await station.texts(station.chat(ana)) == ["you said cursed", "you said next"])
        }
    }

    @Test("takes effect once, however often Telegram delivers it (pain 16)")
    func redelivery() async throws {
        try await Station.with(handler: ScriptedHandler(answer: ScriptedHandler.creating)) { station in
            let ana = try await station.person("Ana", administrator: true)
            try await station.simulator.send("/new one", from: ana, to: station.bot)
            try await station.expect("created #1", in: station.chat(ana))
            try await station.simulator.send("/new two", from: ana, to: station.bot)
            try await station.expect("created #2", in: station.chat(ana))
            let confirmed = await station.simulator.confirmedUpdates(of: station.bot).map(\.id)
            await station.simulator.redeliver(confirmed, of: station.bot)
            try await station.simulator.send("/new three", from: ana, to: station.bot)
            try await station.expect("created #3", in: station.chat(ana))
            #expect(await station.texts(station.chat(ana)) == ["created #1", "created #2", "created #3"])
            #expect(try await station.number("SELECT COUNT(*) FROM agent_task") == 3)
        }
    }

    /// A fault of so many polls. One that hangs, a second poller and a token that is refused are in ``BotTests``.
    struct PollFault: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let fault: Fault.Kind
        /// The first may have nothing to fetch yet; the last has.
        var times = 2
    }

    static let pollFaults = [
        PollFault(testDescription: "429", fault: .tooManyRequests(retryAfter: 1)),
        PollFault(testDescription: "500", fault: .internalServerError),
        PollFault(testDescription: "502 in HTML", fault: .badGateway),
        PollFault(testDescription: "an answer that is cut", fault: .truncatedAnswer),
        PollFault(testDescription: "resets before", fault: .resetBeforeEffect, times: 3),
        PollFault(testDescription: "resets after", fault: .resetAfterEffect),
        PollFault(testDescription: "late answers", fault: .delay(.milliseconds(200))),
    ]

    @Test("is heard, and takes effect once, whatever becomes of the polls that bring it", arguments: pollFaults)
    func polls(under row: PollFault) async throws {
        let handler = ScriptedHandler(answer: ScriptedHandler.creating)
        try await Station.with(handler: handler, settings: { $0.pollSeconds = 1 }) { station in
            let ana = try await station.person("Ana", administrator: true)
            try await station.simulator.send("/new before", from: ana, to: station.bot)
            try await station.expect("created #1", in: station.chat(ana))
            await station.simulator.inject(row.fault, method: "getUpdates", times: row.times)
            func broken() async -> Int { await station.simulator.calls(of: "getUpdates").filter { $0.fault != nil }.count }
            try await station.eventually("a broken poll") { await broken() > 0 }
            for number in 2...4 { try await station.simulator.send("/new number \(number)", from: ana, to: station.bot) }
            try await station.expect("created #4", in: station.chat(ana))
            try await station.eventually("all broken polls") { await broken() == row.times }
            try await station.eventually("it polls as before") { station.gateway.bots.first?.state == .polling }
            try await station.simulator.send("/new after", from: ana, to: station.bot)
            try await station.expect("created #5", in: station.chat(ana))
            #expect(await station.texts(station.chat(ana)) == (1...5).map { "created #\($0)" })
            #expect(try await station.number("SELECT COUNT(*) FROM agent_task") == 5)
            try await station.eventually("nothing is left") {
                try await station.number("SELECT COUNT(*) FROM telegram_inbox WHERE handled_at IS NULL") == 0
            }
        }
    }

    @Test("is heard although Telegram numbers backwards")
    func renumbering() async throws {
        try await Station.with { station in
            let ana = try await station.person("Ana", administrator: true)
            try await station.simulator.send("before", from: ana, to: station.bot)
            try await station.expect("you said before", in: station.chat(ana))
            await station.simulator.renumberUpdates(of: station.bot, from: 4_000)
            try await station.simulator.send("after", from: ana, to: station.bot)
            try await station.expect("you said after", in: station.chat(ana))
        }
    }

    @Test("is kept while the hub is away (pain 20)")
    func whileAway() async throws {
        try await Station.with { station in
            let ana = try await station.person("Ana", administrator: true)
            try await station.simulator.send("before", from: ana, to: station.bot)
            try await station.expect("you said before", in: station.chat(ana))
            await station.stop()
            try await station.simulator.send("meanwhile", from: ana, to: station.bot)
            try await station.afterCrash { next in
                try await next.expect("you said meanwhile", in: next.chat(ana))
                #expect(await next.texts(next.chat(ana)) == ["you said before", "you said meanwhile"])
            }
        }
    }

    @Test("knows two people by their accounts, with their own roles")
    func people() async throws {
        try await Station.with { station in
            let ana = try await station.person("Ana", role: .owner)
            let bob = try await station.person("Bob", role: .viewer)
            try await station.simulator.send("hello", from: ana, to: station.bot)
            try await station.simulator.send("hello", from: bob, to: station.bot)
            try await station.expect("you said hello", in: station.chat(ana))
            try await station.expect("you said hello", in: station.chat(bob))
            let requests = station.handler.requests
            #expect(Set(requests.compactMap(\.sender.person?.name)) == ["Ana", "Bob"])
            #expect(requests.allSatisfy { $0.place.project?.name == "default" && $0.place.isPrivate && !$0.place.isBound })
            #expect(requests.allSatisfy { $0.place.bot == "hub_bot" })
        }
    }

    @Test("from a stranger is answered once a day")
    func strangers() async throws {
        try await Station.with { station in
            let eve = await station.simulator.addPerson(name: "Eve")
            let ana = try await station.person("Ana", administrator: true)
            for text in ["hi", "hello?", "anybody?"] { try await station.simulator.send(text, from: eve, to: station.bot) }
            try await station.eventually("three requests") { station.handler.requests.count == 3 }
            try await station.simulator.send("done", from: ana, to: station.bot)
            try await station.expect("you said done", in: station.chat(ana))
            try await station.eventually("all handled") {
                try await station.number("SELECT COUNT(*) FROM telegram_inbox WHERE handled_at IS NULL") == 0
            }
            try await station.expect("you said hi", in: station.chat(eve))
            #expect(await station.texts(station.chat(eve)) == ["you said hi"])
            #expect(station.handler.requests.filter { $0.sender.subject == String(eve.id) }.allSatisfy { $0.sender.person == nil })
        }
    }

    @Test("that cannot be read is stored, handled and logged")
    func malformed() async throws {
        try await Station.with { station in
            let ana = try await station.person("Ana", administrator: true)
            try await station.simulator.send("first", from: ana, to: station.bot)
            try await station.expect("you said first", in: station.chat(ana))
            try await station.simulator.sendDocument(named: "a.txt", Array("x".utf8), from: ana, to: station.chat(ana))
            try await station.expect("you said", in: station.chat(ana))
            let attachment = try #require(station.handler.requests.last?.attachment)
            #expect(try await attachment.read() == Array("x".utf8) && attachment.name == "a.txt")
            try await station.simulator.send("second", from: ana, to: station.bot)
            try await station.expect("you said second", in: station.chat(ana))
        }
    }
}
