import ChatOps
import Cryptography
import Foundation
import HubCore
import HubService
import HubStore
import TelegramSimulator
import Testing

@Suite("With the real commands", .timeLimit(.minutes(3))) struct ConversationTests {
    private static func handler() throws -> ScriptedHandler {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let catalogue = try Catalogue.load(from: root.appendingPathComponent("commands").path)
        return ScriptedHandler(asking: { hub in ChatOps(hub: hub, catalogue: catalogue, publicURL: { "http://127.0.0.1" }) })
    }

    @Test("tasks are #1 in a group that works in their project, and carry its name in private")
    func labels() async throws {
        try await Station.with(handler: try Self.handler()) { station in
            let ana = try await station.person("Ana", administrator: true)
            let group = await station.simulator.addGroup(title: "Team", people: [ana], bots: [station.bot])
            try await station.simulator.send("/project default", from: ana, to: group)
            _ = try await station.simulator.waitForMessage(in: group) { $0.isFromBot && $0.text.contains("works in default") }
            try await station.simulator.send("/new Fix it", from: ana, to: station.bot)
            let card = try await station.simulator.waitForMessage(in: group) { $0.isFromBot && $0.text.contains("Fix it") }
            #expect(card.text.hasPrefix("⏳ #1 Fix it\n") && card.text.hasSuffix("\n/task_1"))
            let own = try await station.simulator.waitForMessage(in: station.chat(ana)) { $0.isFromBot && $0.text.contains("Fix it") }
            // The answer becomes the task's card, which may have happened already.
            #expect(own.text.hasPrefix("Created default#1") || own.text.hasPrefix("⏳ default#1 Fix it"))
            #expect(own.text.hasSuffix("/task_default_1"))
            // What keeps both current is drawn once for each.
            try await station.hub.run(CancelTask(.number(1, in: try await station.project().id)), as: .hub)
            _ = try await station.simulator.waitForMessage(in: group) { $0.isFromBot && $0.text.hasPrefix("🚫 #1 Fix it") }
            _ = try await station.simulator.waitForMessage(in: station.chat(ana)) {
                $0.isFromBot && $0.text.hasPrefix("🚫 default#1 Fix it")
            }
        }
    }

    @Test("a stranger pairs by a code, creates a task and begins another in a conversation")
    func pairing() async throws {
        try await Station.with(handler: try Self.handler()) { station in
            let ana = await station.simulator.addPerson(name: "Ana", username: "ana")
            let eve = await station.simulator.addPerson(name: "Eve")
            let code = SecretToken.random()
            try await station.hub.run(MakePairingCode(code), as: .hub)
            try await station.simulator.start(station.bot, by: ana, payload: code.secret.revealed)
            _ = try await station.simulator.waitForMessage(in: station.chat(ana)) { $0.isFromBot && $0.text.hasPrefix("Welcome, Ana") }
            #expect(try await station.number("SELECT COUNT(*) FROM telegram_inbox WHERE json LIKE '%/start%'") == 0)

            try await station.simulator.send("/new Fix the login redirect !high", from: ana, to: station.bot)
            let card = try await station.simulator.waitForMessage(in: station.chat(ana)) {
                $0.isFromBot && $0.text.contains("Fix the login redirect")
            }
            #expect(try await station.number("SELECT COUNT(*) FROM agent_task") == 1)
            #expect(!card.buttons.isEmpty)

            try await station.simulator.send("/new", from: ana, to: station.bot)
            let question = try await station.simulator.waitForMessage(in: station.chat(ana), after: card) { $0.isFromBot }
            try await station.simulator.send("The second task", from: ana, to: station.bot)
            _ = try await station.simulator.waitForMessage(in: station.chat(ana), after: question) { $0.isFromBot }
            #expect(try await station.number("SELECT COUNT(*) FROM telegram_conversation") == 1)

            try await station.simulator.send("/tasks", from: eve, to: station.bot)
            _ = try await station.simulator.waitForMessage(in: station.chat(eve)) { $0.isFromBot }
            #expect(!(await station.simulator.transcript(station.chat(eve))).contains("login"))
        }
    }
}
