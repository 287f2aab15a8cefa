import ChatOps
import HubCore
import HubService
import HubStore
import TelegramSimulator
import Testing

@Suite("Countdowns", .timeLimit(.minutes(3))) struct CountdownTests {
    @Test("keep the message about a usage limit current, and tell once that it is over")
    func usageLimit() async throws {
        try await Station.with(handler: try ScriptedHandler.real(), settings: { $0.countdowns = .milliseconds(50) }) { station in
            let ana = try await station.person("Ana", administrator: true)
            try await station.simulator.send("/tasks", from: ana, to: station.bot)
            _ = try await station.simulator.waitForMessage(in: station.chat(ana)) { $0.isFromBot }
            let server = try await station.server("mac-1")
            let terminal = try await station.terminal("deploy", on: server)
            _ = try await station.hub.run(
                NoteWaiting(terminal.session.id, .usageLimit, text: "limit reached, try again in 2s"), as: .hub)
            let chat = station.chat(ana)
            let first = try await station.simulator.waitForMessage(in: chat) { $0.text.contains("reached a usage limit") }
            let over = try await station.simulator.waitForMessage(in: chat) { $0.text.contains("deploy: the usage limit is over") }
            #expect(over.buttons.first == "▶️ Continue")
            _ = try await station.simulator.waitForMessage(in: chat) { $0.id == first.id && $0.text.contains("It is over since") }
            let texts = await station.texts(chat)
            #expect(texts.filter { $0.contains("usage limit") }.count == 2, "\(texts)")
        }
    }
}
