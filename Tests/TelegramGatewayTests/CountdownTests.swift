import ChatOps
import Foundation
import HubCore
import HubService
import HubStore
import TelegramSimulator
import Testing

@Suite("Countdowns", .timeLimit(.minutes(3))) struct CountdownTests {
    @Test("keep the message about a usage limit current, and tell once that it is over")
    func usageLimit() async throws {
        try await waiting { station, chat, terminal, clock in
            _ = try await station.hub.run(
                NoteWaiting(terminal.session.id, .usageLimit, text: "limit reached, try again in 1h"), as: .hub)
            let first = try await station.simulator.waitForMessage(in: chat) { $0.text.contains("reached a usage limit") }
            try await station.eventually("it was looked at") {
                try await station.number("SELECT COUNT(*) FROM telegram_slot WHERE name LIKE 'countdown/%'") == 1
            }
            clock.advance(by: .seconds(61 * 60))
            let over = try await station.simulator.waitForMessage(in: chat) { $0.text.contains("deploy: the usage limit is over") }
            #expect(over.buttons.first == "▶️ Continue")
            _ = try await station.simulator.waitForMessage(in: chat) { $0.id == first.id && $0.text.contains("It is over since") }
            let texts = await station.texts(chat)
            #expect(texts.filter { $0.contains("usage limit") }.count == 2, "\(texts)")
        }
    }

    /// A hub with Ana, who hears of a terminal.
    private func waiting(_ body: (Station, World.Chat.ID, TestTerminal, ShiftedClock) async throws -> Void) async throws {
        let clock = ShiftedClock()
        try await Station.with(handler: try ScriptedHandler.real(), clock: clock, settings: { $0.countdowns = .milliseconds(50) }) {
            station in
            let ana = try await station.person("Ana", administrator: true)
            try await station.simulator.send("/tasks", from: ana, to: station.bot)
            _ = try await station.simulator.waitForMessage(in: station.chat(ana)) { $0.isFromBot }
            let terminal = try await station.terminal("deploy", on: try await station.server("mac-1"))
            try await body(station, station.chat(ana), terminal, clock)
        }
    }

    private func beQuiet(_ station: Station) async throws {
        let minute = Int(station.hub.clock.now().milliseconds / 60_000 % 1440)
        func text(_ minute: Int) -> String { "\((minute + 1440) % 1440 / 60):\(String(format: "%02d", (minute + 1440) % 60))" }
        let hours = "\(text(minute - 60))-\(text(minute + 120))"
        try await station.hub.run(ChangeProject(try await station.project().id, quietHours: hours), as: .hub)
    }

    @Test("tell after the quiet hours what ended in them; the message itself is kept current")
    func endsInQuietHours() async throws {
        try await waiting { station, chat, terminal, clock in
            _ = try await station.hub.run(
                NoteWaiting(terminal.session.id, .usageLimit, text: "limit reached, try again in 1h"), as: .hub)
            let first = try await station.simulator.waitForMessage(in: chat) { $0.text.contains("reached a usage limit") }
            try await station.eventually("it was looked at") {
                try await station.number("SELECT COUNT(*) FROM telegram_slot WHERE name LIKE 'countdown/%'") == 1
            }
            try await beQuiet(station)
            clock.advance(by: .seconds(61 * 60))
            _ = try await station.simulator.waitForMessage(in: chat) { $0.id == first.id && $0.text.contains("It is over since") }
            #expect(try await station.number("SELECT COUNT(*) FROM telegram_outbox WHERE source LIKE 'countdown/%/1'") == 0)
            clock.advance(by: .seconds(60 * 60))
            _ = try await station.simulator.waitForMessage(in: chat) { $0.text.contains("deploy: the usage limit is over") }
            #expect(try await station.number("SELECT COUNT(*) FROM telegram_outbox WHERE source LIKE 'countdown/%/0/%'") == 1)
        }
    }

    @Test("say nothing of a limit whose message quiet hours held until after its end")
    func heldUntilAfterTheEnd() async throws {
        try await waiting { station, chat, terminal, clock in
            try await beQuiet(station)
            _ = try await station.hub.run(
                NoteWaiting(terminal.session.id, .usageLimit, text: "limit reached, try again in 1h"), as: .hub)
            try await station.eventually("it is held") { try await station.number("SELECT COUNT(*) FROM telegram_deferred") == 1 }
            clock.advance(by: .seconds(125 * 60))
            _ = try await station.simulator.waitForMessage(in: chat) { $0.text.contains("It is over since") }
            try await station.eventually("it was looked at") {
                try await station.number("SELECT COUNT(*) FROM telegram_slot WHERE name LIKE 'countdown/%'") == 1
            }
            #expect(try await station.number("SELECT COUNT(*) FROM telegram_outbox WHERE source LIKE 'countdown/%/1'") == 0)
        }
    }
}
