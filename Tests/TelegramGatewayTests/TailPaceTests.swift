import ChatOps
import Foundation
import HubCore
import HubService
import LiveSessions
import Terminal
import Testing

@testable import TelegramGateway

/// When a tail waits before it is drawn again. The pause between two edits is longer than any test here.
@Suite(.timeLimit(.minutes(3))) struct TailPaceTests {
    private static func wait(_ settings: inout GatewaySettings) {
        settings.tails = TailPace(least: .seconds(3600), check: .seconds(3600))
    }

    @Test("what comes after looks that drew nothing is shown without a pause, and no edit is made that changes nothing")
    func looks() async throws {
        let (looks, latch) = (Locked(0), Latch())
        let screens = { CountedScreens(screens: $0, count: looks, latch: latch) }
        try await Station.with(handler: .real(), screens: screens, settings: Self.wait) { station in
            // However the test ends: who waits for it cannot be cancelled.
            defer { latch.open() }
            let ana = try await station.person("Ana", administrator: true)
            let chat = station.chat(ana)
            let terminal = try await station.terminal("deploy", on: try await station.server("mac-2"))
            terminal.say("$ ")
            try await station.simulator.send("/tail deploy", from: ana, to: station.bot)
            let tail = try await station.simulator.waitForMessage(in: chat) { $0.isFromBot && $0.text.contains("live, reply to type") }
            // Were the tail drawn while its message is on the way, that would be an edit, and the next an hour later.
            try await station.eventually("the message is sent") {
                try await station.number("SELECT COUNT(*) FROM telegram_outbox WHERE finished_at IS NULL") == 0
            }
            latch.open()
            // The message itself takes one look, and each time that the tail is drawn two.
            try await station.eventually("it is looked at once it is posted") { looks.withLock { $0 } >= 3 }
            // Another colour is a change of which a text shows nothing.
            terminal.say("\r\u{1b}[31m$ \u{1b}[0m")
            try await station.eventually("it is looked at in its other colour") { looks.withLock { $0 } >= 5 }
            terminal.say("make\r\n")
            _ = try await station.simulator.waitForMessage(in: chat) { $0.id == tail.id && $0.text.hasSuffix("$ make") }
            let edits = await station.simulator.calls(of: "editMessageText")
            #expect(edits.map(\.status) == [200])
        }
    }
}
