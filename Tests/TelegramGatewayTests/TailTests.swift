import ChatOps
import Foundation
import HubCore
import HubService
import HubStore
import TelegramBot
import TelegramSimulator
import Testing

@testable import TelegramGateway

@Suite(.timeLimit(.minutes(3))) struct TailTests {
    private static func hurry(_ settings: inout GatewaySettings) {
        settings.tails = TailPace(least: .milliseconds(20), check: .milliseconds(200))
    }

    @Test("a tail is one message, edited as output comes, and only where the screen looks different")
    func live() async throws {
        try await Station.with(handler: .real(), settings: Self.hurry) { station in
            let ana = try await station.person("Ana", administrator: true)
            let chat = station.chat(ana)
            let terminal = try await station.terminal("deploy", on: try await station.server("mac-2"))
            terminal.say("$ ")
            try await station.simulator.send("/tail deploy", from: ana, to: station.bot)
            let first = try await station.simulator.waitForMessage(in: chat) { $0.isFromBot && $0.text.contains("live, reply to type") }
            #expect(first.buttons == ["⏸ Pause", "⏹ Stop", "🖼 Picture", "⌨️ Keys", "✏️ Type", "Full log"])
            terminal.say("make\r\nbuilding <b>all</b> & more\r\n")
            let edited = try await station.simulator.waitForMessage(in: chat) { $0.id == first.id && $0.text.contains("building") }
            #expect(edited.text.hasSuffix("$ make\nbuilding <b>all</b> & more"))
            #expect(edited.entities.map(\.kind) == ["bold", "pre"] && edited.buttons == first.buttons)
            let edits = await station.simulator.calls(of: "editMessageText").count
            terminal.say("\u{07}\u{07}\u{1b}[0m")
            terminal.say("\u{1b}[1;1H")
            try await station.simulator.send("/sessions", from: ana, to: station.bot)
            _ = try await station.simulator.waitForMessage(in: chat) { $0.isFromBot && $0.text.hasPrefix("Sessions of default") }
            try await Task.sleep(for: .milliseconds(150))  // long enough for several redraws, of which there must be none
            #expect(await station.simulator.calls(of: "editMessageText").count == edits)
            #expect(await station.texts(chat).count == 2)
        }
    }

    @Test("many changes become few edits, and the last of them is shown")
    func coalesced() async throws {
        try await Station.with(handler: .real(), settings: { $0.tails = TailPace(least: .milliseconds(250), check: .seconds(5)) }) {
            station in
            let ana = try await station.person("Ana", administrator: true)
            let terminal = try await station.terminal("flood", on: try await station.server("mac-2"))
            try await station.simulator.send("/tail flood", from: ana, to: station.bot)
            _ = try await station.simulator.waitForMessage(in: station.chat(ana)) { $0.isFromBot && $0.text.contains("live") }
            let clock = ContinuousClock()
            let begin = clock.now
            for number in 1...400 {
                terminal.say("line \(number)\r\n")
                if number % 20 == 0 { try await Task.sleep(for: .milliseconds(30)) }  // output that comes over time
            }
            _ = try await station.simulator.waitForMessage(in: station.chat(ana)) { $0.text.contains("line 400") }
            let most = Int((clock.now - begin) / .milliseconds(250)) + 2
            let edits = await station.simulator.calls(of: "editMessageText").count
            #expect(edits >= 1 && edits <= most)
        }
    }

    @Test("pause holds it, resume goes on, stop ends it; the newest tail of a chat takes the buttons of the older")
    func buttons() async throws {
        try await Station.with(handler: .real(), settings: Self.hurry) { station in
            let ana = try await station.person("Ana", administrator: true)
            let chat = station.chat(ana)
            let terminal = try await station.terminal("deploy", on: try await station.server("mac-2"))
            terminal.say("one\r\n")
            try await station.simulator.send("/tail deploy", from: ana, to: station.bot)
            let first = try await station.simulator.waitForMessage(in: chat) { $0.isFromBot && $0.text.contains("one") }
            #expect(try await station.simulator.press("⏸ Pause", on: first, by: ana).text == "Paused.")
            let paused = try await station.simulator.waitForMessage(in: chat) { $0.id == first.id && $0.text.contains("· paused") }
            terminal.say("two\r\n")
            try await Task.sleep(for: .milliseconds(150))  // nothing may come in that time
            #expect(await station.simulator.message(first.id, in: chat)?.text.contains("two") == false)
            #expect(try await station.simulator.press("▶️ Resume", on: paused, by: ana).text == "Live again.")
            _ = try await station.simulator.waitForMessage(in: chat) {
                $0.id == first.id && $0.text.contains("two") && $0.text.contains("live")
            }
            try await station.simulator.send("/tail deploy", from: ana, to: station.bot)
            let second = try await station.simulator.waitForMessage(in: chat) {
                $0.id > first.id && $0.isFromBot && $0.text.contains("two")
            }
            _ = try await station.simulator.waitForMessage(in: chat) { $0.id == first.id && $0.buttons.isEmpty }
            terminal.say("three\r\n")
            let shown = try await station.simulator.waitForMessage(in: chat) { $0.id == second.id && $0.text.contains("three") }
            #expect(await station.simulator.message(first.id, in: chat)?.text.contains("three") == false)
            #expect(try await station.simulator.press("⏹ Stop", on: shown, by: ana).text == "Stopped.")
            let stopped = try await station.simulator.waitForMessage(in: chat) { $0.id == second.id && $0.buttons.contains("▶️ Watch on") }
            #expect(try await station.number("SELECT COUNT(*) FROM telegram_tail") == 0)
            _ = try await station.simulator.press("▶️ Watch on", on: stopped, by: ana)
            terminal.say("four\r\n")
            _ = try await station.simulator.waitForMessage(in: chat) {
                $0.id == second.id && $0.text.contains("four") && $0.text.contains("live")
            }
        }
    }

    @Test("what was being drawn when somebody paused does not make the message live again")
    func drawnWhilePausing() async throws {
        let hold = HeldScreens.Hold()
        // No look at the database in between: the drawing goes on where it was.
        let settings: (inout GatewaySettings) -> Void = { $0.tails = TailPace(least: .milliseconds(20), check: .seconds(30)) }
        try await Station.with(handler: .real(), screens: { HeldScreens(screens: $0, hold: hold) }, settings: settings) { station in
            let ana = try await station.person("Ana", administrator: true)
            let chat = station.chat(ana)
            let terminal = try await station.terminal("deploy", on: try await station.server("mac-2"))
            terminal.say("one\r\n")
            try await station.simulator.send("/tail deploy", from: ana, to: station.bot)
            let tail = try await station.simulator.waitForMessage(in: chat) { $0.isFromBot && $0.text.contains("one") }
            try await station.eventually("the tail is settled") {
                try await station.number("SELECT COUNT(*) FROM telegram_slot WHERE name LIKE 'tail/%' AND message IS NOT NULL") == 1
            }
            hold.arm()
            terminal.say("two\r\n")
            try await station.eventually("a picture is being drawn") { hold.isHolding }
            defer { hold.release() }
            #expect(try await station.simulator.press("⏸ Pause", on: tail, by: ana).text == "Paused.")
            _ = try await station.simulator.waitForMessage(in: chat) { $0.id == tail.id && $0.text.contains("· paused") }
            terminal.say("three\r\n")
            hold.release()
            try await station.simulator.send("/sessions", from: ana, to: station.bot)
            _ = try await station.simulator.waitForMessage(in: chat) { $0.isFromBot && $0.text.hasPrefix("Sessions of default") }
            try await Task.sleep(for: .milliseconds(150))  // long enough for the edit that must not come
            let shown = await station.simulator.message(tail.id, in: chat)
            #expect(shown?.text.contains("· paused") == true && shown?.text.contains("three") == false)
            #expect(shown?.buttons.contains("▶️ Resume") == true)
        }
    }

    @Test("a reply is typed; the receipt says so, and the tail shows it")
    func typing() async throws {
        try await Station.with(handler: .real(), settings: Self.hurry) { station in
            let ana = try await station.person("Ana", administrator: true)
            let chat = station.chat(ana)
            let terminal = try await station.terminal("deploy", on: try await station.server("mac-2"))
            terminal.say("error: no route\r\n$ ")
            try await station.simulator.send("/tail deploy", from: ana, to: station.bot)
            let tail = try await station.simulator.waitForMessage(in: chat) { $0.isFromBot && $0.text.contains("no route") }
            let said = try await station.simulator.send("git status", from: ana, to: station.bot, replyTo: tail)
            try await station.expect("deploy: typed and submitted.", in: chat)
            _ = try await station.simulator.waitForMessage(in: chat) { $0.id == said.id && $0.reactions.values.contains("👌") }
            #expect(terminal.lines == ["git status"])
            _ = try await station.simulator.waitForMessage(in: chat) { $0.id == tail.id && $0.text.contains("ran: git status") }
            try await station.simulator.send("why?", from: ana, to: station.bot, replyTo: tail, quote: "error: no route")
            try await station.eventually("the quoted line goes along") {
                terminal.lines.joined(separator: "|").contains("> error: no route") && terminal.lines.last?.hasSuffix("why?") == true
            }
        }
    }

    @Test("survives a restart of the hub, and goes on in the same message")
    func restart() async throws {
        try await Station.with(handler: .real(), settings: Self.hurry) { station in
            let ana = try await station.person("Ana", administrator: true)
            let chat = station.chat(ana)
            let server = try await station.server("mac-2")
            let terminal = try await station.terminal("deploy", on: server)
            terminal.say("before\r\n")
            try await station.simulator.send("/tail deploy", from: ana, to: station.bot)
            let tail = try await station.simulator.waitForMessage(in: chat) { $0.isFromBot && $0.text.contains("before") }
            try await station.eventually("it is noted where the tail is") {
                try await station.number("SELECT COUNT(*) FROM telegram_slot WHERE name LIKE 'tail/%' AND message IS NOT NULL") == 1
            }
            try await station.afterCrash(handler: .real(), settings: Self.hurry) { next in
                let back = try await next.attach(terminal.session.id, on: server)
                back.say("after the restart\r\n")
                let shown = try await next.simulator.waitForMessage(in: chat) { $0.id == tail.id && $0.text.contains("after the restart") }
                #expect(shown.buttons == tail.buttons)
                #expect(try await next.simulator.press("⏹ Stop", on: shown, by: ana).text == "Stopped.")
            }
        }
    }

    @Test("ends with its session, after its time, and with the right to see it")
    func ends() async throws {
        try await Station.with(handler: .real(), settings: Self.hurry) { station in
            let ana = try await station.person("Ana", administrator: true)
            let vic = try await station.person("Vic", role: .viewer)
            let server = try await station.server("mac-2")
            for name in ["first", "second"] { _ = try await station.terminal(name, on: server) }
            let third = try await station.terminal("third", on: server)
            third.say("bye\r\n")
            let chat = station.chat(ana)
            func tail(_ name: String, _ person: World.Person) async throws -> World.Message {
                try await station.simulator.send("/tail \(name)", from: person, to: station.bot)
                return try await station.simulator.waitForMessage(in: station.chat(person)) {
                    $0.isFromBot && $0.text.hasPrefix("🖥 \(name)")
                }
            }
            let late = try await tail("first", ana)
            _ = try await station.database.write { try $0.execute("UPDATE telegram_tail SET until = 1") }
            let timedOut = try await station.simulator.waitForMessage(in: chat) {
                $0.id == late.id && $0.text.contains("stopped after 15 minutes")
            }
            #expect(timedOut.buttons == ["▶️ Watch on", "Full log", "Replay"])
            let seen = try await tail("second", vic)
            _ = try await station.database.write { try $0.execute("DELETE FROM membership") }
            let hidden = try await station.simulator.waitForMessage(in: station.chat(vic)) {
                $0.id == seen.id && $0.text.contains("may not see")
            }
            #expect(hidden.buttons.isEmpty)
            let over = try await tail("third", ana)
            _ = try await station.hub.run(SessionClosed(third.session.id, on: server.id, exitCode: 3), as: .hub)
            let ended = try await station.simulator.waitForMessage(in: chat) { $0.id == over.id && $0.text.contains("with exit code 3") }
            #expect(ended.buttons == ["Full log", "Replay"] && ended.text.hasSuffix("bye"))
            try await station.eventually("no tail is left") { try await station.number("SELECT COUNT(*) FROM telegram_tail") == 0 }
        }
    }

    @Test("a tail whose message is deleted ends, and posts no other")
    func deleted() async throws {
        try await Station.with(handler: .real(), settings: Self.hurry) { station in
            let ana = try await station.person("Ana", administrator: true)
            let chat = station.chat(ana)
            let terminal = try await station.terminal("deploy", on: try await station.server("mac-2"))
            try await station.simulator.send("/tail deploy", from: ana, to: station.bot)
            let tail = try await station.simulator.waitForMessage(in: chat) { $0.isFromBot && $0.text.contains("live") }
            let token = try #require(BotToken(station.bot.token))
            let client = BotAPIClient(token: token, transport: station.transport, baseURL: station.simulator.url)
            #expect(try await client.deleteMessage(MessageAddress(chat: ana.id, message: tail.id)))
            terminal.say("more\r\n")
            try await station.eventually("the tail is over") { try await station.number("SELECT COUNT(*) FROM telegram_tail") == 0 }
            #expect(await station.texts(chat).isEmpty)
        }
    }

    @Test("live edits leave room for those who ask, and none is refused")
    func budget() async throws {
        let limits = Limits(privatePerSecond: 3, groupPerMinute: 20, overallPerSecond: 30)
        try await Station.with(
            handler: .real(), limits: limits,
            settings: {
                $0.limits = .telegram
                $0.tails = TailPace(least: .milliseconds(20), check: .seconds(5))
            }
        ) { station in
            let ana = try await station.person("Ana", administrator: true)
            let chat = station.chat(ana)
            let terminal = try await station.terminal("flood", on: try await station.server("mac-2"))
            try await station.simulator.send("/tail flood", from: ana, to: station.bot)
            _ = try await station.simulator.waitForMessage(in: chat) { $0.isFromBot && $0.text.contains("live") }
            let flood = Task {
                var number = 0
                while !Task.isCancelled {
                    number += 1
                    terminal.say("line \(number)\r\n")
                    try? await Task.sleep(for: .milliseconds(10))  // output that goes on and on
                }
            }
            defer { flood.cancel() }
            for _ in 0..<2 {
                let count = await station.texts(chat).count
                try await station.simulator.send("/sessions", from: ana, to: station.bot)
                try await station.eventually("an answer") { await station.texts(chat).count > count }
            }
            let refused = await station.simulator.calls(of: "editMessageText").filter { $0.status == 429 }
            #expect(refused.isEmpty)
        }
    }

    @Test("secrets on the screen do not leave the hub, and a long screen is cut to what a message holds")
    func hostile() async throws {
        try await Station.with(handler: .real(), settings: Self.hurry) { station in
            let ana = try await station.person("Ana", administrator: true)
            let chat = station.chat(ana)
            let server = try await station.server("mac-2")
            let opened = try await station.hub.run(
                OpenSession(
                    on: server.name, in: station.project().id, name: "wide", size: try #require(TerminalSize(columns: 300, rows: 100))),
                as: .hub)
            let terminal = try await station.begin(opened.session.id, on: server)
            for _ in 0..<100 { terminal.say(String(repeating: "<&😀x", count: 50) + "\r\n") }
            terminal.say("token ghp_" + String(repeating: "a1B2", count: 9) + " /start @ana")
            try await station.simulator.send("/tail wide", from: ana, to: station.bot)
            let tail = try await station.simulator.waitForMessage(in: chat) { $0.isFromBot && $0.text.contains("token") }
            #expect(!tail.text.contains("ghp_a1B2") && tail.text.utf16.count <= 4096)
            #expect(Set(tail.entities.map(\.kind)) == ["bold", "pre"])
        }
    }
}
