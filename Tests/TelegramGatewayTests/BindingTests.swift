import ChatOps
import HubCore
import HubService
import HubStore
import TelegramSimulator
import Testing

@Suite("Groups and their project", .timeLimit(.minutes(2))) struct BindingTests {
    @Test("an owner gives a group a project; taken out of it, the group hears no more, also not of what was created there")
    func unbound() async throws {
        try await Station.with(handler: try ScriptedHandler.real()) { station in
            let ana = try await station.person("Ana", administrator: true)
            let mia = try await station.person("Mia", role: .member)
            let (simulator, own) = (station.simulator, station.chat(ana))
            let group = await simulator.addGroup(title: "Team", people: [ana, mia], bots: [station.bot])
            func hears(_ words: String, in chat: World.Chat.ID) async throws {
                _ = try await simulator.waitForMessage(in: chat) { $0.isFromBot && $0.text.contains(words) }
            }
            try await simulator.send("/tasks", from: ana, to: station.bot)
            try await hears("No open task", in: own)
            try await simulator.send("/bind default", from: mia, to: group)
            try await hears("an owner lets a group work in it", in: group)
            try await simulator.send("/bind default", from: ana, to: group)
            try await hears("This chat works in default", in: group)
            try await simulator.send("/new Mend the door", from: mia, to: group)
            try await hears("Mend the door", in: group)
            try await simulator.send("/unbind", from: ana, to: group)
            try await hears("does not work in default any more", in: group)
            try await station.eventually("all is sent") { try await station.unsent() == 0 }
            let before = await simulator.messages(in: group).map(\.text)
            let server = try await station.server("mac-2")
            let task = AgentReport(.number(1, in: try await station.project().id), attempt: 1)
            try await station.hub.run(StartTask(task), as: .agent(server, over: .rest))
            try await station.hub.run(FailTask(task, error: "out of paper"), as: .agent(server, over: .rest))
            try await hears("out of paper", in: own)
            try await station.eventually("all is sent") { try await station.unsent() == 0 }
            #expect(await simulator.messages(in: group).map(\.text) == before)
            let kinds = try await station.database.read { try EventTable($0).after(0, limit: 100).map(\.fact.kind) }
            #expect(kinds.filter { $0 == .chatBound || $0 == .chatUnbound } == [.chatBound, .chatUnbound])
            try await simulator.send("/bind default", from: ana, to: group)
            try await station.eventually("the group is bound again") {
                try await station.number("SELECT COUNT(*) FROM telegram_chat WHERE chat = \(group.number) AND project IS NOT NULL") == 1
            }
        }
    }

    @Test("of what waits for a group when it is taken out of its project nothing comes but answers")
    func waiting() async throws {
        try await Station.with(handler: try ScriptedHandler.real()) { station in
            let ana = try await station.person("Ana", administrator: true)
            let simulator = station.simulator
            let group = await simulator.addGroup(title: "Team", people: [ana], bots: [station.bot])
            try await station.bind(group, by: ana)
            try await simulator.send("/new Mend the door", from: ana, to: group)
            _ = try await simulator.waitForMessage(in: group) { $0.isFromBot && $0.text.contains("Mend the door") }
            try await station.eventually("all is sent") { try await station.unsent() == 0 }
            let before = await station.texts(group)
            await simulator.inject(.tooManyRequests(retryAfter: 3600), chat: group)
            let server = try await station.server("mac-2")
            let task = AgentReport(.number(1, in: try await station.project().id), attempt: 1)
            try await station.hub.run(StartTask(task), as: .agent(server, over: .rest))
            try await station.hub.run(FailTask(task, error: "out of paper"), as: .agent(server, over: .rest))
            try await station.eventually("an edit of the card and a notice wait") { try await station.unsent() == 2 }
            try await simulator.send("/unbind", from: ana, to: group)
            try await station.eventually("the answer waits alone") {
                let isAlone = try await station.unsent() == 1
                return isAlone && station.gateway.bots.map(\.outbox) == [1]
            }
            // A hub that starts anew knows of no freeze.
            try await station.afterCrash(handler: try ScriptedHandler.real()) { next in
                _ = try await simulator.waitForMessage(in: group) { $0.text.contains("does not work in default any more") }
                try await next.eventually("all is sent") { try await next.unsent() == 0 }
                let texts = await next.texts(group)
                #expect(texts.dropLast() == before[...])
            }
        }
    }

    @Test("a change of the project that the hub refuses after all is answered so")
    func refused() async throws {
        let handler = ScriptedHandler(answer: { request, hub in
            let project = try await hub.project(named: "default")
            return ChatReply([ChatMessage("This chat works in default")], switchesTo: project.map { .to($0.id) })
        })
        try await Station.with(handler: handler) { station in
            let mia = try await station.person("Mia", role: .member)
            let group = await station.simulator.addGroup(title: "Team", people: [mia], bots: [station.bot])
            try await station.simulator.send("/bind default", from: mia, to: group)
            try await station.expect("Nothing was changed: you may not do this any more, or the project is gone.", in: group)
            #expect(await !station.texts(group).contains("This chat works in default"))
            #expect(try await station.number("SELECT COUNT(*) FROM telegram_chat WHERE project IS NOT NULL") == 0)
        }
    }
}

extension Station {
    fileprivate func unsent() async throws -> Int { try await number("SELECT COUNT(*) FROM telegram_outbox WHERE finished_at IS NULL") }
}
