import ChatOps
import HubCore
import HubService
import HubStore
import TelegramSimulator
import Testing

@testable import TelegramGateway

@Suite("What private chats may see", .timeLimit(.minutes(2))) struct VisibilityTests {
    @Test("the card and the end of a task reach no one who was removed from its project, not even who created it")
    func removed() async throws {
        try await Station.with(handler: try ScriptedHandler.real()) { station in
            let ana = try await station.person("Ana", administrator: true)
            let mia = try await station.person("Mia", role: .member)
            try await station.simulator.send("/tasks", from: ana, to: station.bot)
            _ = try await station.simulator.waitForMessage(in: station.chat(ana)) { $0.isFromBot }
            try await station.simulator.send("/new Mend the door", from: mia, to: station.bot)
            _ = try await station.simulator.waitForMessage(in: station.chat(mia)) { $0.isFromBot && $0.text.contains("Mend the door") }
            let server = try await station.server("mac-2")
            let task = AgentReport(.number(1, in: try await station.project().id), attempt: 1)
            try await station.hub.run(StartTask(task), as: .agent(server, over: .rest))
            _ = try await station.simulator.waitForMessage(in: station.chat(mia)) { $0.isFromBot && $0.text.contains("running since") }
            _ = try await station.database.write { try $0.execute("DELETE FROM membership") }
            try await station.hub.run(FailTask(task, error: "out of paper"), as: .agent(server, over: .rest))
            _ = try await station.simulator.waitForMessage(in: station.chat(ana)) { $0.isFromBot && $0.text.contains("out of paper") }
            try await station.eventually("all is sent") {
                try await station.number("SELECT COUNT(*) FROM telegram_outbox WHERE finished_at IS NULL") == 0
            }
            let texts = await station.texts(station.chat(mia))
            #expect(texts.count == 1 && texts.first?.contains("paper") == false, "\(texts)")
            #expect(try await station.number("SELECT COUNT(*) FROM telegram_slot WHERE chat = \(mia.id)") == 0)
        }
    }
}
