import HubCore
import HubService
import Testing

@testable import ChatOps

@Suite struct DecisionTests {
    @Test("/approve decides on the plan that was shown, and shows it first otherwise")
    func approve() async throws {
        let bench = try await ChatBench()
        let server = try await bench.server("mac-2")
        let planned = try await bench.planned(on: server)
        let hash = try #require(planned.task.plan?.hash)

        let unseen = try await bench.say("/approve #1", as: bench.ada)
        #expect(unseen.messages.first?.text.plain == "Nothing is decided yet. Here is the plan of #1: read it, then press.")
        #expect(unseen.messages.last?.topic == .plan(planned.task.id, hash: hash))
        #expect(unseen.button("Approve") == .approve(planned.task.id, planHash: hash))
        let oldest = try await bench.say("/approve", as: bench.ada)
        #expect(oldest.messages.first?.topic == .plan(planned.task.id, hash: hash))
        let stale = try await bench.say("/approve", as: bench.ada, lastShown: .plan(planned.task.id, hash: "00"))
        #expect(stale.words.hasPrefix("The plan of #1 was replaced by a newer one. Here it is"))
        #expect(try await bench.view(planned).task.state == .planReview)

        let key = bench.key()
        let shown = Topic.plan(planned.task.id, hash: hash)
        let approved = try await bench.say("/approve", as: bench.ada, lastShown: shown, key: key)
        #expect(approved.words == "✅ Approved #1: the agent goes on.")
        let events = try await bench.events()
        #expect(try await bench.say("/approve", as: bench.ada, lastShown: shown, key: key) == approved)
        #expect(try await bench.events() == events)
        #expect(
            try await bench.say("/approve", as: bench.olga, lastShown: shown).words
                == "#1 was already approved by Ada, 12:03 UTC. /tasks waiting lists what still waits.")
        #expect(try await bench.say("/approve", as: bench.olga).words == "Nothing waits for a decision in web.")
    }

    @Test("a reply with text to a plan sends it back; a bare ok is neither")
    func reviseByReply() async throws {
        let bench = try await ChatBench()
        let server = try await bench.server("mac-2")
        let planned = try await bench.planned(on: server)
        let topic = Topic.plan(planned.task.id, hash: try #require(planned.task.plan?.hash))
        let before = try await bench.events()
        for word in ["ok", "Yes!", "approve", "👍", "LGTM", "✅"] {
            let reply = try await bench.say(word, as: bench.ada, replyTo: topic)
            #expect(reply.words.contains("press Approve, or send /approve #1"), "\(word) → \(reply.words)")
        }
        #expect(try await bench.events() == before)
        let reply = try await bench.say("Keep the old URL", as: bench.ada, isPrivate: false, replyTo: topic)
        #expect(reply.words == "↩️ Sent the plan of #1 back with your feedback." && reply.reaction == "✍")
        let view = try await bench.view(planned)
        #expect((view.task.state, view.task.feedback) == (.planning, "Keep the old URL"))
        let late = try await bench.press(.approve(planned.task.id, planHash: view.task.plan?.hash), as: bench.olga)
        #expect(late.toast == "#1 was already sent back by Ada, 12:03 UTC." && late.isAlert)
    }

    @Test("the Revise button asks for feedback, in private chats and by reply in groups")
    func reviseByButton() async throws {
        let bench = try await ChatBench()
        let server = try await bench.server("mac-2")
        let planned = try await bench.planned(on: server)
        let hash = try #require(planned.task.plan?.hash)
        let asked = try await bench.press(.revise(planned.task.id, planHash: hash), as: bench.ada)
        #expect(asked.messages.first?.asksForReply == "What should change?")
        #expect(asked.messages.first?.topic == .plan(planned.task.id, hash: hash))
        #expect(asked.conversation == .feedback(task: planned.task.id.text, planHash: hash))
        let dropped = try await bench.say("cancel", as: bench.ada, conversation: asked.conversation)
        #expect(dropped.words == "Nothing was sent: the decision still waits." && dropped.conversation == .none)
        let vague = try await bench.say("ok", as: bench.ada, conversation: asked.conversation)
        #expect(vague.words.hasPrefix("I don't take “ok” for an approval") && vague.conversation == asked.conversation)
        let sent = try await bench.say("Smaller steps", as: bench.ada, conversation: asked.conversation)
        #expect(sent.words == "↩️ Sent the plan of #1 back with your feedback." && sent.conversation == .none)
        #expect(try await bench.view(planned).task.feedback == "Smaller steps")
    }

    @Test("in a group the question for feedback says to reply to it, and “cancel” in reply is no feedback")
    func feedbackInGroup() async throws {
        let bench = try await ChatBench()
        let planned = try await bench.planned(on: try await bench.server("mac-2"))
        let hash = try #require(planned.task.plan?.hash)
        let asked = try await bench.press(.revise(planned.task.id, planHash: hash), as: bench.ada)
        #expect(asked.words == "What should change about the plan of #1? Reply to this message with it, or with “cancel”.")
        let alone = try await bench.press(.revise(planned.task.id, planHash: hash), as: bench.ada, isPrivate: true)
        #expect(alone.words.hasSuffix("? Reply with it, or send “cancel”."))
        let dropped = try await bench.say(
            "Cancel", as: bench.ada, isPrivate: false, replyTo: .plan(planned.task.id, hash: hash), conversation: asked.conversation)
        #expect(dropped.words == "Nothing was sent: the decision still waits." && dropped.conversation == .none)
        #expect(try await bench.view(planned).task.state == .planReview)
    }

    @Test("a result under review is approved, or sent back by a reply")
    func review() async throws {
        let bench = try await ChatBench()
        let server = try await bench.server("mac-2")
        let first = try await bench.complete(try await bench.running(review: true, on: server), "done so", on: server)
        let back = try await bench.say("The tests are missing", as: bench.ada, replyTo: .review(first.task.id))
        #expect(back.words == "↩️ Sent the result of #1 back with your feedback.")
        let again = try await bench.complete(first, "with tests", on: server)
        #expect(again.task.state == .review)
        let approved = try await bench.say("/approve #1", as: bench.ada)
        #expect(approved.words == "✅ Approved #1: it is done.")
        let press = try await bench.press(.approve(first.task.id, planHash: nil), as: bench.olga)
        #expect(press.toast == "Already approved by Ada, 12:03 UTC.")
        #expect(press.edit?.text.plain.contains("✅ Approved by Ada, 12:03 UTC") == true && press.edit?.buttons == [])
    }

    @Test("/revise without words asks for them where a result waits, though its plan was decided long ago; where that is over it says so")
    func reviseTyped() async throws {
        let bench = try await ChatBench()
        let server = try await bench.server("mac-2")
        let planned = try await bench.planned(on: server)
        let hash = try #require(planned.task.plan?.hash)
        let shown = Topic.plan(planned.task.id, hash: hash)
        _ = try await bench.press(.approve(planned.task.id, planHash: hash), as: bench.ada)
        #expect(
            try await bench.say("/revise #1", as: bench.ada, lastShown: shown).words
                == "Task #1 is running, so it is not possible to ask for changes (possible now: release, cancel).")
        let waiting = try await bench.hub.run(
            CompleteTask(.init(.id(planned.task.id)), result: "done so", forReview: true), as: .agent(server, over: .rest)
        ).view
        #expect(waiting.task.state == .review)
        let asked = try await bench.say("/revise #1", as: bench.ada, lastShown: shown)
        #expect(asked.words.hasPrefix("What should change about the result of #1?"))
        #expect(asked.conversation == .feedback(task: planned.task.id.text, planHash: nil))
    }

    @Test("a question is answered by a reply, an option, or /answer, once")
    func answer() async throws {
        let bench = try await ChatBench()
        let server = try await bench.server("mac-2")
        let task = try await bench.running(on: server)
        let content = Intervention.Content(
            kind: .question, question: "Which database?", options: [.init(id: "a", label: "SQLite"), .init(id: "b", label: "PostgreSQL")])
        let question = try await bench.ask(task, content, on: server)
        let shown = try await bench.say("/answer #1", as: bench.ada)
        #expect(shown.buttons.map(\.label) == ["SQLite", "PostgreSQL"])
        let option = try #require(shown.button("SQLite"))
        let key = bench.key()
        let pressed = try await bench.press(option, as: bench.ada, key: key)
        #expect(pressed.toast == "Answered.")
        #expect(
            pressed.edit?.text.plain
                == "❓ #1 asks: Fix the login\nWhich database?\n✍️ Answered by Ada, 12:03 UTC: SQLite\n/task_1")
        #expect(try await bench.press(option, as: bench.ada, key: key) == pressed)
        let late = try await bench.press(.answer(question.id, task.task.id, text: "PostgreSQL"), as: bench.olga)
        #expect(late.toast == "Already answered by Ada, 12:03 UTC." && late.isAlert)
        #expect(try await bench.view(task).intervention?.answer?.text == "SQLite")

        let second = try await bench.ask(task, .init(kind: .help, question: "And now?"), on: server)
        let reply = try await bench.say("yes", as: bench.ada, isPrivate: false, replyTo: .intervention(second.id, task.task.id))
        #expect(reply == ChatReply(reaction: "✍", receipt: Receipt(.interventionResponse, "yes", for: task.task.id)))
        #expect(try await bench.view(task).task.state == .running)
    }

    @Test("a reply to a card is a note")
    func note() async throws {
        let bench = try await ChatBench()
        let task = try await bench.task("Fix it")
        #expect(
            try await bench.say("mind the cache", as: bench.ada, replyTo: .task(task.task.id))
                == ChatReply(reaction: "✍", receipt: Receipt(.taskNote, "mind the cache", for: task.task.id)))
        bench.clock.advance(by: .seconds(1))
        #expect(try await bench.say("/note #1 ! stop", as: bench.ada).words == "Urgent note for #1 stored.")
        let notes = try await bench.hub.ask(ListNotes(.id(task.task.id)), as: .person(bench.ada, over: .telegram))
        #expect(notes.map(\.content) == ["mind the cache", "stop"] && notes.map(\.isUrgent) == [false, true])
    }

    @Test("retry, cancel and release say what they would do, then do it once")
    func stop() async throws {
        let bench = try await ChatBench()
        let task = try await bench.task("Fix it")
        let asked = try await bench.say("/cancel #1", as: bench.ada)
        #expect(asked.words == "⏳ #1 Fix it\nCancel ends it; it can be retried later.")
        #expect(try await bench.view(task).task.state == .pending)
        let confirm = try #require(asked.button("Yes, cancel it"))
        let key = bench.key()
        let done = try await bench.press(confirm, as: bench.ada, key: key)
        #expect(done.toast == "Cancelled." && done.edit?.text.plain == "🚫 #1 Fix it\nCancelled by Ada, 12:03 UTC\n/task_1")
        #expect(done.edit?.buttons == [])
        #expect(try await bench.press(confirm, as: bench.ada, key: key) == done)
        #expect(try await bench.press(confirm, as: bench.ada).toast == "Too late: #1 is cancelled since 12:03 UTC.")
        let retry = try #require(try await bench.say("/retry #1", as: bench.ada).button("Yes, retry"))
        #expect(try await bench.press(retry, as: bench.ada).toast == "Retried.")
        #expect(try await bench.view(task).task.state == .pending)
    }

    @Test("Later puts nothing off but the buttons")
    func later() async throws {
        let bench = try await ChatBench()
        let planned = try await bench.planned(on: try await bench.server("mac-2"))
        let reply = try await bench.press(.later(planned.task.id), as: bench.ada)
        #expect(reply.toast == "It waits. /task #1 plan brings it back, and /tasks waiting lists all that waits." && reply.edit == nil)
    }

    @Test("a reply to a question whose arrival nobody noted is its answer only if all words are the same, whatever task they end with")
    func unnoted() async throws {
        let bench = try await ChatBench()
        let server = try await bench.server("mac-2")
        let asking = try await bench.running(on: server)
        let question = try await bench.ask(asking, Intervention.Content(kind: .question, question: "Which colour?"), on: server)
        let shown = try await bench.say("/task #1 question", as: bench.ada).words
        #expect(shown.hasSuffix("\n/task_1"))
        func reply(_ text: String, to original: String, offers: [ButtonAction] = []) async throws -> ChatReply {
            var request = bench.request(text, as: bench.ada)
            request.repliedTo = .init(text: original, topic: nil, isOurs: true, offers: offers)
            return try await bench.ops.reply(to: request)
        }
        let before = try await bench.events()
        let lures = [
            "🖥 build\n\(question.content.question)\n/task_1", "🖥 build\n\(shown)", "\(question.content.question)\n／task_1", "/task_1",
            shown.replacing("#1", with: "#2"),
        ]
        for lure in lures {
            #expect(try await reply("green", to: lure).words.hasPrefix("I don't know what to do with a reply to that message"), "\(lure)")
        }
        // Messages about several things, and such as many kinds of message offer, are no answer either.
        let other = ButtonAction.approve(.random(), planHash: nil)
        let several = [other, .answer(question.id, asking.task.id, text: "a")]
        for offers in [several, [.retry(asking.task.id, isConfirmed: false), .command("/task #1", inPlace: false)]] {
            _ = try await reply("green", to: "Choose", offers: offers)
        }
        #expect(try await bench.events() == before)
        // Its server came or went since.
        let away = shown.replacing(
            "\n/task_1", with: " The server is offline: the agent gets the answer when it is back.\n/task_1")
        _ = try await reply("green", to: away)
        #expect(try await bench.view(asking).task.state == .running)
    }
}
