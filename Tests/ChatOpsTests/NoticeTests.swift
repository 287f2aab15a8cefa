import HubCore
import HubService
import Testing

@testable import ChatOps

@Suite struct NoticeTests {
    @Test("plans, questions, failures and results get a message; decisions only redraw the card")
    func messages() async throws {
        let bench = try await ChatBench()
        let server = try await bench.server("mac-2")
        var mark = try await bench.events()
        func taken() async throws -> [ChatMessage.Urgency?] {
            let notices = try await bench.notices(after: mark)
            mark = try await bench.events()
            #expect(notices.allSatisfy { $0.task != nil })
            return notices.map { $0.message?.urgency }
        }
        let planned = try await bench.planned(on: server)
        #expect(try await taken() == [nil, nil, nil, .decision])  // created, assigned, started, plan
        _ = try await bench.press(.approve(planned.task.id, planHash: planned.task.plan?.hash), as: bench.ada)
        #expect(try await taken() == [nil])
        let question = try await bench.ask(planned, .init(kind: .question, question: "A or B?"), on: server)
        let asked = try await bench.notices(after: mark)
        #expect(asked.last?.message?.topic == .intervention(question.id, planned.task.id))
        #expect(try await taken() == [.decision])
        _ = try await bench.press(.answer(question.id, planned.task.id, text: "A"), as: bench.ada)
        #expect(try await taken() == [nil])
        _ = try await bench.complete(planned, "done", on: server)
        #expect(try await taken() == [.result])
        let second = try await bench.running(review: true, on: server)
        _ = try await bench.complete(second, "look", on: server)
        #expect(try await taken() == [nil, nil, nil, .decision])
        let third = try await bench.running(on: server)
        _ = try await bench.fail(third, "no", on: server)
        #expect(try await taken() == [nil, nil, nil, .decision])
    }

    @Test("what was overtaken meanwhile neither rings nor offers stale buttons")
    func overtaken() async throws {
        let bench = try await ChatBench()
        let server = try await bench.server("mac-2")
        let mark = try await bench.events()
        let planned = try await bench.planned(on: server)
        _ = try await bench.press(.approve(planned.task.id, planHash: planned.task.plan?.hash), as: bench.ada)
        let question = try await bench.ask(planned, .init(kind: .question, question: "A or B?"), on: server)
        _ = try await bench.press(.answer(question.id, planned.task.id, text: "A"), as: bench.ada)
        let failed = try await bench.fail(planned, "no", on: server)
        try await bench.hub.run(RetryTask(.id(failed.task.id)), as: .person(bench.ada, over: .telegram))
        let messages = try await bench.notices(after: mark).compactMap(\.message)
        #expect(messages.allSatisfy { $0.urgency == .card && $0.buttons.isEmpty })
    }

    @Test("what is settled elsewhere redraws the messages that asked, and takes their buttons away")
    func redraws() async throws {
        let bench = try await ChatBench()
        let server = try await bench.server("mac-2")
        let ada = Caller.person(bench.ada, over: .rest)
        func redraws(_ change: () async throws -> Void) async throws -> [Notice.Redraw] {
            let mark = try await bench.events()
            try await change()
            return try await bench.notices(after: mark).flatMap(\.redraws)
        }
        let planned = try await bench.planned(on: server)
        let id = planned.task.id
        let hash = try #require(planned.task.plan?.hash)
        let approved = try await redraws {
            _ = try await bench.hub.run(Decide(.id(id), .approve, planHash: hash), as: ada)
        }
        #expect(approved.map(\.topic) == [.plan(id, hash: hash)])
        #expect(approved.first?.message?.text.plain.contains("✅ Approved by Ada, 12:03 UTC") == true)
        #expect(approved.first?.message?.buttons == [])

        let question = try await bench.ask(planned, .init(kind: .question, question: "A or B?"), on: server)
        let answered = try await redraws { _ = try await bench.hub.run(Respond(to: .task(.id(id)), "A"), as: ada) }
        #expect(answered.map(\.topic) == [.intervention(question.id, id)])
        #expect(answered.first?.message?.text.plain.contains("Answered by Ada, 12:03 UTC: A") == true)

        _ = try await bench.fail(planned, "no", on: server)
        let retried = try await redraws { _ = try await bench.hub.run(RetryTask(.id(id)), as: ada) }
        #expect(retried == [Notice.Redraw(.failure(id), nil), .init(.confirmation(id, .retry), nil)])

        let second = try await bench.complete(try await bench.running(review: true, on: server), "look", on: server)
        let review = try await redraws {
            _ = try await bench.hub.run(Decide(.id(second.task.id), .revise(feedback: "more")), as: ada)
        }
        #expect(review.map(\.topic) == [.review(second.task.id)])
        #expect(review.first?.message?.text.plain.contains("↩️ Sent back by Ada, 12:03 UTC") == true)
        #expect(review.first?.message?.buttons == [])

        let taken = try await bench.planned(on: server)
        let release = try await redraws { _ = try await bench.hub.run(ReleaseTask(.id(taken.task.id)), as: ada) }
        #expect(release.first?.topic == .plan(taken.task.id, hash: try #require(taken.task.plan?.hash)))
        #expect(release.first?.message?.buttons ?? [] == [])

        let third = try await bench.planned(on: server)
        let cancelled = try await redraws { _ = try await bench.hub.run(CancelTask(.id(third.task.id)), as: ada) }
        #expect(cancelled.first?.message?.text.plain.contains("Nothing to decide: the task is cancelled.") == true)
        #expect(cancelled.first?.message?.buttons == [])
    }

