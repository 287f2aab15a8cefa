import ChatOps
import Foundation
import HubCore
import HubService
import HubStore
import TelegramBot
import TelegramSimulator
import Testing

@testable import TelegramGateway

@Suite(.timeLimit(.minutes(3))) struct TerminalMessageTests {
    @Test("a picture of the screen is drawn, and drawn anew in place after a key")
    func pictures() async throws {
        try await Station.with(handler: .real()) { station in
            let ana = try await station.person("Ana", administrator: true)
            let chat = station.chat(ana)
            let terminal = try await station.terminal("deploy", on: try await station.server("mac-2"))
            terminal.say("\u{1b}[31mred\u{1b}[0m $ ")
            try await station.simulator.send("/screen deploy", from: ana, to: station.bot)
            let picture = try await station.simulator.waitForMessage(in: chat) { $0.attachment?.kind == .photo }
            #expect(picture.text.hasPrefix("🖼 deploy\nshell on mac-2") && picture.buttons == ["🔄 Refresh", "⌨️ Keys", "🖥 Watch"])
            let first = try #require(picture.attachment)
            #expect(first.width > 500 && first.height > 300)
            _ = try await station.simulator.press("⌨️ Keys", on: picture, by: ana)
            let pad = try await station.simulator.waitForMessage(in: chat) { $0.id == picture.id && $0.buttons.contains("Esc") }
            let answer = try await station.simulator.press("y", on: pad, by: ana)
            #expect(answer.text?.hasPrefix("y pressed") == true)
            let redrawn = try await station.simulator.waitForMessage(in: chat) { message in
                message.id == picture.id && message.versions.count >= 2 && message.attachment?.file != pad.attachment?.file
            }
            #expect(redrawn.buttons.contains("Esc") && terminal.bytes == [0x79])
            let old = try #require(await station.simulator.file(first)?.bytes)
            let attachment = try #require(redrawn.attachment)
            let new = try #require(await station.simulator.file(attachment)?.bytes)
            #expect(old != new)
        }
    }

    @Test("the key pad below the screen as text is refreshed in place")
    func pad() async throws {
        try await Station.with(handler: .real()) { station in
            let ana = try await station.person("Ana", administrator: true)
            let chat = station.chat(ana)
            let terminal = try await station.terminal("deploy", on: try await station.server("mac-2"))
            terminal.say("Overwrite? [y/N] ")
            try await station.simulator.send("/keys deploy", from: ana, to: station.bot)
            let pad = try await station.simulator.waitForMessage(in: chat) { $0.isFromBot && $0.text.contains("Overwrite?") }
            #expect(try await station.simulator.press("y", on: pad, by: ana).text?.hasPrefix("y pressed") == true)
            let shown = try await station.simulator.waitForMessage(in: chat) { $0.id == pad.id && $0.text.hasSuffix("[y/N] y") }
            #expect(shown.buttons == pad.buttons)
            #expect(await station.texts(chat).count == 1)
        }
    }

    // Pain 1: a decision is needed, but it never reaches the phone.
    @Test("a prompt that no profile knows reaches the chat with a picture of the screen, and a press types the answer")
    func promptsReachThePhone() async throws {
        try await Station.with(handler: .real()) { station in
            let ana = try await station.person("Ana", administrator: true)
            let chat = station.chat(ana)
            try await station.simulator.start(station.bot, by: ana)
            let terminal = try await station.terminal("deploy", on: try await station.server("mac-2"))
            terminal.say("Overwrite all? [y/N] ")
            try await station.eventually("the hub knows the chat") { try await station.number("SELECT COUNT(*) FROM telegram_chat") == 1 }
            _ = try await station.hub.run(NoteWaiting(terminal.session.id, .unknown, text: "Overwrite all? [y/N]"), as: .hub)
            let picture = try await station.simulator.waitForMessage(in: chat) { $0.attachment?.kind == .photo }
            let card = try await station.simulator.waitForMessage(in: chat) { $0.isFromBot && $0.text.contains("waiting for input") }
            #expect(picture.id < card.id && picture.isSilent && !card.isSilent)
            #expect(card.buttons.prefix(2) == ["Yes", "No"])
            #expect(try await station.simulator.press("Yes", on: card, by: ana).text == "deploy: typed and submitted.")
            try await station.eventually("it was typed") { terminal.lines == ["y"] }
            let settled = try await station.simulator.waitForMessage(in: chat) { $0.id == card.id && $0.text.contains("Ana typed") }
            #expect(settled.buttons == ["🖼 Picture", "🖥 Watch", "⌨️ Keys"])
        }
    }

    @Test("a failure shows the terminal's last lines as they are when it is sent")
    func failures() async throws {
        try await Station.with(handler: .real()) { station in
            let ana = try await station.person("Ana", administrator: true)
            try await station.simulator.start(station.bot, by: ana)
            let server = try await station.server("mac-2")
            let (task, terminal) = try await placed(station, on: server, profile: nil)
            terminal.say((1...30).map { "step \($0)\r\n" }.joined())
            try await station.eventually("the screen has it") {
                await station.live.scrollback(of: terminal.session.id, last: 1).last == "step 30"
            }
            let agent = Caller.agent(server, over: .rest)
            _ = try await station.hub.run(StartTask(.init(.id(task))), as: agent)
            _ = try await station.hub.run(FailTask(.init(.id(task)), error: "tests failed"), as: agent)
            let message = try await station.simulator.waitForMessage(in: station.chat(ana)) { $0.isFromBot && $0.text.contains("failed:") }
            #expect(message.text.hasSuffix("step 30") && message.text.contains("step 11\n") && !message.text.contains("step 10\n"))
            #expect(message.buttons.contains("🖼 Picture"))
        }
    }

    // Pain 17: what happens to a message that is sent mid-run.
    @Test("a note is marked when it is stored, and again when the agent has it; one that is dropped is said to be")
    func receipts() async throws {
        try await Station.with(handler: .real()) { station in
            let ana = try await station.person("Ana", administrator: true)
            let chat = station.chat(ana)
            let server = try await station.server("mac-2", agents: ["claude"])
            let (task, terminal) = try await placed(station, on: server, profile: "claude")
            _ = try await station.hub.run(StartTask(.init(.id(task))), as: .agent(server, over: .rest))
            let first = try await station.simulator.send("/note #1 mind the cache", from: ana, to: station.bot)
            _ = try await station.simulator.waitForMessage(in: chat) { $0.id == first.id && $0.reactions.values.contains("✍") }
            let second = try await station.simulator.send("/note #1 and the lock", from: ana, to: station.bot)
            _ = try await station.simulator.waitForMessage(in: chat) { $0.id == second.id && $0.reactions.values.contains("✍") }
            let pushes = try await station.hub.ask(ListPushes(to: .id(terminal.session.id)), as: .hub).filter { $0.kind == .taskNote }
            #expect(pushes.compactMap { $0.payload["content"]?.string } == ["mind the cache", "and the lock"])
            _ = try await station.hub.run(ConfirmPush(pushes[0].id, from: server.id), as: .hub)
            _ = try await station.simulator.waitForMessage(in: chat) { $0.id == first.id && $0.reactions.values.contains("👌") }
            _ = try await station.hub.run(DropPush(pushes[1].id, reason: "its terminal ended"), as: .hub)
            let dropped = try await station.simulator.waitForMessage(in: chat) { $0.isFromBot && $0.text.hasPrefix("Dropped:") }
            #expect(dropped.text.hasSuffix("Its terminal ended.") && dropped.replyTo == second.id)
            #expect(await station.simulator.message(second.id, in: chat)?.reactions.values.contains("👌") == false)
        }
    }

    @Test("a file in reply to a card goes to the task's server, and one that is asked for comes as a document")
    func files() async throws {
        try await Station.with(handler: .real()) { station in
            let ana = try await station.person("Ana", administrator: true)
            let chat = station.chat(ana)
            let server = try await station.server("mac-2")
            let (_, _) = try await placed(station, on: server, profile: nil)
            try await station.simulator.send("/task #1", from: ana, to: station.bot)
            let card = try await station.simulator.waitForMessage(in: chat) { $0.isFromBot && $0.text.contains("Fix it") }
            let bytes = (0..<70_000).map { UInt8(truncatingIfNeeded: $0) }
            let sent = try await station.simulator.sendDocument(named: "data.bin", bytes, from: ana, to: chat, replyTo: card)
            _ = try await station.simulator.waitForMessage(in: chat) { $0.isFromBot && $0.text == "📤 data.bin is on its way to mac-2." }
            func file(_ state: String) async throws -> HubFile.ID {
                try await station.database.read { connection in
                    let row = try #require(try connection.row("SELECT id FROM hub_file WHERE state = \(state)"))
                    var reader = RowReader(row)
                    return try reader.id()
                }
            }
            let offered = try await file("offered")
            #expect(try await station.hub.bytes(of: offered, as: .hub).bytes == bytes)
            _ = try await station.hub.run(AcknowledgeFile(offered, on: server.id, .stored(path: "/srv/data.bin")), as: .hub)
            _ = try await station.simulator.waitForMessage(in: chat) { $0.id == sent.id && $0.reactions.values.contains("👌") }
            let asked = try await station.simulator.send("/get #1 ~/web/build.log", from: ana, to: station.bot)
            _ = try await station.simulator.waitForMessage(in: chat) { $0.isFromBot && $0.text.contains("is asked for from mac-2") }
            let requested = try await file("requested")
            let content = try await station.hub.store(Array("log".utf8))
            _ = try await station.hub.run(ReceiveFile(requested, from: server.id, named: "build.log", content: content), as: .hub)
            let document = try await station.simulator.waitForMessage(in: chat) { $0.attachment?.name == "build.log" }
            #expect(document.replyTo == asked.id)
            let attachment = try #require(document.attachment)
            #expect(await station.simulator.file(attachment)?.bytes == Array("log".utf8))
        }
    }

    /// A task on a server in a terminal of its own.
    private func placed(_ station: Station, on server: Server, profile: String?) async throws -> (AgentTask.ID, TestTerminal) {
        var content = AgentTask.Content(title: "Fix it")
        content.requirements.agent = profile
        let task = try await station.hub.run(CreateTask(project: station.project().id, content: content), as: .hub).task.id
        let view = try await station.hub.ask(GetTask(.id(task)), as: .hub).view
        let session = try #require(view.task.session, "\(view.waiting as Any)")
        return (task, try await station.begin(session, on: server))
    }
}
