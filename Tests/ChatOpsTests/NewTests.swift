import HubCore
import HubService
import HubStore
import Testing

@testable import ChatOps

@Suite struct NewTests {
    @Test("one line makes a task, and the answer says what was understood and where it went")
    func oneLine() async throws {
        let bench = try await ChatBench()
        try await bench.server("mac-2", Capabilities(repositories: ["app"], languages: ["swift"]))
        let key = bench.key()
        let text = "/new Fix the login !high repo:app lang:swift @mac-2\nSee the ticket.\nMind the cache."
        let reply = try await bench.say(text, as: bench.ada, isBound: false, key: key)
        #expect(
            reply.words == """
                Created web#1 Fix the login
                Understood: priority high · repository app · language swift · rather on mac-2
                → Goes to mac-2.
                /task_web_1
                """)
        let view = try await bench.hub.ask(GetTask(.number(1, in: bench.web.id)), as: .person(bench.ada, over: .telegram)).view
        #expect((view.task.content.spec, view.task.content.priority) == ("See the ticket.\nMind the cache.", .high))
        let events = try await bench.events()
        #expect(try await bench.say(text, as: bench.ada, isBound: false, key: key) == reply)
        #expect(try await bench.events() == events)
    }

    @Test("says why a task waits")
    func waits() async throws {
        let bench = try await ChatBench()
        #expect(
            try await bench.say("/new Fix it", as: bench.ada).words
                == "Created #1 Fix it\nWaits for a server: register one for this project with /token.\n/task_1")
        #expect(
            try await bench.say("/new Test it after:#1", as: bench.ada).words
                == "Created #2 Test it\nUnderstood: after #1\nWaits for #1 (pending).\n/task_2")
        #expect(
            try await bench.say("/new By hand !manual", as: bench.ada).words
                == "Created #3 By hand\nUnderstood: assigned by hand\nWaits for somebody to choose a server: Assign.\n/task_3")
    }

    @Test(
        "a word at the end that looks like an option and is none makes no task",
        arguments: ["!medium", "!urgent !high", "!medium lang:swift"])
    func unknownOption(_ options: String) async throws {
        let bench = try await ChatBench()
        let before = try await bench.events()
        let reply = try await bench.say("/new Fix it \(options)", as: bench.ada)
        #expect(reply.words.contains("is no option: priorities are !low !normal !high !critical, and there is !plan !noplan !review"))
        #expect(try await bench.events() == before)
        let form = Conversation.newTask(NewTaskDraft(step: .title))
        #expect(try await bench.say("Fix it \(options)", as: bench.ada, conversation: form).conversation == form)
    }

    @Test(
        "exclamation marks are text", arguments: ["Hurry up !", "Use !important sparingly", "Say hello!", "Fix it !!", "Test != there !="])
    func exclamation(_ title: String) async throws {
        let bench = try await ChatBench()
        #expect(try await bench.say("/new \(title)", as: bench.ada).words.hasPrefix("Created #1 \(title)\n"))
    }

    @Test("in a group the form says that it hears replies only")
    func guidedInGroup() async throws {
        let bench = try await ChatBench()
        let opened = try await bench.say("/new", as: bench.ada, isPrivate: false)
        #expect(opened.words == "A new task for web. What should be done? Reply to this message with it in one line, or “cancel”.")
    }

    @Test("a reply to any message makes that message the spec")
    func reply() async throws {
        let bench = try await ChatBench()
        _ = try await bench.say("/new Crash on start !low", as: bench.ada, isPrivate: false, quoting: "It crashes.\nAlways.")
        _ = try await bench.say("/new", as: bench.ada, isPrivate: false, quoting: "It is slow.\nSometimes.")
        let tasks = try await bench.hub.ask(
            ListTasks(.init(project: bench.web.id, newestFirst: false)), as: .person(bench.ada, over: .telegram)
        ).tasks.map(\.task.content)
        #expect(tasks.map(\.title) == ["Crash on start", "It is slow."])
        #expect(tasks.map(\.spec) == ["It crashes.\nAlways.", "It is slow.\nSometimes."])
    }

    @Test("the guided form asks, previews, and creates once")
    func guided() async throws {
        let bench = try await ChatBench()
        try await bench.server("mac-2", Capabilities(repositories: ["app"]))
        let before = try await bench.events()
        let opened = try await bench.say("/new", as: bench.ada)
        #expect(opened.words == "A new task for web. What should be done? Send it in one line, or “cancel”.")
        #expect(opened.messages.first?.asksForReply != nil && opened.messages.first?.topic == .conversation)
        let empty = try await bench.say("   ", as: bench.ada, conversation: opened.conversation)
        #expect(empty.words == "A task needs a title." && empty.conversation == opened.conversation)
        let titled = try await bench.say("Fix the login !high", as: bench.ada, conversation: opened.conversation)
        #expect(titled.words.hasPrefix("Now the details"))
        let preview = try await bench.say("It loops.\nFor all.", as: bench.ada, conversation: titled.conversation)
        #expect(
            preview.words == """
                📝 Fix the login
                It loops.
                For all.
                Project web · priority high
                Press to change, or type options like !high repo:web. Then Create.
                """)
        #expect(
            preview.buttons.map(\.label) == [
                "low", "normal", "● high", "critical", "Plan first: as the project", "Review: as the project", "app", "@mac-2", "Create",
                "Cancel",
            ])
        let changed = try await bench.press(try #require(preview.button("low")), as: bench.ada)
        #expect(changed.edit?.text.plain.contains("Project web · priority low") == true)
        let planned = try await bench.press(try #require(changed.button("Plan first: as the project")), as: bench.ada)
        #expect(planned.edit?.text.plain.contains("priority low · plan first") == true)
        let typed = try await bench.say("repo:app", as: bench.ada, conversation: planned.conversation)
        #expect(typed.words.contains("priority low · repository app · plan first"))
        #expect(try await bench.events() == before)

        let create = try #require(typed.button("Create"))
        let created = try await bench.press(create, as: bench.ada)
        #expect(created.edit?.text.plain.hasPrefix("Created #1 Fix the login\nUnderstood: priority low · repository app") == true)
        #expect(created.conversation == .none)
        let events = try await bench.events()
        // A second tap on the same form, and the word “create” in it.
        #expect(try await bench.press(create, as: bench.ada).edit?.text.plain == created.edit?.text.plain)
        _ = try await bench.say("create", as: bench.ada, conversation: typed.conversation)
        #expect(try await bench.events() == events)
        let view = try await bench.hub.ask(GetTask(.number(1, in: bench.web.id)), as: .person(bench.ada, over: .telegram)).view
        #expect((view.task.content.spec, view.task.content.requirePlan) == ("It loops.\nFor all.", true))
    }

    @Test("a form's name that somebody types names no form: they learn nothing of its task, and cannot take its place")
    func typedMark() async throws {
        let bench = try await ChatBench()
        func inSecret(_ text: String, _ conversation: Conversation = .none) async throws -> ChatReply {
            var request = bench.request(text, as: bench.nora, conversation: conversation)
            request.place = Place(isPrivate: true, project: bench.secret, isBound: true, bot: "TestBot")
            return try await bench.ops.reply(to: request)
        }
        let titled = try await inSecret("Buy the rival", try await inSecret("/new").conversation)
        let preview = try await inSecret("for little", titled.conversation)
        let create = try #require(preview.button("Create"))
        guard case .command(let line, _) = create else { throw HubError.invalid("no command") }
        let mark = try #require(line.split(whereSeparator: \.isWhitespace).first { $0.hasPrefix("draft:") })

        // Before the form is sent, and once it was.
        #expect(try await bench.say("/draftcreate \(mark)\nMine", as: bench.ada).words.hasPrefix("Created #1 Mine\n"))
        let typedPreview = try await bench.say("/draftshow \(mark)\nAlso mine", as: bench.ada)
        #expect(
            try await bench.press(try #require(typedPreview.button("Create")), as: bench.ada).edit?.text.plain
                .hasPrefix("Created #2 Also mine\n") == true)
        var press = ButtonPress(
            action: create, sender: bench.sender(bench.nora),
            place: Place(isPrivate: true, project: bench.secret, isBound: true, bot: "TestBot"), key: bench.key())
        #expect(try await bench.ops.reply(to: press).edit?.text.plain.hasPrefix("Created #1 Buy the rival\n") == true)
        let typed = try await bench.say("/draftcreate \(mark)\nMine again", as: bench.ada)
        #expect(typed.words.hasPrefix("Created #3 Mine again\n"))
        let refused = try await bench.say("/draftcreate \(mark)\nMine", as: bench.vic)
        #expect(refused.words.contains("may not create tasks"))

        // The same button in a chat of another project, should it ever get there.
        press.place = Place(isPrivate: true, project: bench.web, isBound: true, bot: "TestBot")
        press.key = bench.key()
        let elsewhere = try await bench.ops.reply(to: press)
        #expect(elsewhere.edit == nil && elsewhere.isAlert)
        press.sender = bench.sender(bench.ada)
        #expect(try await bench.ops.reply(to: press).edit?.text.plain.hasPrefix("Created #4 Buy the rival\n") == true)
    }

    @Test("two people who press the same form in a group make one task, and the second needs the right as well")
    func pressedByTwo() async throws {
        let bench = try await ChatBench()
        let opened = try await bench.say("/new", as: bench.ada)
        let titled = try await bench.say("Fix it", as: bench.ada, conversation: opened.conversation)
        let create = try #require(try await bench.say("skip", as: bench.ada, conversation: titled.conversation).button("Create"))
        let first = try await bench.press(create, as: bench.ada)
        let events = try await bench.events()
        #expect(try await bench.press(create, as: bench.olga).edit?.text.plain == first.edit?.text.plain)
        let refused = try await bench.press(create, as: bench.vic)
        #expect(refused.edit == nil && refused.toast?.contains("may not create tasks") == true)
        #expect(try await bench.events() == events)
    }

    @Test("any command or the word cancel ends the form")
    func dropped() async throws {
        let bench = try await ChatBench()
        let opened = try await bench.say("/new", as: bench.ada)
        let cancelled = try await bench.say("Cancel", as: bench.ada, conversation: opened.conversation)
        #expect(cancelled.words == "Dropped. No task was created." && cancelled.conversation == .none)
        #expect(try await bench.say("/me", as: bench.ada, conversation: opened.conversation).conversation == .none)
        let after = try await bench.say("Fix it", as: bench.ada, replyTo: .conversation)
        #expect(after.words == "That form is closed. Send /new to begin again.")
    }

    @Test("presses that have nothing to do with a form leave it open")
    func keptOpen() async throws {
        let bench = try await ChatBench()
        let task = try await bench.task("Other")
        let form = try await bench.say("/new", as: bench.ada).conversation
        let later = try await bench.press(.later(task.task.id), as: bench.ada, conversation: form)
        let shown = try await bench.press(.command("/why #1", inPlace: false), as: bench.ada, conversation: form)
        let dropped = try await bench.press(.command("/draftdrop", inPlace: true), as: bench.ada, conversation: form)
        #expect((later.conversation, shown.conversation, dropped.conversation) == (form, form, .none))
    }

    @Test("lines that end like on Windows are lines, too")
    func lineEnds() async throws {
        let bench = try await ChatBench()
        _ = try await bench.say("/new Fix it !high\r\nOne.\r\nTwo.", as: bench.ada)
        let content = try await bench.hub.ask(GetTask(.number(1, in: bench.web.id)), as: .person(bench.ada, over: .telegram)).view.task
            .content
        #expect((content.title, content.spec, content.priority) == ("Fix it", "One.\nTwo.", .high))
    }

    @Test("a form in a group goes on by replies only")
    func group() async throws {
        let bench = try await ChatBench()
        let opened = try await bench.say("/new", as: bench.ada, isPrivate: false)
        let talk = try await bench.say("lunch?", as: bench.ada, isPrivate: false, conversation: opened.conversation)
        #expect(talk == ChatReply(conversation: opened.conversation))
        let titled = try await bench.say(
            "Fix it", as: bench.ada, isPrivate: false, replyTo: .conversation, conversation: opened.conversation)
        #expect(titled.words.hasPrefix("Now the details"))
        // A reply to something else leaves the form open.
        let task = try await bench.task("Other")
        let note = try await bench.say(
            "mind this", as: bench.ada, isPrivate: false, replyTo: .task(task.task.id), conversation: titled.conversation)
        #expect(
            note
                == ChatReply(
                    reaction: "✍", conversation: titled.conversation, receipt: Receipt(.taskNote, "mind this", for: task.task.id)))
    }
}