    @Test("in a chat that is bound to the project #42 says enough, elsewhere the project's name stands before it")
    func labels() async throws {
        let bench = try await ChatBench()
        let server = try await bench.server("mac-2")
        let mark = try await bench.events()
        let planned = try await bench.planned(on: server)
        for (label, name, link) in [(TaskLabel.short, "#1", "/task_1"), (.qualified, "web#1", "/task_web_1")] {
            let plan = try #require(try await bench.notices(after: mark, label: label).compactMap(\.message).first)
            #expect(plan.text.plain.hasPrefix("📋 \(name) plan:") && plan.text.plain.hasSuffix(link))
            let card = bench.ops.card(of: planned, label: label).text.plain
            #expect(card.hasPrefix("📋 \(name) ") && card.hasSuffix(link))
        }
        let pressed = try await bench.press(.approve(planned.task.id, planHash: planned.task.plan?.hash), as: bench.ada)
        let redraw = try await bench.notices(after: mark, label: .short).flatMap(\.redraws).first
        #expect(pressed.edit == redraw?.message)
    }

    @Test("the question whether to go through with it loses its button once that is impossible, and not before")
    func confirmations() async throws {
        let bench = try await ChatBench()
        let server = try await bench.server("mac-2")
        let view = try await bench.running(on: server)
        let id = view.task.id
        func closed(_ change: () async throws -> Void) async throws -> [Topic] {
            let mark = try await bench.events()
            try await change()
            return try await bench.notices(after: mark).flatMap(\.redraws).filter { $0.message == nil }.map(\.topic)
        }
        let asked = try await bench.press(.release(id, isConfirmed: false), as: bench.ada)
        #expect(asked.messages.first?.topic == .confirmation(id, .release))
        #expect(try await closed { _ = try await bench.ask(view, .init(kind: .question, question: "A or B?"), on: server) } == [])
        let cancelled = try await closed { _ = try await bench.hub.run(CancelTask(.id(id)), as: .person(bench.ada, over: .rest)) }
        #expect(Set(cancelled) == [.confirmation(id, .cancel), .confirmation(id, .release)])
        let retried = try await closed { _ = try await bench.hub.run(RetryTask(.id(id)), as: .person(bench.ada, over: .rest)) }
        #expect(retried == [.failure(id), .confirmation(id, .retry)])
    }

    @Test("a lost server is one message, which its return edits")
    func servers() async throws {
        let bench = try await ChatBench()
        let server = try await bench.server("mac-2")
        _ = try await bench.running(on: server)
        let mark = try await bench.events()
        bench.clock.advance(by: .seconds(120))
        try await bench.hub.run(MarkServerOffline(server.id, lastHeard: bench.clock.now()), as: .hub)
        bench.clock.advance(by: .seconds(180))
        try await bench.hub.run(MarkServerOnline(server.id), as: .hub)
        let notices = try await bench.notices(after: mark)
        #expect(notices.count == 2 && notices.first?.key == notices.last?.key && notices.first?.key != nil)
        #expect(
            notices.first?.message?.text.plain == """
                ⚠️ mac-2 is not heard from any more (12:05 UTC).
                It has web#1.
                Unless it is back within 5 minutes, what runs there is given to another server.
                """)
        #expect(notices.first?.message?.urgency == .decision)
        #expect(notices.last?.message?.text.plain == "✅ mac-2 is back (12:08 UTC), it was away for 3 min.")
        #expect(notices.last?.message?.urgency == .result)
        // The next loss must ring, so it is not an edit of the last one.
        bench.clock.advance(by: .seconds(120))
        let again = try await bench.events()
        try await bench.hub.run(MarkServerOffline(server.id, lastHeard: bench.clock.now()), as: .hub)
        let next = try await bench.notices(after: again)
        #expect(next.count == 1 && next.first?.key != nil && next.first?.key != notices.first?.key)
    }
}
