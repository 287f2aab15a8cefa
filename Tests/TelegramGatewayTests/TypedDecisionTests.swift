import ChatOps
import HubCore
import HubService
import HubStore
import TelegramSimulator
import Testing

@testable import TelegramGateway

/// Ana's private chat, and a task of hers that a server has and that needs a plan.
private struct Scene {
    let station: Station
    let ana: World.Person
    let server: Server
    let project: Project

    var chat: World.Chat.ID { station.chat(ana) }

    func say(_ text: String) async throws { try await station.simulator.send(text, from: ana, to: station.bot) }

    /// Waits for a message of the bot's, and until the hub has noted that it was sent.
    @discardableResult
    func expect(_ words: String, after last: World.Message? = nil) async throws -> World.Message {
        let message = try await station.simulator.waitForMessage(in: chat, after: last) { $0.isFromBot && $0.text.contains(words) }
        try await station.eventually("“\(words)” is noted") {
            try await station.number("SELECT COUNT(*) FROM telegram_outbox WHERE message = \(message.id)") >= 1
        }
        return message
    }

    func task() async throws -> AgentTask { try await station.hub.ask(GetTask(.number(1, in: project.id)), as: .hub).view.task }

    func submit(_ plan: String) async throws {
        try await station.hub.run(SubmitPlan(.init(.id(task().id)), plan: .string(plan)), as: .agent(server, over: .rest))
    }

    func ask(_ question: String) async throws {
        try await station.hub.run(
            RequestHelp(.init(.id(task().id)), Intervention.Content(kind: .question, question: question)), as: .agent(server, over: .rest))
    }

    func reply(_ text: String, to message: World.Message) async throws {
        try await station.simulator.send(text, from: ana, to: station.bot, replyTo: message)
    }

    /// Both messages that come of one, as the answer to the call is lost.
    func copies(of words: String, when happening: () async throws -> Void) async throws -> [World.Message] {
        await station.simulator.inject(.resetAfterEffect, method: "sendMessage", chat: chat)
        try await happening()
        let chat = chat
        return try await station.simulator.wait(for: "\(words) twice") { world in
            let found = world.chats[chat]?.messages.filter { $0.isFromBot && $0.text.contains(words) } ?? []
            return found.count == 2 ? found : nil
        }
    }

    /// A plan whose notice Telegram does not take.
    func submitUnseen(_ plan: String) async throws {
        await station.simulator.inject(
            .error(code: 400, description: "Bad Request: MESSAGE_REFUSED"), method: "sendMessage", chat: chat)
        try await submit(plan)
        try await station.eventually("the notice is given up") {
            try await station.number("SELECT COUNT(*) FROM telegram_outbox WHERE state = 'failed'") == 1
        }
    }
}

