import ChatOps
import Foundation
import HubCore
import HubService
import HubStore
import TelegramBot
import TelegramSimulator
import Testing

@testable import TelegramGateway

/// Tails beside each other: in groups and topics, and many at once.
@Suite(.timeLimit(.minutes(2))) struct TailCrowdTests {
    private static func hurry(_ settings: inout GatewaySettings) {
        settings.tails = TailPace(least: .milliseconds(5), check: .milliseconds(200))
    }

    private func shows(_ text: String, _ message: World.Message, _ station: Station) async throws {
        let id = message.id
        _ = try await station.simulator.waitForMessage(in: message.chat, timeout: .seconds(60)) { $0.id == id && $0.text.contains(text) }
    }

    @Test("in a forum each tail stays in its topic, is edited in its own message, and is typed into from there")
    func topics() async throws {
        try await Station.with(handler: .real(), settings: Self.hurry) { station in
            let ana = try await station.person("Ana", administrator: true)
            let forum = await station.simulator.addGroup(title: "Forum", people: [ana], bots: [station.bot], isForum: true)
            let work = try await station.simulator.createTopic("Work", in: forum, by: ana)
            let play = try await station.simulator.createTopic("Play", in: forum, by: ana)
            try await station.bind(forum, by: ana)
            let server = try await station.server("mac-2")
            let (deploy, build) = (try await station.terminal("deploy", on: server), try await station.terminal("build", on: server))
            func tail(_ name: String, in chat: World.Chat.ID, _ thread: Int?) async throws -> World.Message {
                let asked = try await station.simulator.send("/tail \(name)", from: ana, to: chat, thread: thread)
                return try await station.simulator.waitForMessage(in: chat, after: asked) { $0.isFromBot && $0.text.hasPrefix("🖥 \(name)") }
            }
            let inWork = try await tail("deploy", in: forum, work.id)
            let inPlay = try await tail("build", in: forum, play.id)
            let inGeneral = try await tail("build", in: station.chat(ana), nil)
            #expect(inWork.thread == work.id && inPlay.thread == play.id && inGeneral.thread == nil)
            deploy.say("deploying\r\n")
            build.say("building\r\n")
            try await shows("deploying", inWork, station)
            try await shows("building", inPlay, station)
            try await shows("building", inGeneral, station)
            for message in [inWork, inPlay] {
                let now = try #require(await station.simulator.message(message.id, in: forum))
                #expect(now.thread == message.thread && now.text.contains("deploying") != now.text.contains("building"))
            }
            try await station.simulator.send("status", from: ana, to: forum, replyTo: inWork, thread: work.id)
            try await shows("ran: status", inWork, station)
            #expect(deploy.lines == ["status"] && build.lines.isEmpty)

            // Asked for once more in another topic it goes on there, and the old one is left as it was.
            let moved = try await tail("deploy", in: forum, play.id)
            #expect(moved.thread == play.id)
            deploy.say("on and on\r\n")
            try await shows("on and on", moved, station)
            #expect(await station.simulator.message(inWork.id, in: forum)?.text.contains("on and on") == false)

            for terminal in [deploy, build] {
                terminal.say("bye\r\n")
                _ = try await station.hub.run(SessionClosed(terminal.session.id, on: server.id, exitCode: 3), as: .hub)
            }
            for message in [moved, inPlay, inGeneral] {
                try await shows("with exit code 3", message, station)
                let last = try #require(await station.simulator.message(message.id, in: message.chat))
                #expect(last.text.hasSuffix("bye") && last.thread == message.thread)
            }
            #expect(try await station.number("SELECT COUNT(*) FROM telegram_tail") == 0)
        }
    }

    @Test("a tail that is asked for again and again goes on in its newest message")
    func again() async throws {
        try await Station.with(
            handler: .real(), settings: { $0.tails = TailPace(least: .milliseconds(1), check: .milliseconds(1), look: .milliseconds(1)) }
        ) { station in
            let ana = try await station.person("Ana", administrator: true)
            let chat = station.chat(ana)
            let deploy = try await station.terminal("deploy", on: try await station.server("mac-2"))
            for number in 1...40 {
                let asked = try await station.simulator.send("/tail deploy", from: ana, to: station.bot)
                let message = try await station.simulator.waitForMessage(in: chat, after: asked) { $0.isFromBot && $0.text.hasPrefix("🖥") }
                deploy.say("line \(number)\r\n")
                try await shows("line \(number)", message, station)
                #expect(await station.simulator.message(message.id, in: chat)?.text.contains("stopped") == false)
            }
            #expect(try await station.number("SELECT COUNT(*) FROM telegram_tail") == 1)
        }
    }

    @Test("in a group three tails that flood keep to its budget, and who asks is answered meanwhile")
    func group() async throws {
        // Telegram's own limits: what goes beyond them is refused.
        try await Station.with(
            handler: .real(), limits: Limits(),
            settings: {
                $0.limits = .telegram
                $0.tails = TailPace(least: .milliseconds(5), check: .milliseconds(200))
            }
        ) { station in
            let ana = try await station.person("Ana", administrator: true)
            let group = await station.simulator.addGroup(title: "Team", people: [ana], bots: [station.bot])
            try await station.bind(group, by: ana)
            let server = try await station.server("mac-2")
            var terminals: [TestTerminal] = []
            for name in ["one", "two", "three"] {
                terminals.append(try await station.terminal(name, on: server))
                let asked = try await station.simulator.send("/tail \(name)", from: ana, to: group)
                _ = try await station.simulator.waitForMessage(in: group, after: asked) { $0.isFromBot && $0.text.hasPrefix("🖥 \(name)") }
            }
            let flooding = terminals
            let flood = Task {
                var number = 0
                while !Task.isCancelled {
                    number += 1
                    for terminal in flooding { terminal.say("line \(number)\r\n") }
                    try? await Task.sleep(for: .milliseconds(10))  // output that goes on and on
                }
            }
            defer { flood.cancel() }
            try await station.eventually("a live edit") { await station.simulator.calls(of: "editMessageText").count >= 2 }
            for _ in 0..<5 {
                let asked = try await station.simulator.send("/sessions", from: ana, to: group)
                _ = try await station.simulator.waitForMessage(in: group, after: asked) { $0.isFromBot && $0.text.hasPrefix("Sessions") }
            }
            flood.cancel()
            await flood.value
            for terminal in terminals {
                terminal.say("bye\r\n")
                _ = try await station.hub.run(SessionClosed(terminal.session.id, on: server.id, exitCode: 3), as: .hub)
            }
            try await station.eventually("three ends") {
                await station.texts(group).count { $0.contains("with exit code 3") && $0.hasSuffix("bye") } == 3
            }
            let calls = await station.simulator.calls(of: "editMessageText") + station.simulator.calls(of: "sendMessage")
            // An edit that changes nothing is refused, too, and costs nothing.
            let refused = calls.filter { $0.status != 200 && $0.status != 400 }
            #expect(refused.isEmpty)
        }
    }

    @Test("fifty tails that flood all show their newest screen, lose no end, and leave room for those who ask")
    func fifty() async throws {
        try await Station.with(handler: .real(), settings: Self.hurry) { station in
            let ana = try await station.person("Ana", administrator: true)
            let chat = station.chat(ana)
            let server = try await station.server("mac-2")
            var tails: [(terminal: TestTerminal, message: World.Message)] = []
            for number in 0..<50 {
                let terminal = try await station.terminal("t-\(number)", on: server)
                let asked = try await station.simulator.send("/tail t-\(number)", from: ana, to: station.bot)
                let message = try await station.simulator.waitForMessage(in: chat, after: asked) {
                    $0.isFromBot && $0.text.hasPrefix("🖥 t-\(number)\n")
                }
                tails.append((terminal, message))
            }
            let flooding = tails.map(\.terminal)
            let flood = Task {
                var line = 0
                while !Task.isCancelled {
                    line += 1
                    for terminal in flooding { terminal.say("line \(line)\r\n") }
                    try? await Task.sleep(for: .milliseconds(20))  // output that goes on and on
                }
            }
            defer { flood.cancel() }
            for (terminal, message) in tails { try await shows("line ", message, station, terminal.session.name) }
            for _ in 0..<10 {
                let asked = try await station.simulator.send("/sessions", from: ana, to: station.bot)
                let edits = await station.simulator.calls(of: "editMessageText").count
                _ = try await station.simulator.waitForMessage(in: chat, after: asked) { $0.isFromBot && $0.text.hasPrefix("Sessions") }
                // They go on being drawn.
                try await station.eventually("another edit") { await station.simulator.calls(of: "editMessageText").count > edits }
            }
            flood.cancel()
            await flood.value
            for (number, tail) in tails.enumerated() { tail.terminal.say("newest of \(number)\r\n") }
            for (number, tail) in tails.enumerated() { try await shows("newest of \(number)", tail.message, station) }
            for (number, tail) in tails.enumerated() {
                tail.terminal.say("end of \(number)\r\n")
                _ = try await station.hub.run(SessionClosed(tail.terminal.session.id, on: server.id, exitCode: 3), as: .hub)
            }
            for (number, tail) in tails.enumerated() {
                try await shows("with exit code 3", tail.message, station)
                #expect(await station.simulator.message(tail.message.id, in: chat)?.text.hasSuffix("end of \(number)") == true)
            }
            #expect(try await station.number("SELECT COUNT(*) FROM telegram_tail") == 0)
        }
    }

    private func shows(_ text: String, _ message: World.Message, _ station: Station, _ name: String) async throws {
        do { try await shows(text, message, station) } catch {
            Issue.record("\(name) never showed \(text)")
            throw error
        }
    }
}
