import HubCore
import HubService
import Testing

@testable import ChatOps

@Suite struct SessionCommandTests {
    @Test("a tail shows the screen live, names the task, and offers what a reader may do")
    func tail() async throws {
        let bench = try await ChatBench()
        let server = try await bench.terminalServer("mac-2")
        let (view, session) = try await bench.runningInTerminal(on: server)
        let reply = try await bench.say("/tail #\(view.task.number)", as: bench.ada)
        let message = try #require(reply.messages.first)
        #expect(message.text.plain == "🖥 #1 Fix the login\nshell on mac-2 · live, reply to type")
        #expect(message.terminal == .tail(session.id, .live))
        #expect(message.topic == .terminal(session.id, view.task.id))
        #expect(message.buttons.map { $0.map(\.label) } == [["⏸ Pause", "⏹ Stop", "🖼 Picture"], ["⌨️ Keys", "✏️ Type", "Full log"]])
        let viewer = try await bench.say("/tail #1", as: bench.vic)
        #expect(viewer.messages.first?.buttons.map { $0.map(\.label) } == [["⏸ Pause", "⏹ Stop", "🖼 Picture"], ["Full log"]])
        let paused = try await bench.press(try #require(reply.button("⏸ Pause")), as: bench.ada)
        #expect(paused.edit?.terminal == .tail(session.id, .paused) && paused.toast == "Paused.")
        let stopped = try await bench.press(try #require(reply.button("⏹ Stop")), as: bench.ada)
        #expect(stopped.edit?.terminal == .tail(session.id, .over))
        #expect(stopped.button("▶️ Watch on") == .command("/tail session:\(session.id) resume", inPlace: true))
    }

    @Test("sessions go by task, by name and by the message that is replied to; what is not there is said in one sentence")
    func names() async throws {
        let bench = try await ChatBench()
        let server = try await bench.terminalServer("mac-2")
        let session = try await bench.session("deploy", on: server)
        for text in ["/tail deploy", "/tail DEPLOY", "/tail session:\(session.id)"] {
            #expect(try await bench.say(text, as: bench.ada).messages.first?.terminal == .tail(session.id, .live), "\(text)")
        }
        let replied = try await bench.say("/screen", as: bench.ada, replyTo: .terminal(session.id, nil))
        #expect(replied.messages.first?.terminal == .picture(session.id))
        #expect(
            try await bench.say("/tail nothing", as: bench.ada).words
                == "There is no session nothing: /\u{2060}sessions lists those that there are.")
        #expect(try await bench.say("/tail #9", as: bench.ada).words == "There is no task #9 in project web.")
        #expect(
            try await bench.say("/tail", as: bench.ada).words
                == "Say which session: a task like #42, or a name that /\u{2060}sessions lists.\nUsage: /tail [#42|SESSION] [pause|resume|stop]\nFor example: /tail #42"
        )
        #expect(
            try await bench.say("/tail session:\(session.id)", as: bench.nora).words
                == "There is no such session, or it is in a project that you are not part of.")
        _ = try await bench.hub.run(SessionClosed(session.id, on: server.id, exitCode: 3), as: .hub)
        let over = try await bench.say("/tail session:\(session.id)", as: bench.ada).words
        #expect(over.hasPrefix("Deploy ended 12:03 UTC with exit code 3.") || over.hasPrefix("deploy ended 12:03 UTC with exit code 3."))
    }

    @Test("a task without a terminal says why it has none")
    func withoutTerminal() async throws {
        let bench = try await ChatBench()
        let waiting = try await bench.task("wait")
        #expect(try await bench.say("/tail #\(waiting.task.number)", as: bench.ada).words.hasPrefix("#1 has no terminal: it is"))
        let rest = try await bench.server("rest-only")
        let running = try await bench.running("by REST", on: rest)
        #expect(
            try await bench.say("/screen #\(running.task.number)", as: bench.ada).words
                == "#\(running.task.number) has no terminal here: the agent on rest-only opened none.")
    }

    @Test(
        "/send types once, and says what the screen showed",
        arguments: [
            (TypingReceipt.submitted, "#1: typed and submitted."),
            (.typedNotSubmitted, "#1: typed, but not submitted: the terminal did not take the Enter."),
            (.noSession, "#1: not delivered: there is no terminal to type into any more."),
            (.serverOffline, "#1: not delivered: mac-2 is not connected. Nothing was kept; send it again later."),
        ])
    func receipts(_ receipt: TypingReceipt, _ words: String) async throws {
        let bench = try await ChatBench()
        let server = try await bench.terminalServer("mac-2")
        let (_, session) = try await bench.runningInTerminal(on: server)
        bench.terminals.answer(receipt)
        let key = bench.key()
        let reply = try await bench.say("/send #1 run the tests\nall of them", as: bench.ada, key: key)
        #expect(reply.words == words)
        #expect(reply.reaction == (receipt == .submitted ? "👌" : nil))
        #expect(reply.button("Press Enter") == (receipt == .typedNotSubmitted ? .press(session.id, [PadKey(.enter)], .none) : nil))
        let again = try await bench.say("/send #1 run the tests\nall of them", as: bench.ada, key: key)
        #expect(again.words == Typist.repetition)
        #expect(bench.terminals.deeds == [.typed("run the tests\nall of them", into: session.id, submits: true)])
    }

    @Test("a reply to a terminal is typed, and a line that was marked goes along")
    func replies() async throws {
        let bench = try await ChatBench()
        let server = try await bench.terminalServer("mac-2")
        let session = try await bench.session("deploy", on: server)
        let topic = Topic.terminal(session.id, nil)
        _ = try await bench.say("what is this?", as: bench.ada, replyTo: topic, marking: "error: no route")
        _ = try await bench.say("/send git status", as: bench.ada, replyTo: topic)
        _ = try await bench.say("1", as: bench.ada, replyTo: .prompt(session.id, nil))
        #expect(
            bench.terminals.deeds == [
                .typed("> error: no route\nwhat is this?", into: session.id, submits: true),
                .typed("git status", into: session.id, submits: true), .typed("1", into: session.id, submits: true),
            ])
        let refused = try await bench.say("hello", as: bench.vic, replyTo: topic)
        #expect(refused.words.contains("may not type into sessions"))
        #expect(bench.terminals.deeds.count == 3)
    }

    @Test("a word that stops, in reply to a terminal, interrupts what runs there")
    func stopWords() async throws {
        let bench = try await ChatBench()
        let server = try await bench.terminalServer("mac-2")
        let shell = try await bench.session("deploy", on: server)
        let agent = try await bench.session("helper", profile: "claude", on: server)
        let reply = try await bench.say("Stop", as: bench.ada, replyTo: .terminal(shell.id, nil))
        #expect(reply.words == "deploy: Ctrl-C pressed. To type the word itself, send /send deploy Stop")
        _ = try await bench.say("cancel", as: bench.ada, replyTo: .terminal(agent.id, nil))
        #expect(bench.terminals.deeds == [.pressed("ctrl-c", in: shell.id), .pressed("esc", in: agent.id)])
    }

    @Test("a word that stops, in reply to a prompt that waits, is typed like any other; later it interrupts")
    func stopWordsToPrompts() async throws {
        let bench = try await ChatBench()
        let session = try await bench.session("deploy", on: try await bench.terminalServer("mac-2"))
        _ = try await bench.hub.run(NoteWaiting(session.id, .input, text: "Continue, or quit?"), as: .hub)
        let reply = try await bench.say("quit", as: bench.ada, replyTo: .prompt(session.id, nil))
        #expect(reply.words == "deploy: typed and submitted.")
        _ = try await bench.hub.run(EndWaiting(session.id), as: .hub)
        _ = try await bench.say("quit", as: bench.ada, replyTo: .prompt(session.id, nil))
        #expect(
            bench.terminals.deeds == [.typed("quit", into: session.id, submits: true), .pressed("ctrl-c", in: session.id)])
    }

    @Test("the key pad presses keys with a toast, and refreshes what it stands below")
    func keys() async throws {
        let bench = try await ChatBench()
        let server = try await bench.terminalServer("mac-2")
        let session = try await bench.session("deploy", on: server)
        let pad = try await bench.say("/keys deploy", as: bench.ada)
        #expect(pad.messages.first?.terminal == .screen(session.id))
        #expect(
            pad.messages.first?.buttons.map { $0.map(\.label) }
                == [["Esc", "Tab", "Ctrl-C"], ["←", "↑", "↓", "→"], ["Enter", "y", "n"], ["🔄 Refresh", "✏️ Type"]])
        let pressed = try await bench.press(try #require(pad.button("Ctrl-C")), as: bench.ada)
        #expect(pressed.toast == "Ctrl-C pressed." && pressed.edit?.terminal == .screen(session.id))
        bench.terminals.answer(.typedNotSubmitted)
        let unseen = try await bench.press(try #require(pad.button("↑")), as: bench.ada)
        #expect(unseen.toast == "↑ pressed; the screen did not change.")
        let typed = try await bench.say("/keys deploy esc esc", as: bench.ada)
        #expect(typed.words == "Esc Esc pressed; the screen did not change.")
        #expect(
            bench.terminals.deeds.map { if case .pressed(let key, _) = $0 { key } else { "" } } == ["ctrl-c", "up", "esc", "esc"])
        let viewer = try await bench.press(try #require(pad.button("Enter")), as: bench.vic)
        #expect(viewer.isAlert && viewer.toast?.contains("may not type into sessions") == true)
        #expect(try await bench.say("/keys deploy hyperspace", as: bench.ada).words.hasPrefix("“hyperspace” is no key"))
    }

    @Test("a picture refreshes in place; where there is nothing to draw a sentence says so")
    func screen() async throws {
        let bench = try await ChatBench()
        let server = try await bench.terminalServer("mac-2")
        let session = try await bench.session("deploy", on: server)
        let reply = try await bench.say("/screen deploy", as: bench.ada)
        #expect(reply.messages.first?.terminal == .picture(session.id))
        let refreshed = try await bench.press(try #require(reply.button("🔄 Refresh")), as: bench.ada)
        #expect(refreshed.edit?.terminal == .picture(session.id) && refreshed.messages.isEmpty)
        let pad = try await bench.press(try #require(reply.button("⌨️ Keys")), as: bench.ada)
        #expect(pad.edit?.terminal == .picture(session.id) && pad.button("Esc") == .press(session.id, [PadKey(.escape)], .picture))
        bench.terminals.setLive(false)
        #expect(try await bench.say("/screen deploy", as: bench.ada).words.hasPrefix("Deploy has nothing to show yet: runs since"))
    }

    @Test("log and recording come as documents")
    func documents() async throws {
        let bench = try await ChatBench()
        let server = try await bench.terminalServer("mac-2")
        let (_, session) = try await bench.runningInTerminal(on: server)
        #expect(try await bench.say("/log #1", as: bench.vic).words.hasPrefix("#1 has no output yet"))
        #expect(try await bench.say("/replay #1", as: bench.vic).words.hasPrefix("#1 has no recording"))
        bench.terminals.keep(log: "hello\n", recording: "{}")
        #expect(
            try await bench.say("/log #1", as: bench.vic).messages.first?.document
                == ChatDocument(name: "web-1.log.txt", bytes: Array("hello\n".utf8)))
        let recording = try await bench.say("/replay session:\(session.id)", as: bench.vic).messages.first
        #expect(recording?.document == ChatDocument(name: "web-1.cast", bytes: Array("{}".utf8)))
    }

    @Test("/session new opens, /sessions lists, /session close asks first")
    func sessions() async throws {
        let bench = try await ChatBench()
        let server = try await bench.terminalServer("mac-2")
        #expect(try await bench.say("/sessions", as: bench.ada).words == "web has no sessions now. /session new opens one.")
        let opened = try await bench.say("/session new deploy @mac-2 profile:claude dir:/srv/web size:100x30", as: bench.ada)
        #expect(opened.words.contains("deploy") && opened.words.contains("claude on mac-2") && opened.words.contains("100×30"))
        let all = try await bench.hub.ask(ListSessions(in: bench.web.id), as: .hub)
        let session = try #require(all.first?.session)
        #expect(session.name == "deploy" && session.workingDirectory == "/srv/web" && session.profile == "claude")
        try await bench.begin(session.id, on: server)
        let list = try await bench.say("/sessions", as: bench.vic)
        #expect(list.words.contains("🟢 deploy · claude on mac-2 · runs since 12:03 UTC"))
        let asked = try await bench.say("/session close deploy", as: bench.ada)
        #expect(asked.words.hasPrefix("Close deploy on mac-2?"))
        let closed = try await bench.press(try #require(asked.button("Yes, close it")), as: bench.ada)
        #expect(closed.edit?.text.plain == "deploy is being closed.")
        #expect(try await bench.say("/session close deploy", as: bench.vic).words.contains("may not type into sessions"))
        #expect(try await bench.say("/session new x size:0x4", as: bench.ada).words.hasPrefix("“0x4” is no size"))
        let large = try await bench.say("/session new x size:501x40", as: bench.ada).words
        #expect(large.hasPrefix("“501x40” is no size: write up to 500 columns and 200 rows"))
        #expect(try await bench.say("/tasks " + String(repeating: "x", count: 201), as: bench.ada).words.contains("at most 200 characters"))
        #expect(try await bench.say("/session new a b", as: bench.ada).words.hasPrefix("I don't know what to do with “b”."))
    }

    @Test("what agents may do is shown to all, and edited by owners")
    func rules() async throws {
        let bench = try await ChatBench()
        #expect(try await bench.say("/rules", as: bench.vic).words == "Rules of web\nThere are none: agents ask as their own settings say.")
        #expect(try await bench.say("/rules allow Bash git status*", as: bench.ada).words.contains("takes an owner"))
        let added = try await bench.say("/rules deny Bash rm -rf* for:claude", as: bench.olga)
        #expect(added.words.hasPrefix("Added: 🚫 deny Bash rm -rf* for claude · "))
        let list = try await bench.say("/rules", as: bench.olga)
        #expect(list.words.contains("1. 🚫 deny Bash rm -rf* for claude"))
        let off = try await bench.press(try #require(list.button("1 off")), as: bench.olga)
        #expect(off.edit?.text.plain.contains("for claude (off)") == true)
        let asked = try await bench.press(try #require(list.button("1 remove")), as: bench.olga)
        _ = try await bench.press(try #require(asked.button("Yes, remove it")), as: bench.olga)
        #expect(try await bench.hub.ask(ListApprovalRules(in: bench.web.id), as: .hub).isEmpty)
        #expect(try await bench.say("/rules permit x", as: bench.olga).words.hasPrefix("“permit” is nothing to do with rules"))
    }

    @Test("files go to the server of the card that they reply to, and come from there")
    func files() async throws {
        let bench = try await ChatBench()
        let server = try await bench.server("mac-2")
        let view = try await bench.running(on: server)
        let file = ChatRequest.Attachment(name: "notes.txt", mimeType: "text/plain", size: 5) { Array("hello".utf8) }
        let sent = try await bench.say("", as: bench.ada, replyTo: .task(view.task.id), attachment: file)
        #expect(sent.words == "📤 notes.txt is on its way to mac-2.")
        let id = try #require(sent.file)
        #expect(try await bench.hub.bytes(of: id, as: .hub).bytes == Array("hello".utf8))
        let got = try await bench.say("/get #\(view.task.number) ~/web/build.log", as: bench.ada)
        #expect(got.words == "📥 ~/web/build.log of #1 is asked for from mac-2." && got.file != nil)
        let terminals = try await bench.terminalServer("mac-3")
        let (inFolder, _) = try await bench.runningInTerminal(on: terminals)
        let relative = try await bench.say("/get #\(inFolder.task.number) web/build.log", as: bench.ada)
        #expect(relative.words == "📥 /srv/web/build.log of #\(inFolder.task.number) is asked for from mac-3.")
        let large = ChatRequest.Attachment(name: "big", mimeType: nil, size: 1) { throw AttachmentError.tooLarge }
        #expect(
            try await bench.say("", as: bench.ada, replyTo: .task(view.task.id), attachment: large).words
                == "Big is larger than 20 MB, and bots may fetch no more.")
        #expect(
            try await bench.say("", as: bench.ada, attachment: file).words
                == "Reply to a task's card with the file: then it goes to the server that has the task.")
        let document = ChatRequest.Attachment(name: "Sale.YML", mimeType: nil, size: 1) { [] }
        #expect(
            try await bench.say("", as: bench.ada, attachment: document).words.hasPrefix("To make tasks of it, send it with the caption"))
        #expect(try await bench.say("", as: bench.vic, replyTo: .task(view.task.id), attachment: file).words.contains("may not send files"))
    }
}
