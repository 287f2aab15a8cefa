import ChatOps
import Cryptography
import Foundation
import HubCore
import HubService
import HubStore
import TelegramSimulator
import Testing

@Suite("With the real commands", .timeLimit(.minutes(2))) struct ConversationTests {
    private static func handler() throws -> ScriptedHandler {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let catalogue = try Catalogue.load(from: root.appendingPathComponent("commands").path)
        return ScriptedHandler(asking: { hub in ChatOps(hub: hub, catalogue: catalogue, publicURL: { "http://127.0.0.1" }) })
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
