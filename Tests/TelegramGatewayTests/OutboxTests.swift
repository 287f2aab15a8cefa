import ChatOps
import Foundation
import HubCore
import HubService
import TelegramBot
import TelegramSimulator
import Testing

@Suite("What goes out", .timeLimit(.minutes(3))) struct OutboxTests {
    private static func handler(_ replies: [String: ChatReply]) -> ScriptedHandler {
        ScriptedHandler(answer: { request, _ in replies[request.text] ?? ChatReply(ChatText("you said \(request.text)")) })
    }

    @Test("repeats an answer once when nobody knows whether it arrived, and a progress line never")
    func uncertain() async throws {
        let progress = ChatReply([ChatMessage("half done", urgency: .live)])
        try await Station.with(handler: Self.handler(["progress": progress])) { station in
            let ana = try await station.person("Ana", administrator: true)
            await station.simulator.inject(.resetAfterEffect, method: "sendMessage")
            try await station.simulator.send("question", from: ana, to: station.bot)
            try await station.eventually("the answer twice") { await station.texts(station.chat(ana)).count == 2 }
            await station.simulator.inject(.resetAfterEffect, method: "sendMessage")
            try await station.simulator.send("progress", from: ana, to: station.bot)
            try await station.eventually("an uncertain row") {
                try await station.number("SELECT COUNT(*) FROM telegram_outbox WHERE state = 'uncertain'") == 1
            }
            try await station.simulator.send("last", from: ana, to: station.bot)
            try await station.expect("you said last", in: station.chat(ana))
            #expect(
                await station.texts(station.chat(ana)) == ["you said question", "you said question", "half done", "you said last"])
        }
    }

    static let faults: [(name: String, fault: Fault.Kind)] = [
        ("500", .internalServerError), ("502 in HTML", .badGateway), ("a reset", .resetBeforeEffect),
        ("429", .tooManyRequests(retryAfter: 1)),
        ("parse", .error(code: 400, description: "Bad Request: can't parse entities: Unsupported start tag")),
        ("reply", .error(code: 400, description: "Bad Request: message to be replied not found")),
    ]

    @Test("arrives in spite of passing faults", arguments: faults)
    func passingFaults(name: String, fault: Fault.Kind) async throws {
        try await Station.with { station in
            let ana = try await station.person("Ana", administrator: true)
            let group = await station.simulator.addGroup(title: "Team", people: [ana], bots: [station.bot])
            _ = try await station.simulator.waitForMessage(in: group) { $0.isFromBot }
            await station.simulator.inject(fault, method: "sendMessage")
            try await station.simulator.send("/hello", from: ana, to: group)
            try await station.expect("you said /hello", in: group)
            #expect(await station.texts(group).count == 2)
        }
    }

    /// A fault of a send, and what the error table asks for. A call that hangs until a crash is in ``CrashTests``, one that names a
    /// supergroup below.
    struct SendFault: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let fault: Fault.Kind
        /// How many calls with the answer it hits.
        var times = 1
        /// How often an answer to somebody shows in the end, and what its row says. It is repeated where nobody knows whether it arrived.
        let answer: (count: Int, state: String)
        /// The same of a progress line, which is not repeated then.
        let progress: (count: Int, state: String)
    }

    static let sendFaults = [
        SendFault(testDescription: "429", fault: .tooManyRequests(retryAfter: 1), answer: (1, "sent"), progress: (1, "sent")),
        SendFault(testDescription: "a late answer", fault: .delay(.milliseconds(200)), answer: (1, "sent"), progress: (1, "sent")),
        SendFault(testDescription: "500", fault: .internalServerError, answer: (1, "sent"), progress: (0, "uncertain")),
        SendFault(testDescription: "500 twice", fault: .internalServerError, times: 2, answer: (1, "sent"), progress: (0, "uncertain")),
        SendFault(testDescription: "502 in HTML twice", fault: .badGateway, times: 2, answer: (1, "sent"), progress: (0, "uncertain")),
        SendFault(testDescription: "an answer that is cut", fault: .truncatedAnswer, answer: (2, "sent"), progress: (1, "uncertain")),
        SendFault(
            testDescription: "an answer that is cut twice", fault: .truncatedAnswer, times: 2, answer: (2, "uncertain"),
            progress: (1, "uncertain")),
        SendFault(testDescription: "a reset before", fault: .resetBeforeEffect, answer: (1, "sent"), progress: (0, "uncertain")),
        SendFault(testDescription: "a reset after", fault: .resetAfterEffect, answer: (2, "sent"), progress: (1, "uncertain")),
        SendFault(testDescription: "401", fault: .unauthorized, answer: (1, "sent"), progress: (1, "sent")),
        SendFault(testDescription: "403", fault: .blocked, answer: (0, "failed"), progress: (0, "failed")),
        SendFault(
            testDescription: "any other 400", fault: .error(code: 400, description: "Bad Request: message is too long"),
            answer: (0, "failed"), progress: (0, "failed")),
    ]

    @Test("shows as often as the error table says, and its row says what is known", arguments: sendFaults)
    func sends(under row: SendFault) async throws {
        let handler = Self.handler(["progress": ChatReply([ChatMessage("half done", urgency: .live)])])
        // What waits for the token goes on with the next poll that is answered.
        try await Station.with(handler: handler, settings: { $0.pollSeconds = 1 }) { station in
            let ana = try await station.person("Ana", administrator: true)
            func say(_ text: String, hitting times: Int, until state: String) async throws {
                let before = try await station.number("SELECT COALESCE(MAX(id), 0) FROM telegram_outbox")
                await station.simulator.inject(row.fault, method: "sendMessage", chat: station.chat(ana), times: times)
                try await station.simulator.send(text, from: ana, to: station.bot)
                try await station.eventually("\(text) is \(state)") {
                    try await station.number("SELECT COUNT(*) FROM telegram_outbox WHERE id > \(before) AND state = \(state)") == 1
                }
            }
            try await say("question", hitting: row.times, until: row.answer.state)
            try await say("progress", hitting: 1, until: row.progress.state)
            #expect(await station.simulator.calls(of: "sendMessage").filter { $0.fault != nil }.count == row.times + 1)
            try await station.simulator.send("last", from: ana, to: station.bot)
            try await station.expect("you said last", in: station.chat(ana))
            let expected =
                Array(repeating: "you said question", count: row.answer.count)
                + Array(repeating: "half done", count: row.progress.count) + ["you said last"]
            #expect(await station.texts(station.chat(ana)) == expected)
            let isUncertain = [row.answer.state, row.progress.state].contains("uncertain")
            #expect(station.logs.all.contains("it is not known whether a message arrived") == isUncertain)
        }
    }

    @Test("lets a freeze of one chat hold up no other (pain 15)")
    func freeze() async throws {
        try await Station.with { station in
            let ana = try await station.person("Ana", administrator: true)
            let bob = try await station.person("Bob", role: .member)
            await station.simulator.inject(.tooManyRequests(retryAfter: 60), method: "sendMessage", chat: station.chat(ana))
            try await station.simulator.send("frozen", from: ana, to: station.bot)
            try await station.eventually("the 429") { await station.simulator.calls(of: "sendMessage").count == 1 }
            try await station.simulator.send("free", from: bob, to: station.bot)
            try await station.expect("you said free", in: station.chat(bob))
            #expect(await !station.texts(station.chat(ana)).contains("you said frozen"))
            // The answer is kept: a hub that starts anew knows of no freeze.
            try await station.afterCrash { next in try await next.expect("you said frozen", in: next.chat(ana)) }
        }
    }

    @Test("splits long output, and makes a document of very long output (pain 4)")
    func longOutput() async throws {
        let lines = (1...200).map { "line \($0) of the output of a long build" }.joined(separator: "\n")
        let veryLong = (1...2000).map { "line \($0) of the output of a long build" }.joined(separator: "\n")
        let button = [[ChatButton("More", .command("/more", inPlace: false))]]
        let handler = Self.handler([
            "long": ChatReply([ChatMessage(.pre(lines, language: "swift"), buttons: button)]),
            "very long": ChatReply([ChatMessage(ChatText(veryLong), buttons: button)]),
        ])
        try await Station.with(handler: handler) { station in
            let ana = try await station.person("Ana", administrator: true)
            try await station.simulator.send("long", from: ana, to: station.bot)
            _ = try await station.simulator.waitForMessage(in: station.chat(ana)) { $0.isFromBot && $0.buttons == ["More"] }
            let parts = await station.simulator.messages(in: station.chat(ana)).filter(\.isFromBot)
            #expect(parts.map(\.text).joined(separator: "\n") == lines)
            #expect(parts.map(\.buttons) == [[], ["More"]])
            #expect(parts.allSatisfy { $0.entities.contains { $0.kind == "pre" && $0.language == "swift" } })
            try await station.simulator.send("very long", from: ana, to: station.bot)
            // The document comes first: nobody presses before the whole of it is there.
            _ = try await station.simulator.waitForMessage(in: station.chat(ana), after: parts.last) { $0.buttons == ["More"] }
            let all = await station.simulator.messages(in: station.chat(ana)).filter(\.isFromBot)
            let document = all[2]
            let attachment = try #require(document.attachment)
            let stored = await station.simulator.file(attachment)
            let file = try #require(stored)
            #expect(String(decoding: file.bytes, as: UTF8.self) == veryLong)
            #expect(all.count == 4)
            #expect(all[3].buttons == ["More"])
            #expect(all[3].text.hasSuffix("The whole text is in the document."))
        }
    }

    @Test("deletes what shows a secret, and keeps it nowhere")
    func vanishing() async throws {
        let secret = "orcreg_0123456789abcdefghijklmnop"
        let handler = Self.handler(["/token": ChatReply([ChatMessage(ChatText("your token: \(secret)"), vanishesAfter: 3)])])
        try await Station.with(handler: handler) { station in
            let ana = try await station.person("Ana", administrator: true)
            await station.simulator.inject(.delay(.milliseconds(300)), method: "sendMessage")
            try await station.simulator.send("/token", from: ana, to: station.bot)
            try await station.expect("your token: \(secret)", in: station.chat(ana))
            #expect(!station.fileContains(secret))
            try await station.eventually("the deletion") { await station.texts(station.chat(ana)).isEmpty }
            #expect(!station.fileContains(secret))
            #expect(!station.fileContains(station.bot.token))
            #expect(!station.logs.all.contains(station.bot.token))
            #expect(!station.logs.all.contains(secret))
        }
    }

    @Test("masks secrets of agents")
    func masking() async throws {
        let key = "sk-abcdefghijklmnopqrstuvwxyz0123"
        try await Station.with(handler: Self.handler(["/show": ChatReply(ChatText("key: \(key)"))])) { station in
            let ana = try await station.person("Ana", administrator: true)
            try await station.simulator.send("/show", from: ana, to: station.bot)
            let message = try await station.simulator.waitForMessage(in: station.chat(ana)) { $0.isFromBot }
            #expect(!message.text.contains(key))
        }
    }

    @Test("stops for a person who blocks the bot, and goes on when they are back")
    func blocked() async throws {
        let latch = Latch()
        let handler = ScriptedHandler(answer: { request, _ in
            if request.text == "wait" { await latch.wait() }
            return ChatReply(ChatText("you said \(request.text)"))
        })
        try await Station.with(handler: handler) { station in
            let ana = try await station.person("Ana", administrator: true)
            await station.simulator.inject(.blocked, method: "sendMessage")
            try await station.simulator.send("hello", from: ana, to: station.bot)
            try await station.eventually("the chat is dead") {
                try await station.number("SELECT COUNT(*) FROM telegram_chat WHERE is_dead = TRUE") == 1
            }
            #expect(try await station.number("SELECT COUNT(*) FROM telegram_outbox WHERE state = 'failed'") == 1)
            latch.open()
            try await station.simulator.send("again", from: ana, to: station.bot)
            try await station.expect("you said again", in: station.chat(ana))
            #expect(try await station.number("SELECT COUNT(*) FROM telegram_chat WHERE is_dead = TRUE") == 0)
        }
    }

    @Test("follows a group that becomes a supergroup")
    func migration() async throws {
        try await Station.with { station in
            let ana = try await station.person("Ana", administrator: true)
            let group = await station.simulator.addGroup(title: "Team", people: [ana], bots: [station.bot], kind: .group)
            _ = try await station.simulator.waitForMessage(in: group) { $0.isFromBot }
            let supergroup = try await station.simulator.migrate(group, by: ana)
            try await station.eventually("the new id") {
                try await station.number("SELECT COUNT(*) FROM telegram_chat WHERE chat = \(supergroup.number)") == 1
            }
            #expect(try await station.number("SELECT COUNT(*) FROM telegram_chat WHERE chat = \(group.number)") == 0)
            try await station.simulator.send("/hello", from: ana, to: supergroup)
            try await station.expect("you said /hello", in: supergroup)
        }
    }

    @Test("learns a group's new id from a refusal, and repeats there")
    func migrationByRefusal() async throws {
        try await Station.with { station in
            let ana = try await station.person("Ana", administrator: true)
            let group = await station.simulator.addGroup(title: "Old", people: [ana], bots: [station.bot])
            let other = await station.simulator.addGroup(title: "New", people: [ana], bots: [station.bot])
            _ = try await station.simulator.waitForMessage(in: group) { $0.isFromBot }
            _ = try await station.simulator.waitForMessage(in: other) { $0.isFromBot }
            await station.simulator.inject(.migrated(to: other.number), method: "sendMessage", chat: group)
            try await station.simulator.send("/hello", from: ana, to: group)
            try await station.expect("you said /hello", in: other)
        }
    }

    @Test("goes to the chat when its topic is gone, and says so once (pain 21)")
    func topicGone() async throws {
        try await Station.with { station in
            let ana = try await station.person("Ana", administrator: true)
            let forum = await station.simulator.addGroup(title: "Forum", people: [ana], bots: [station.bot], isForum: true)
            let topic = try await station.simulator.createTopic("Work", in: forum, by: ana)
            try await station.simulator.send("/here", from: ana, to: forum, thread: topic.id)
            let answer = try await station.expect("you said /here", in: forum)
            #expect(answer.thread == topic.id)
            let told = "The topic that I wrote to is gone: what belongs there comes here from now on."
            for number in 1...2 {
                await station.simulator.inject(
                    .error(code: 400, description: "Bad Request: message thread not found"), method: "sendMessage", chat: forum)
                try await station.simulator.send("/again \(number)", from: ana, to: forum, thread: topic.id)
                let moved = try await station.expect("you said /again \(number)", in: forum)
                #expect(moved.thread == nil)
                try await station.expect(told, in: forum)
            }
            try await station.simulator.send("/end", from: ana, to: forum)
            try await station.expect("you said /end", in: forum)
            #expect(await station.texts(forum).filter { $0 == told }.count == 1)
        }
    }

    @Test("goes to the chat as long as its topic is closed, says so once, and comes back when it is open")
    func topicClosed() async throws {
        try await Station.with { station in
            let ana = try await station.person("Ana", administrator: true)
            let forum = await station.simulator.addGroup(title: "Forum", people: [ana], bots: [station.bot], isForum: true)
            let topic = try await station.simulator.createTopic("Work", in: forum, by: ana)
            try await station.choose("default", in: forum, topic.id)
            let client = try station.client()
            try await station.simulator.setMembership(of: station.bot.id, in: forum, to: .administrator, by: ana)
            try await client.closeForumTopic(topic.id, in: forum.number)
            try await station.simulator.setMembership(of: station.bot.id, in: forum, to: .member, by: ana)
            let told = "The topic that I write to is closed, and I may not open it: until somebody does, what belongs there comes here."
            for number in 1...2 {
                try await station.simulator.send("/closed \(number)", from: ana, to: forum, thread: topic.id)
                let moved = try await station.expect("you said /closed \(number)", in: forum)
                #expect(moved.thread == nil)
            }
            try await station.expect(told, in: forum)
            #expect(await station.texts(forum).filter { $0 == told }.count == 1)
            #expect(await station.simulator.calls(of: "reopenForumTopic").count == 1)
            #expect(
                try await station.number("SELECT COUNT(*) FROM telegram_chat WHERE chat = \(forum.number) AND topic = \(topic.id)") == 1)
            try await station.simulator.setMembership(of: station.bot.id, in: forum, to: .administrator, by: ana)
            try await client.reopenForumTopic(topic.id, in: forum.number)
            try await station.simulator.send("/open", from: ana, to: forum, thread: topic.id)
            #expect(try await station.expect("you said /open", in: forum).thread == topic.id)
        }
    }

    @Test("opens a closed topic again where the bot may")
    func topicReopened() async throws {
        try await Station.with { station in
            let ana = try await station.person("Ana", administrator: true)
            let forum = await station.simulator.addGroup(title: "Forum", people: [ana], bots: [station.bot], isForum: true)
            _ = try await station.simulator.waitForMessage(in: forum) { $0.isFromBot }
            let topic = try await station.simulator.createTopic("Work", in: forum, by: ana)
            try await station.simulator.setMembership(of: station.bot.id, in: forum, to: .administrator, by: ana)
            try await station.client().closeForumTopic(topic.id, in: forum.number)
            await station.simulator.inject(.error(code: 400, description: "Bad Request: TOPIC_CLOSED"), method: "sendMessage", chat: forum)
            try await station.simulator.send("/again", from: ana, to: forum, thread: topic.id)
            #expect(try await station.expect("you said /again", in: forum).thread == topic.id)
            #expect(await station.simulator.chat(forum)?.topics[topic.id]?.isClosed == false)
        }
    }

    @Test(
        "tries to open a closed topic again where that failed in passing",
        arguments: [Fault.Kind.tooManyRequests(retryAfter: 1), .badGateway])
    func topicReopenedLater(fault: Fault.Kind) async throws {
        try await Station.with { station in
            let ana = try await station.person("Ana", administrator: true)
            let forum = await station.simulator.addGroup(title: "Forum", people: [ana], bots: [station.bot], isForum: true)
            _ = try await station.simulator.waitForMessage(in: forum) { $0.isFromBot }
            let topic = try await station.simulator.createTopic("Work", in: forum, by: ana)
            try await station.simulator.setMembership(of: station.bot.id, in: forum, to: .administrator, by: ana)
            try await station.client().closeForumTopic(topic.id, in: forum.number)
            await station.simulator.inject(
                .error(code: 400, description: "Bad Request: TOPIC_CLOSED"), method: "sendMessage", chat: forum, times: 2)
            await station.simulator.inject(fault, method: "reopenForumTopic")
            try await station.simulator.send("/again", from: ana, to: forum, thread: topic.id)
            #expect(try await station.expect("you said /again", in: forum).thread == topic.id)
            #expect(await station.simulator.calls(of: "reopenForumTopic").count == 2)
            #expect(await station.simulator.chat(forum)?.topics[topic.id]?.isClosed == false)
            #expect(try await station.number("SELECT COUNT(*) FROM telegram_outbox WHERE source LIKE 'closed/%'") == 0)
        }
    }

    @Test("goes without reactions where the server does not know them, and says so once")
    func reactionsUnknown() async throws {
        let reacting = ChatReply([ChatMessage("noted")], reaction: "👌")
        try await Station.with(handler: Self.handler(["note": reacting])) { station in
            let ana = try await station.person("Ana", administrator: true)
            await station.simulator.inject(
                .error(code: 404, description: "Not Found: method not found"), method: "setMessageReaction", times: 3)
            for number in 1...3 {
                try await station.simulator.send("note", from: ana, to: station.bot)
                try await station.eventually("the answer, and no reaction") {
                    let done = try await station.number("SELECT COUNT(*) FROM telegram_outbox WHERE state = 'sent'")
                    let without = try await station.number("SELECT COUNT(*) FROM telegram_outbox WHERE state = 'failed'")
                    return done == number && without == number
                }
            }
            #expect(await station.simulator.calls(of: "setMessageReaction").count == 1)
            #expect(station.logs.all.split(separator: "\n").filter { $0.contains("does not know reactions") }.count == 1)
        }
    }
}

extension Station {
    /// Another client with the bot's token, for what only a bot can do.
    fileprivate func client() throws -> BotAPIClient {
        BotAPIClient(token: try #require(BotToken(bot.token)), transport: transport, baseURL: simulator.url)
    }

    /// Lets a forum's topic be where the notices of a project belong.
    fileprivate func choose(_ name: String, in forum: World.Chat.ID, _ topic: Int) async throws {
        try await eventually("the forum is known") {
            try await number("SELECT COUNT(*) FROM telegram_chat WHERE chat = \(forum.number)") == 1
        }
        let project = try #require(try await hub.project(named: name))
        try await database.write { connection in
            _ = try connection.execute("UPDATE telegram_chat SET project = \(project.id), topic = \(topic) WHERE chat = \(forum.number)")
        }
    }
    /// Whether the database's files hold a text in clear.
    fileprivate func fileContains(_ text: String) -> Bool {
        ["hub.db", "hub.db-wal"].contains { name in
            guard let data = try? Data(contentsOf: folder.appendingPathComponent(name)) else { return false }
            return data.range(of: Data(text.utf8)) != nil
        }
    }
}
