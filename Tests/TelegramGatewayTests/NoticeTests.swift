import ChatOps
import HubCore
import HubService
import HubStore
import TelegramSimulator
import Testing

@Suite("Notices", .timeLimit(.minutes(3))) struct NoticeTests {
    /// - Parameter drawsNew: whether a new task has a card at once. Where an answer shows the task, a card could take its place before it is sent.
    private static func handler(drawsNew: Bool = false) -> ScriptedHandler {
        ScriptedHandler(
            notices: { event, transaction in
                guard event.fact.subject.kind == .task, drawsNew || event.fact.kind != .taskCreated,
                    let id = AgentTask.ID(event.fact.subject.id)
                else { return nil }
                guard event.fact.kind == .taskNoted else { return Notice(task: id) }
                return Notice(task: id, message: ChatMessage("a note", urgency: .decision, topic: .task(id)))
            },
            answer: { request, hub in
                if request.text.hasPrefix("/project") {
                    let project = try await hub.project(named: "default")
                    return ChatReply([ChatMessage("working in default")], switchesTo: project.map { .to($0.id) })
                }
                return try await ScriptedHandler.creating(request, hub)
            })
    }

    private func edit(_ title: String, _ station: Station) async throws {
        var changes = EditTask.Changes()
        changes.title = title
        try await station.hub.run(EditTask(.number(1, in: try await station.project().id), changes), as: .hub)
    }

    @Test("make the answer that created a task its card, kept current by edits")
    func originCard() async throws {
        try await Station.with(handler: Self.handler()) { station in
            let ana = try await station.person("Ana", administrator: true)
            try await station.simulator.send("/new fix it", from: ana, to: station.bot)
            let card = try await station.expect("created #1", in: station.chat(ana))
            try await edit("fix it well", station)
            try await station.expect("card #1 fix it well", in: station.chat(ana))
            #expect(await station.texts(station.chat(ana)) == ["card #1 fix it well"])
            #expect(await station.simulator.message(card.id, in: station.chat(ana))?.buttons == ["Cancel"])
        }
    }

    @Test("make one card in a group in which a task is created, however fast the card is")
    func oneCard() async throws {
        let handler = ScriptedHandler(
            notices: { event, _ in
                guard event.fact.kind == .taskCreated, let id = AgentTask.ID(event.fact.subject.id) else { return nil }
                return Notice(task: id)
            },
            answer: { request, hub in
                if request.text.hasPrefix("/project") {
                    let project = try await hub.project(named: "default")
                    return ChatReply([ChatMessage("working in default")], switchesTo: project.map { .to($0.id) })
                }
                let reply = try await ScriptedHandler.creating(request, hub)
                // The card is there before the answer.
                while try await hub.database.read({ connection in
                    try connection.row("SELECT 1 FROM telegram_slot WHERE message IS NOT NULL") == nil
                }) { try await Task.sleep(for: .milliseconds(10)) }  // between two looks
                return reply
            })
        try await Station.with(handler: handler) { station in
            let ana = try await station.person("Ana", administrator: true)
            let group = await station.simulator.addGroup(title: "Team", people: [ana], bots: [station.bot])
            try await station.simulator.send("/project default", from: ana, to: group)
            try await station.expect("working in default", in: group)
            try await station.simulator.send("/new fix it", from: ana, to: group)
            try await station.expect("created #1", in: group)
            #expect(await station.texts(group).filter { $0.contains("#1") } == ["created #1"])
        }
    }

    @Test("take the buttons off the messages about a thing that is settled, once, and leave others alone")
    func redraws() async throws {
        let handler = ScriptedHandler(
            notices: { event, _ in
                // The answer shows a new task; drawn at once, its card could take the answer's place before it is sent.
                guard event.fact.subject.kind == .task, event.fact.kind != .taskCreated, let id = AgentTask.ID(event.fact.subject.id)
                else { return nil }
                guard event.fact.kind == .taskNoted else { return nil }
                return Notice(
                    redraws: [
                        .init(.plan(id, hash: "1"), ChatMessage("decided", topic: .plan(id, hash: "1"))), .init(.failure(id), nil),
                    ])
            },
            answer: { request, hub in
                guard let shown = request.lastShown?.task else { return try await ScriptedHandler.creating(request, hub) }
                let buttons = [[ChatButton("Approve", .later(shown))]]
                return ChatReply([
                    ChatMessage("plan one", buttons: buttons, topic: .plan(shown, hash: "1")),
                    ChatMessage("said once", topic: .plan(shown, hash: "1")),
                    ChatMessage("plan two", buttons: buttons, topic: .plan(shown, hash: "2")),
                    ChatMessage("failed", buttons: buttons, topic: .failure(shown)),
                ])
            })
        try await Station.with(handler: handler) { station in
            let ana = try await station.person("Ana", administrator: true)
            let chat = station.chat(ana)
            try await station.simulator.send("/new fix it", from: ana, to: station.bot)
            try await station.expect("created #1", in: chat)
            try await station.simulator.send("/show", from: ana, to: station.bot)
            let failure = try await station.expect("failed", in: chat)
            try await station.eventually("the messages are known") {
                try await station.number("SELECT COUNT(*) FROM telegram_message WHERE has_buttons = TRUE") == 3
            }
            try await station.hub.run(AddNote(.number(1, in: try await station.project().id), "look"), as: .hub)
            try await station.expect("decided", in: chat)
            _ = try await station.simulator.wait(timeout: .seconds(60), for: "the failure without buttons") { world in
                world.chats[chat]?.messages.first { $0.id == failure.id && $0.buttons.isEmpty }
            }
            let messages = await station.simulator.messages(in: chat).filter(\.isFromBot)
            #expect(messages.suffix(4).map(\.text) == ["decided", "said once", "plan two", "failed"])
            #expect(messages.suffix(4).map(\.buttons) == [[], [], ["Approve"], []])
            #expect(try await station.number("SELECT COUNT(*) FROM telegram_message WHERE has_buttons = TRUE") == 1)
        }
    }

    @Test("take the buttons off messages that were still on their way when the thing was settled")
    func overtaken() async throws {
        let session = Locked(Session.ID.random())
        let handler = ScriptedHandler(
            notices: { event, _ in
                guard event.fact.kind == .taskNoted, let id = AgentTask.ID(event.fact.subject.id) else { return nil }
                let prompt = Topic.prompt(session.withLock { $0 }, nil)
                return Notice(
                    redraws: [
                        .init(.plan(id, hash: "1"), ChatMessage("decided", topic: .plan(id, hash: "1"))), .init(.failure(id), nil),
                        .init(prompt, ChatMessage("typed", topic: prompt)),
                    ])
            },
            answer: { request, hub in
                guard let shown = request.lastShown?.task else { return try await ScriptedHandler.creating(request, hub) }
                let buttons = [[ChatButton("Approve", .later(shown))]]
                return ChatReply([
                    ChatMessage("plan", buttons: buttons, topic: .plan(shown, hash: "1")),
                    ChatMessage("failed", buttons: buttons, topic: .failure(shown)),
                    ChatMessage("asks", buttons: buttons, topic: .prompt(session.withLock { $0 }, nil)),
                ])
            })
        try await Station.with(handler: handler) { station in
            let ana = try await station.person("Ana", administrator: true)
            let chat = station.chat(ana)
            let terminal = try await station.terminal("deploy", on: try await station.server("mac-2"))
            session.withLock { $0 = terminal.session.id }
            try await station.simulator.send("/new fix it", from: ana, to: station.bot)
            try await station.expect("created #1", in: chat)
            await station.simulator.inject(.tooManyRequests(retryAfter: 15), method: "sendMessage", chat: chat)
            try await station.simulator.send("/show", from: ana, to: station.bot)
            try await station.eventually("all three messages wait") {
                try await station.number("SELECT COUNT(*) FROM telegram_outbox WHERE finished_at IS NULL") == 3
            }
            try await station.hub.run(AddNote(.number(1, in: try await station.project().id), "look"), as: .hub)
            try await station.expect("decided", in: chat)
            _ = try await station.simulator.wait(timeout: .seconds(60), for: "the failure without buttons") { world in
                world.chats[chat]?.messages.first { $0.text == "failed" && $0.buttons.isEmpty }
            }
            try await station.expect("typed", in: chat)
            #expect(await station.simulator.messages(in: chat).filter(\.isFromBot).suffix(3).map(\.text) == ["decided", "failed", "typed"])
            // What is shown from now on is about something new.
            try await station.simulator.send("/show", from: ana, to: station.bot)
            let again = try await station.expect("plan", in: chat)
            try await station.eventually("all is sent") {
                try await station.number("SELECT COUNT(*) FROM telegram_outbox WHERE finished_at IS NULL") == 0
            }
            #expect(await station.simulator.message(again.id, in: chat)?.buttons == ["Approve"])
        }
    }

    @Test("go to the groups of the project, in reply to the card, each once")
    func groups() async throws {
        try await Station.with(handler: Self.handler(drawsNew: true)) { station in
            let ana = try await station.person("Ana", administrator: true)
            let group = await station.simulator.addGroup(title: "Team", people: [ana], bots: [station.bot])
            try await station.simulator.send("/project default", from: ana, to: group)
            try await station.expect("working in default", in: group)
            let project = try await station.project()
            let outcome = try await station.hub.run(
                CreateTask(project: project.id, content: AgentTask.Content(title: "from elsewhere")), as: .hub)
            let card = try await station.expect("card #1 from elsewhere", in: group)
            #expect(card.isSilent)
            try await station.hub.run(AddNote(.id(outcome.task.id), "look"), as: .hub)
            let notice = try await station.expect("a note", in: group)
            #expect(notice.replyTo == card.id)
            #expect(!notice.isSilent)
            #expect(await station.texts(station.chat(ana)).isEmpty)
        }
    }

    @Test("go to the owners in private alone where they are meant for them, though a group works in the project")
    func escalation() async throws {
        let handler = ScriptedHandler(
            notices: { event, _ in
                guard event.fact.kind == .taskNoted, let id = AgentTask.ID(event.fact.subject.id) else { return nil }
                var notice = Notice(task: id, message: ChatMessage("nobody has acted", urgency: .decision, topic: .task(id)))
                notice.isForOwners = true
                return notice
            },
            answer: { request, hub in
                let project = try await hub.project(named: "default")
                return ChatReply([ChatMessage("working in default")], switchesTo: project.map { .to($0.id) })
            })
        try await Station.with(handler: handler) { station in
            let ana = try await station.person("Ana", role: .owner)
            let group = await station.simulator.addGroup(title: "Team", people: [ana], bots: [station.bot])
            for chat in [group, station.chat(ana)] {
                if chat == group {
                    try await station.simulator.send("/project default", from: ana, to: group)
                } else {
                    try await station.simulator.send("/project default", from: ana, to: station.bot)
                }
                try await station.expect("working in default", in: chat)
            }
            let project = try await station.project()
            let outcome = try await station.hub.run(
                CreateTask(project: project.id, content: AgentTask.Content(title: "from elsewhere")), as: .hub)
            try await station.hub.run(AddNote(.id(outcome.task.id), "look"), as: .hub)
            try await station.expect("nobody has acted", in: station.chat(ana))
            #expect(await station.texts(group).contains { $0.contains("nobody") || $0.contains("#1") } == false)
        }
    }

    @Test("go to the owners in private where no group works in the project")
    func owners() async throws {
        try await Station.with(handler: Self.handler(drawsNew: true)) { station in
            let ana = try await station.person("Ana", role: .owner)
            let bob = try await station.person("Bob", role: .member)
            for person in [ana, bob] {
                try await station.simulator.send("/project default", from: person, to: station.bot)
                try await station.expect("working in default", in: station.chat(person))
            }
            let project = try await station.project()
            let outcome = try await station.hub.run(
                CreateTask(project: project.id, content: AgentTask.Content(title: "from elsewhere")), as: .hub)
            try await station.hub.run(AddNote(.id(outcome.task.id), "look"), as: .hub)
            try await station.expect("a note", in: station.chat(ana))
            #expect(await station.texts(station.chat(ana)) == ["working in default", "card #1 from elsewhere", "a note"])
            #expect(await station.texts(station.chat(bob)) == ["working in default"])
        }
    }

    @Test("merge the edits of a card while the chat is frozen: the last one wins")
    func coalescing() async throws {
        try await Station.with(handler: Self.handler()) { station in
            let ana = try await station.person("Ana", administrator: true)
            try await station.simulator.send("/new fix it", from: ana, to: station.bot)
            let card = try await station.expect("created #1", in: station.chat(ana))
            await station.simulator.inject(.tooManyRequests(retryAfter: 10), method: "editMessageText")
            for number in 1...10 { try await edit("version \(number)", station) }
            try await station.expect("card #1 version 10", in: station.chat(ana))
            let versions = await station.simulator.message(card.id, in: station.chat(ana))?.versions.count ?? 0
            #expect(versions < 5)
            #expect(try await station.number("SELECT COUNT(*) FROM telegram_outbox WHERE state = 'superseded'") > 0)
        }
    }

    @Test("a card that took the place of an answer which waited is posted once more after a crash, as the answer would be")
    func standingIn() async throws {
        try await Station.with(handler: Self.handler()) { station in
            let ana = try await station.person("Ana", administrator: true)
            await station.simulator.inject(.tooManyRequests(retryAfter: 10), method: "sendMessage")
            await station.simulator.inject(.hang, method: "sendMessage")
            try await station.simulator.send("/new fix it", from: ana, to: station.bot)
            try await station.eventually("the answer waits") { await station.simulator.calls(of: "sendMessage").count >= 1 }
            try await edit("version 1", station)
            try await station.eventually("the call hangs") { await station.simulator.calls(of: "sendMessage").count == 2 }
            try await station.afterCrash { next in
                try await next.expect("card #1 version 1", in: next.chat(ana))
            }
        }
    }

    @Test("post a card anew when its message is gone")
    func cardGone() async throws {
        try await Station.with(handler: Self.handler()) { station in
            let ana = try await station.person("Ana", administrator: true)
            try await station.simulator.send("/new fix it", from: ana, to: station.bot)
            try await station.expect("created #1", in: station.chat(ana))
            await station.simulator.inject(
                .error(code: 400, description: "Bad Request: message to edit not found"), method: "editMessageText")
            try await edit("fix it well", station)
            try await station.expect("card #1 fix it well", in: station.chat(ana))
            try await edit("fix it better", station)
            try await station.expect("card #1 fix it better", in: station.chat(ana))
            #expect(await station.texts(station.chat(ana)) == ["created #1", "card #1 fix it better"])
        }
    }

    @Test("with a key are one message, edited")
    func keyed() async throws {
        let handler = ScriptedHandler(
            notices: { event, _ in
                guard event.fact.kind == .taskCreated else { return nil }
                return Notice(
                    message: ChatMessage(ChatText("news \(event.fact.data["number"]?.int ?? 0)"), urgency: .decision), key: "server")
            }, answer: ScriptedHandler.creating)
        try await Station.with(handler: handler) { station in
            let ana = try await station.person("Ana", administrator: true)
            try await station.simulator.send("/new one", from: ana, to: station.bot)
            try await station.expect("news 1", in: station.chat(ana))
            try await station.simulator.send("/new two", from: ana, to: station.bot)
            try await station.expect("created #2", in: station.chat(ana))
            try await station.expect("news 2", in: station.chat(ana))
            #expect(Set(await station.texts(station.chat(ana))) == ["created #1", "created #2", "news 2"])
        }
    }
}