/// `/approve` and `/revise` typed at what came by itself, with the real commands.
@Suite("Typed decisions", .timeLimit(.minutes(3))) struct TypedDecisionTests {
    private static func play(_ body: (Scene) async throws -> Void) async throws {
        try await Station.with(handler: try .real()) { station in
            let scene = Scene(
                station: station, ana: try await station.person("Ana", administrator: true), server: try await station.server("mac-2"),
                project: try await station.project())
            try await scene.say("/new Mend the door !plan")
            try await station.eventually("the task is placed") {
                try await station.number("SELECT COUNT(*) FROM agent_task WHERE state = 'assigned'") == 1
            }
            // What a test lets fail is to be what comes after this.
            try await scene.expect("Mend the door")
            try await body(scene)
        }
    }

    @Test(
        "approve the plan that came, with its number or without, and whatever of the task was shown since",
        arguments: ["/approve #1", "/approve"])
    func approve(word: String) async throws {
        try await Self.play { scene in
            try await scene.submit("1. look\n2. mend")
            let plan = try await scene.expect("1. look")
            try await scene.say("/task 1")
            let card = try await scene.expect("Mend the door", after: plan)
            try await scene.say(word)
            try await scene.expect("✅ Approved default#1", after: card)
            #expect(try await scene.task().state == .running)
        }
    }

    @Test("send the plan that came back with the feedback that was typed", arguments: ["/revise #1", "/revise"])
    func revise(word: String) async throws {
        try await Self.play { scene in
            try await scene.submit("1. look\n2. mend")
            try await scene.expect("1. look")
            try await scene.say("\(word) keep the old URL working")
            try await scene.expect("↩️ Sent the plan of default#1 back")
            let task = try await scene.task()
            #expect((task.state, task.feedback) == (.planning, "keep the old URL working"))
        }
    }

    @Test("approve no plan that took the place of the one that was shown, before that is shown, too")
    func replaced() async throws {
        try await Self.play { scene in
            try await scene.submit("1. look\n2. mend")
            try await scene.expect("1. look")
            try await scene.say("/revise #1 smaller steps")
            let sent = try await scene.expect("↩️ Sent the plan of default#1 back")
            try await scene.submitUnseen("1. look only")
            try await scene.say("/approve #1")
            let shown = try await scene.expect("1. look only", after: sent)
            #expect(await scene.station.texts(scene.chat).contains { $0.contains("was replaced by a newer one. Here it is") })
            #expect(try await scene.task().state == .planReview)
            try await scene.say("/approve #1")
            try await scene.expect("✅ Approved default#1", after: shown)
            #expect(try await scene.task().state == .running)
        }
    }

    @Test("find the plan that came twice as Telegram's answer was lost, whichever of the two is replied to", arguments: [0, 1])
    func repliedToEither(copy: Int) async throws {
        try await Self.play { scene in
            let copies = try await scene.copies(of: "1. look") { try await scene.submit("1. look\n2. mend") }
            try await scene.reply("keep the old URL working", to: copies[copy])
            try await scene.expect("↩️ Sent the plan of default#1 back")
            let task = try await scene.task()
            #expect((task.state, task.feedback) == (.planning, "keep the old URL working"))
        }
    }

    @Test("find the question that came twice as Telegram's answer was lost, whichever of the two is replied to", arguments: [0, 1])
    func answeredEither(copy: Int) async throws {
        try await Self.play { scene in
            try await scene.submit("1. look\n2. mend")
            try await scene.expect("1. look")
            try await scene.say("/approve")
            try await scene.expect("✅ Approved default#1")
            let copies = try await scene.copies(of: "Which colour?") { try await scene.ask("Which colour?\n/task_default_7") }
            #expect(copies[copy].buttons.isEmpty)
            try await scene.reply("green", to: copies[copy])
            try await scene.station.eventually("the answer") { try await scene.task().state == .running }
            let answered = try await scene.station.number("SELECT COUNT(*) FROM intervention WHERE state = 'responded'")
            #expect(answered == 1)
            // The first of the two is nothing that waits any more.
            try await scene.reply("or blue", to: copies[0])
            try await scene.expect("I don't know what to do with a reply to that message")
        }
    }

    @Test("keep feedback to a plan that never arrived, and send it with a tap")
    func keptFeedback() async throws {
        try await Self.play { scene in
            try await scene.submitUnseen("1. look\n2. mend")
            try await scene.say("/revise #1 keep the old URL working")
            let kept = try await scene.expect("Your feedback is not sent yet:\nkeep the old URL working")
            #expect(await scene.station.texts(scene.chat).contains { $0.contains("1. look") })
            #expect(try await scene.task().state == .planReview)
            let answer = try await scene.station.simulator.press("Send it back with this feedback", on: kept, by: scene.ana)
            #expect(answer.text == "↩️ Sent the plan of default#1 back with your feedback.")
            let task = try await scene.task()
            #expect((task.state, task.feedback) == (.planning, "keep the old URL working"))
            let (chat, id) = (scene.chat, kept.id)
            let settled = try await scene.station.simulator.wait(for: "the message without its button") { world in
                world.chats[chat]?.messages.first { $0.id == id && $0.buttons.isEmpty }
            }
            #expect(settled.text.hasSuffix("\nkeep the old URL working"))
        }
    }

    @Test("what a chat was shown is remembered in bounds; what came below a typed word was not shown before it")
    func remembered() throws {
        let (task, other, now) = (AgentTask.ID.random(), AgentTask.ID.random(), Timestamp(milliseconds: 1))
        let old = Topic.plan(task, hash: "a")
        #expect(ShownInChat(stored: nil) == ShownInChat())
        #expect(ShownInChat(stored: try StoredJSON.text(old)).last == old)
        var shown = ShownInChat()
        shown.add(old, as: 5, at: now)
        shown.add(.review(other), as: 7, at: now)
        #expect(shown.decisions(above: 8).map(\.topic) == [.review(other), old])
        shown.add(.plan(task, hash: "b"), as: 9, at: now)
        shown.add(.intervention(.random(), task), as: 10, at: now)
        #expect(shown.decisions(above: 11).map(\.topic) == [.plan(task, hash: "b"), .review(other)])
        #expect(shown.decisions(above: 9).map(\.topic) == [.review(other)])
        #expect(ShownInChat(stored: try StoredJSON.text(shown)) == shown)
        for number in 0..<ShownInChat.limit { shown.add(.review(.random()), as: 20 + number, at: now) }
        #expect(shown.entries.count == ShownInChat.limit && !shown.decisions(above: 99).contains { $0.topic.task == task })
    }
}
