import HubCore
import HubService
import HubStore
import Testing

@testable import ChatOps

@Suite struct PromptTests {
    private let claude = """
        │ Do you want to make this edit to login.swift?
        │ ❯ 1. Yes
        │   2. Yes, allow all edits during this session (shift+tab)
        │   3. No, and tell Claude what to do differently (esc)
        """

    @Test("a prompt reaches people with buttons for what it offers; typing settles it")
    func permission() async throws {
        let bench = try await ChatBench()
        let server = try await bench.terminalServer("mac-2")
        let (view, session) = try await bench.runningInTerminal(on: server)
        let mark = try await bench.events()
        #expect(try await bench.hub.run(NoteWaiting(session.id, .permission, text: claude), as: .hub))
        let notice = try #require(try await bench.notices(after: mark).last)
        let message = try #require(notice.message)
        #expect(notice.task == view.task.id && message.urgency == .decision && message.topic == .prompt(session.id, view.task.id))
        #expect(message.text.plain.hasPrefix("🔐 web#1 asks for permission: Fix the login\nshell on mac-2\n"))
        #expect(message.text.runs.contains { $0.style == .pre(language: nil) && $0.text.contains("make this edit") })
        #expect(
            message.buttons.map { $0.map(\.label) } == [
                ["1. Yes"], ["2. Yes, allow all edits during this session (s…"], ["3. No, and tell Claude what to do differently …"],
                ["🖼 Picture", "🖥 Watch", "⌨️ Keys"],
            ])
        let answered = try await bench.press(message.buttons[0][0].action, as: bench.ada)
        #expect(answered.toast == "1 pressed." && bench.terminals.deeds == [.pressed("1", in: session.id)])
        let settled = try #require(try await bench.notices(after: mark).last?.redraws.first)
        #expect(settled.topic == .prompt(session.id, view.task.id))
        #expect(settled.message?.text.plain.hasSuffix("✍️ Ada typed, 12:03 UTC.") == true)
        #expect(settled.message?.buttons.map { $0.map(\.label) } == [["🖼 Picture", "🖥 Watch", "⌨️ Keys"]])
    }

    @Test("an option is an answer to the prompt that it was shown for, and to no other")
    func late() async throws {
        let bench = try await ChatBench()
        let server = try await bench.terminalServer("mac-2")
        let (_, session) = try await bench.runningInTerminal(on: server)
        let mark = try await bench.events()
        #expect(try await bench.hub.run(NoteWaiting(session.id, .permission, text: "1. Show the diff\n2. Wait"), as: .hub))
        let shown = try #require(try await bench.notices(after: mark).last?.message)
        #expect(try await bench.hub.run(NoteWaiting(session.id, .permission, text: claude), as: .hub))
        let late = try await bench.press(shown.buttons[0][0].action, as: bench.ada)
        #expect(late.toast == "It does not ask that any more: look at what it shows now." && late.isAlert)
        #expect(bench.terminals.deeds.isEmpty)
        #expect(try await bench.hub.run(EndWaiting(session.id), as: .hub))
        #expect(try await bench.press(shown.buttons[0][0].action, as: bench.ada).isAlert && bench.terminals.deeds.isEmpty)
        // The same words later are another prompt.
        bench.clock.advance(by: .seconds(5))
        #expect(try await bench.hub.run(NoteWaiting(session.id, .permission, text: "1. Show the diff\n2. Wait"), as: .hub))
        #expect(try await bench.press(shown.buttons[0][0].action, as: bench.ada).isAlert && bench.terminals.deeds.isEmpty)
    }

    @Test("a prompt that is gone from its screen loses its buttons; who typed stays named")
    func resumed() async throws {
        let bench = try await ChatBench()
        let server = try await bench.terminalServer("mac-2")
        let (view, session) = try await bench.runningInTerminal(on: server)
        #expect(try await bench.hub.run(NoteWaiting(session.id, .permission, text: claude), as: .hub))
        var mark = try await bench.events()
        #expect(try await bench.hub.run(EndWaiting(session.id), as: .hub))
        let settled = try #require(try await bench.notices(after: mark).last?.redraws.first)
        #expect(settled.topic == .prompt(session.id, view.task.id))
        #expect(settled.message?.text.plain.hasSuffix("▶️ It goes on, 12:03 UTC.") == true)
        #expect(settled.message?.buttons.map { $0.map(\.label) } == [["🖼 Picture", "🖥 Watch", "⌨️ Keys"]])
        #expect(try await bench.hub.run(NoteWaiting(session.id, .permission, text: claude), as: .hub))
        _ = try await bench.press(.press(session.id, [PadKey(.enter)], .none), as: bench.ada)
        mark = try await bench.events()
        #expect(try await bench.hub.run(EndWaiting(session.id), as: .hub))
        #expect(try await bench.notices(after: mark).isEmpty)
    }

    @Test("what nobody knows comes with a picture; a usage limit with its end and a button to continue")
    func others() async throws {
        let bench = try await ChatBench()
        let server = try await bench.terminalServer("mac-2")
        let session = try await bench.session("deploy", on: server)
        let mark = try await bench.events()
        _ = try await bench.hub.run(NoteWaiting(session.id, .unknown, text: "Overwrite? [y/N]"), as: .hub)
        let first = try #require(try await bench.notices(after: mark).compactMap(\.message).first)
        #expect(first.terminal == .lines(session.id, count: 0, withPicture: true))
        let prompt = try await bench.hub.database.read { try SessionTable($0).prompt(of: session.id) }
        #expect(first.buttons.first?.map(\.action) == [.choose(session.id, .text("y"), prompt: prompt)])
        _ = try await bench.hub.run(NoteWaiting(session.id, .usageLimit, text: "5-hour limit reached ∙ resets 3:30pm"), as: .hub)
        // Told as late as this, the first is gone from the screen.
        let messages = try await bench.notices(after: mark).compactMap(\.message)
        #expect(messages.count == 1)
        #expect(messages.last?.text.plain.hasSuffix("It ends 15:30 UTC, in 3 h 27 min. Continue then, or reply to type.") == true)
        let resume = try #require(messages.last?.buttons.first?.first)
        #expect(resume.action == .send(session.id, "continue"))
        _ = try await bench.press(resume.action, as: bench.ada)
        #expect(bench.terminals.deeds == [.typed("continue", into: session.id, submits: true)])
    }

    @Test("a usage limit counts down by larger steps the farther its end is, says once that it is over, and ends with a word typed")
    func countdown() async throws {
        let bench = try await ChatBench()
        let session = try await bench.session("deploy", on: try await bench.terminalServer("mac-2"))
        #expect(try await bench.countdown(of: session) == nil)
        _ = try await bench.hub.run(NoteWaiting(session.id, .usageLimit, text: "limit reached, try again in 3h 5m"), as: .hub)
        func left() async throws -> (stage: Int64?, words: String) {
            let countdown = try await bench.countdown(of: session)
            return (countdown?.stage, countdown?.redraw.message?.text.plain.split(separator: "\n").last.map(String.init) ?? "")
        }
        #expect(try await left() == (180, "It ends 15:08 UTC, in 3 h 5 min. Continue then, or reply to type."))
        bench.clock.advance(by: .seconds(4 * 60))
        #expect(try await left().stage == 180)
        bench.clock.advance(by: .seconds(2 * 3600))
        #expect(try await left() == (60, "It ends 15:08 UTC, in 1 h 1 min. Continue then, or reply to type."))
        bench.clock.advance(by: .seconds(60 * 60))
        #expect(try await left() == (1, "It ends 15:08 UTC, in 1 min. Continue then, or reply to type."))
        #expect(try await bench.countdown(of: session)?.over == nil)
        bench.clock.advance(by: .seconds(120))
        #expect(try await left() == (0, "It is over since 15:08 UTC. Continue, or reply to type."))
        let over = try #require(try await bench.countdown(of: session)?.over)
        #expect(over.text.plain.hasPrefix("▶️ deploy: the usage limit is over") && over.urgency == .decision)
        #expect(over.buttons.first?.map(\.action) == [.send(session.id, "continue")])
        _ = try await bench.press(.send(session.id, "continue"), as: bench.ada)
        #expect(try await bench.countdown(of: session) == nil)
    }

    @Test(
        "reads options as a person would",
        arguments: [
            ("Proceed? (y/n)", ["Yes", "No"]), ("Are you sure? (yes/no)", ["Yes", "No"]), ("Press Enter to continue", ["Enter"]),
            ("1. one\n2. two\n\nPick:\n 1) red\n 2) blue", ["1. red", "2. blue"]), ("version 1. is out", []), ("3. third\n7. other", []),
            ("What is your name?", []),
        ])
    func options(_ text: String, _ labels: [String]) {
        #expect(PromptOptions.read(text).map(\.label) == labels)
    }

    @Test(
        "reads when a limit ends",
        arguments: [
            ("limit reached, resets at 3pm", 15 * 60), ("resets 11am", 35 * 60), ("Try again at 13:05.", 13 * 60 + 5),
            ("resets in 2h 5m", 14 * 60 + 8), ("try again in 90 minutes", 13 * 60 + 33), ("limit reached", nil),
            ("resets in 99999999999999999999h", nil), ("resets at 25:99", nil),
        ] as [(String, Int?)])
    func resets(_ text: String, _ minute: Int?) {
        let noon = Timestamp(milliseconds: 1_795_348_980_000)  // 12:03
        let midnight = noon.milliseconds - (12 * 60 + 3) * 60_000
        #expect(UsageReset.read(text, at: noon)?.milliseconds == minute.map { midnight + Int64($0) * 60_000 })
    }

    @Test("a stall says what is silent, and offers what helps; none is told of a task that waits for a person")
    func stalls() async throws {
        let bench = try await ChatBench()
        let server = try await bench.terminalServer("mac-2")
        let (view, session) = try await bench.runningInTerminal(on: server)
        let began = bench.clock.now()
        bench.clock.advance(by: .seconds(22 * 60))
        var mark = try await bench.events()
        #expect(try await bench.hub.run(MarkStalled(.id(view.task.id), since: began, level: .progress), as: .hub))
        let message = try #require(try await bench.notices(after: mark).last?.message)
        #expect(
            message.text.plain == "🐌 web#1 does not go on: Fix the login\nNothing has come from the agent on mac-2 for 22 min.\n/task_web_1"
        )
        #expect(message.terminal == .lines(session.id, count: 15, withPicture: false))
        #expect(message.buttons.map { $0.map(\.label) } == [["🖼 Picture", "🖥 Watch"], ["👉 Nudge", "Keep"], ["Release", "Cancel"]])
        let kept = try await bench.press(.keep(session.id), as: bench.ada)
        #expect(kept.edit?.text.plain.contains("Kept by Ada") == true)
        _ = try await bench.press(try #require(message.buttons.joined().first { $0.label == "👉 Nudge" }?.action), as: bench.ada)
        #expect(bench.terminals.deeds == [.typed(StallMessage.nudge, into: session.id, submits: true)])
        _ = try await bench.ask(view, .init(kind: .question, question: "A or B?"), on: server)
        mark = try await bench.events()
        #expect(try await bench.hub.run(MarkStalled(.id(view.task.id), since: bench.clock.now(), level: .server), as: .hub) == false)
        #expect(try await bench.notices(after: mark).isEmpty)
    }

    @Test("a failure carries the terminal's last lines, and the way to its picture")
    func failure() async throws {
        let bench = try await ChatBench()
        let server = try await bench.terminalServer("mac-2")
        let (view, session) = try await bench.runningInTerminal(on: server)
        let mark = try await bench.events()
        _ = try await bench.fail(view, "tests failed", on: server)
        let message = try #require(try await bench.notices(after: mark).compactMap(\.message).last)
        #expect(message.terminal == .lines(session.id, count: 20, withPicture: false))
        #expect(message.buttons.map { $0.map(\.label) } == [["Retry", "Reassign"], ["🖼 Picture", "Log"]])
        #expect(message.buttons.last?.last?.action == .command("/log \(session.id.argument)", inPlace: false))
    }

    @Test("what happens to words for an agent that is away is said at once")
    func queued() async throws {
        let bench = try await ChatBench()
        let server = try await bench.server("mac-2")
        let view = try await bench.running(on: server)
        _ = try await bench.hub.database.write { try $0.execute("UPDATE server SET state = 'offline'") }
        let reply = try await bench.say("mind the cache", as: bench.ada, replyTo: .task(view.task.id))
        #expect(reply.words == "#1: Queued until mac-2 is back: it is offline now." && reply.reaction == "✍")
    }
}
