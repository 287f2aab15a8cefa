import HubCore
import HubService
import Testing

@testable import ChatOps

/// What `/approve` and `/revise` mean, by what the chat was shown (domain page, "Plan mode").
@Suite struct TypedDecisionTests {
    private func planned(_ bench: ChatBench, on server: Server) async throws -> (view: TaskView, plan: Topic) {
        let view = try await bench.planned(on: server)
        return (view, .plan(view.task.id, hash: try #require(view.task.plan?.hash)))
    }

    /// The agent hands in another plan in place of the first.
    private func replaced(_ bench: ChatBench, on server: Server) async throws -> (view: TaskView, old: Topic, new: Topic) {
        let (first, old) = try await planned(bench, on: server)
        _ = try await bench.say("Smaller steps", as: bench.olga, replyTo: old)
        let second = try await bench.hub.run(
            SubmitPlan(.init(.id(first.task.id)), plan: "1. look only"), as: .agent(server, over: .rest)
        ).view
        return (second, old, .plan(second.task.id, hash: try #require(second.task.plan?.hash)))
    }

    @Test("a card of the same task, shown after the plan, hides it from neither word") func cardBetween() async throws {
        let bench = try await ChatBench()
        let server = try await bench.server("mac-2")
        let (task, plan) = try await planned(bench, on: server)
        let sent = try await bench.say(
            "/revise keep the old URL working", as: bench.ada, lastShown: .task(task.task.id), decisions: [plan])
        #expect(sent.words == "↩️ Sent the plan of #1 back with your feedback.")
        #expect(try await bench.view(task).task.feedback == "keep the old URL working")
        for (number, word) in [(2, "/approve #2"), (3, "/approve")] {
            let (next, shown) = try await planned(bench, on: server)
            let reply = try await bench.say(word, as: bench.ada, lastShown: .task(next.task.id), decisions: [shown, plan])
            #expect(reply.words == "✅ Approved #\(number): the agent goes on.")
        }
    }

    @Test("where several wait, the one shown last is meant by both words") func shownLast() async throws {
        let bench = try await ChatBench()
        let server = try await bench.server("mac-2")
        let (first, one) = try await planned(bench, on: server)
        let (second, two) = try await planned(bench, on: server)
        let (_, three) = try await planned(bench, on: server)
        let approved = try await bench.say("/approve", as: bench.ada, lastShown: one, decisions: [two, three])
        #expect(approved.words.hasPrefix("✅ Approved #1"))
        let revised = try await bench.say("/revise use less", as: bench.ada, lastShown: two, decisions: [one, three])
        #expect(revised.words.hasPrefix("↩️ Sent the plan of #2 back"))
        #expect(try await bench.view(first).task.state == .running)
        #expect(try await bench.view(second).task.feedback == "use less")
        // Said again, it is told, and what is next is shown.
        let again = try await bench.say("/approve", as: bench.ada, lastShown: .task(first.task.id), decisions: [one, two])
        #expect(again.messages.first?.text.plain == "#1 was already approved by Ada, 12:03 UTC. This has waited longest:")
        #expect(again.messages.last?.topic == three)
    }

    @Test("what came while somebody was typing is not taken for what they meant; words typed with it go on with a tap")
    func justArrived() async throws {
        let bench = try await ChatBench()
        let server = try await bench.server("mac-2")
        let (first, one) = try await planned(bench, on: server)
        let (second, two) = try await planned(bench, on: server)
        let asked = try await bench.say("/approve", as: bench.ada, lastShown: two, decisions: [one], age: .seconds(2))
        #expect(
            asked.words
                == "2 decisions wait. Say which, or reply to one:\n/approve #1 – Fix the login\n/approve #2 – Fix the login")
        let revised = try await bench.say("/revise use less", as: bench.ada, lastShown: two, decisions: [one], age: .seconds(2))
        #expect(revised.words.contains("\n/revise #1 – Fix the login"))
        #expect(revised.words.hasSuffix("✍️ Your feedback is not sent yet:\nuse less"))
        for task in [first, second] { #expect(try await bench.view(task).task.state == .planReview) }
        let sent = try await bench.press(try #require(revised.button("Send #1 back with it")), as: bench.ada)
        #expect(sent.edit?.text.plain == "↩️ Sent the plan of #1 back with your feedback.\nuse less")
        #expect(try await bench.view(first).task.feedback == "use less")
        // Alone it can only be meant.
        let approved = try await bench.say("/approve", as: bench.ada, lastShown: two, age: .seconds(2))
        #expect(approved.words.hasPrefix("✅ Approved #2"))
    }

    @Test("what was shown of another task since, or nothing at all, brings the oldest that waits, with its buttons") func otherBetween()
        async throws
    {
        let bench = try await ChatBench()
        let server = try await bench.server("mac-2")
        let (first, one) = try await planned(bench, on: server)
        bench.clock.advance(by: .seconds(60))
        let (second, two) = try await planned(bench, on: server)
        for shown: Topic? in [.task(first.task.id), .conversation, nil] {
            let reply = try await bench.say("/approve", as: bench.ada, lastShown: shown, decisions: shown == nil ? [] : [two, one])
            #expect(reply.messages.map(\.topic) == [one] && reply.button("Approve") != nil)
        }
        let kept = try await bench.say("/revise use less", as: bench.ada, lastShown: .task(first.task.id), decisions: [two])
        #expect(kept.messages.map(\.topic) == [one, .task(first.task.id)])
        #expect(kept.button("Send it back with this feedback") != nil)
        #expect(try await bench.say("/revise use less", as: bench.vic).words.hasPrefix("You are a viewer of this project"))
        for task in [first, second] { #expect(try await bench.view(task).task.state == .planReview) }
    }

    @Test("feedback to a plan that was not shown is kept, and sent with a tap once the plan is there") func keptFeedback() async throws {
        let bench = try await ChatBench()
        let server = try await bench.server("mac-2")
        let (task, plan) = try await planned(bench, on: server)
        let kept = try await bench.say("/revise #1 keep the old URL\nworking", as: bench.ada)
        #expect(kept.messages.first?.text.plain == "Nothing is decided yet. Here is the plan of #1: read it, then press.")
        #expect(kept.messages.map(\.shows) == [nil, plan, nil])
        #expect(kept.messages.last?.text.plain == "✍️ Your feedback is not sent yet:\nkeep the old URL\nworking")
        #expect(try await bench.view(task).task.state == .planReview)
        let button = try #require(kept.button("Send it back with this feedback"))
        let key = bench.key()
        let sent = try await bench.press(button, as: bench.ada, key: key)
        #expect(sent.toast == "↩️ Sent the plan of #1 back with your feedback." && sent.edit?.buttons == [])
        #expect(sent.receipt == Receipt(.planRevision, "keep the old URL\nworking", for: task.task.id))
        #expect(try await bench.press(button, as: bench.ada, key: key) == sent)
        #expect(try await bench.view(task).task.feedback == "keep the old URL\nworking")
    }

    @Test("feedback to a plan that was replaced since comes with the new one, however it was given") func replacedPlan() async throws {
        let bench = try await ChatBench()
        let server = try await bench.server("mac-2")
        let (task, old, new) = try await replaced(bench, on: server)
        let hash = try #require(old.planHash)
        let replies = [
            try await bench.say("/revise #1 use less", as: bench.ada, lastShown: .task(task.task.id), decisions: [old]),
            try await bench.say("/revise use less", as: bench.ada, lastShown: old),
            try await bench.say("use less", as: bench.ada, replyTo: old),
            try await bench.say("use less", as: bench.ada, conversation: .feedback(task: task.task.id.text, planHash: hash)),
            try await bench.press(.sendBack(task.task.id, planHash: hash, feedback: "use less"), as: bench.ada),
        ]
        for reply in replies {
            #expect(reply.messages.first?.text.plain.hasPrefix("The plan of #1 was replaced by a newer one. Here it is") == true)
            #expect(reply.messages.dropFirst().map(\.shows) == [new, nil])
            #expect(
                reply.button("Send it back with this feedback")
                    == .sendBack(task.task.id, planHash: new.planHash, feedback: "use less"))
        }
        #expect(replies.last?.edit?.text.plain.hasSuffix("\nuse less") == true && replies.last?.edit?.buttons == [])
        #expect(try await bench.say("/approve #1", as: bench.ada, decisions: [old]).words.contains("replaced by a newer one"))
        #expect(try await bench.view(task).task.state == .planReview)
    }

    @Test("reminders and questions name a plan and show it to nobody, so that no word approves it after them") func notShown() async throws
    {
        let bench = try await ChatBench()
        let server = try await bench.server("mac-2")
        let (task, plan) = try await planned(bench, on: server)
        let style = CardStyle(label: .short, now: bench.clock.now())
        let reminder = ReminderMessage(task, style, isEscalation: true).message()
        #expect(reminder.topic == plan && reminder.shows == nil)
        #expect(try #require(PlanMessage(task, style).message()).shows == plan)
        let inReply = try await bench.say("/approve", as: bench.ada, replyTo: plan)
        #expect(inReply.messages.map(\.shows) == [nil, plan])
        let asked = try await bench.say("/revise #1", as: bench.ada)
        #expect(asked.messages.map(\.shows) == [plan, nil] && asked.messages.last?.asksForReply != nil)
        #expect(try await bench.view(task).task.state == .planReview)
        let approved = try await bench.say("/approve", as: bench.ada, replyTo: plan, decisions: [plan])
        #expect(approved.words == "✅ Approved #1: the agent goes on.")
    }

    @Test("a result that another has taken the place of is looked at first; a reply decides about its task") func newerResult() async throws
    {
        let bench = try await ChatBench()
        let server = try await bench.server("mac-2")
        let task = try await bench.complete(try await bench.running(review: true, on: server), "done so", on: server)
        let result = Topic.review(task.task.id)
        bench.clock.advance(by: .seconds(60))
        _ = try await bench.say("with tests", as: bench.olga, replyTo: result)
        _ = try await bench.complete(task, "with tests", on: server)
        let shown = try await bench.say("/approve", as: bench.ada, lastShown: result, age: .seconds(30))
        #expect(shown.messages.map(\.shows) == [result])
        let (_, plan) = try await planned(bench, on: server)
        let approved = try await bench.say("/approve", as: bench.ada, replyTo: .task(task.task.id), lastShown: plan)
        #expect(approved.words == "✅ Approved #1: it is done.")
    }
}
