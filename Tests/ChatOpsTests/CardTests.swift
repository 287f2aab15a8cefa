import HubCore
import HubService
import Testing

@testable import ChatOps

/// The messages that matter most, written out in full.
@Suite struct CardTests {
    private func labels(_ message: ChatMessage?) -> [[String]] { message?.buttons.map { $0.map(\.label) } ?? [] }

    @Test("the card says where a task stands, and offers what is legal now")
    func card() async throws {
        let bench = try await ChatBench()
        let server = try await bench.server("mac-2", Capabilities(repositories: ["app"]))
        _ = try await bench.say("/new Fix the login !critical repo:app branch:main type:bugfix !plan\nIt loops.", as: bench.ada)
        let card = try #require(try await bench.say("/task_1", as: bench.ada).messages.first)
        #expect(
            card.text.plain == """
                📌 #1 Fix the login
                assigned since 12:03 UTC on mac-2 (online)
                priority critical · bugfix · repository app @ main · plan first
                It loops.
                /task_1
                """)
        #expect(labels(card) == [["Release", "Cancel"]])
        #expect(card.text.runs.contains(ChatText.Run("It loops.", .quote(folded: true))))

        try await bench.hub.run(MarkServerOffline(server.id, lastHeard: bench.clock.now()), as: .hub)
        bench.clock.advance(by: .seconds(86_400))
        let view = try await bench.hub.ask(GetTask(.number(1, in: bench.web.id)), as: .person(bench.ada, over: .telegram)).view
        let redrawn = bench.ops.card(of: view, label: .qualified)
        #expect(redrawn.text.plain.hasPrefix("📌 web#1 Fix the login\nassigned since 2026-11-22 12:03 UTC on mac-2 (⚠️ server offline)"))
        #expect(redrawn.urgency == .card && redrawn.topic == .task(view.task.id))
        // A viewer alone with the bot sees no button that would refuse them.
        #expect(labels(try await bench.say("/task 1", as: bench.vic).messages.first) == [])
        #expect(labels(try await bench.say("/task 1", as: bench.vic, isPrivate: false).messages.first) == [["Release", "Cancel"]])
    }

    @Test("the plan is shown whole before its buttons, folded if long, as a document if very long")
    func plan() async throws {
        let bench = try await ChatBench()
        let server = try await bench.server("mac-2")
        let short = try await bench.planned(plan: "1. look\n2. mend /approve_1 @ada sk-abcdefghijklmnopqrstuvwx", on: server)
        let style = CardStyle(label: .qualified, now: bench.clock.now())
        let message = try #require(PlanMessage(short, style).message())
        #expect(
            message.text.plain == """
                📋 web#1 plan: Fix the login
                1. look
                2. mend /\u{2060}approve_1 @\u{2060}ada ***
                The agent on mac-2 waits. Approve lets it work; reply with text to ask for changes.
                /task_web_1
                """)
        #expect(labels(message) == [["Approve", "Revise", "Later"]])
        #expect(message.topic == .plan(short.task.id, hash: try #require(short.task.plan?.hash)))
        #expect(message.urgency == .decision && message.document == nil)
        #expect(message.text.runs.contains { $0.style == .quote(folded: false) })

        let viewers = try #require(try await bench.say("/task 1 plan", as: bench.vic).messages.first)
        #expect(viewers.text.plain.contains("The agent on mac-2 waits. A member decides.") && viewers.buttons.isEmpty)

        let long = try await bench.planned(plan: .string((1...11).map { "step \($0)" }.joined(separator: "\n")), on: server)
        #expect(PlanMessage(long, style).message()?.text.runs.contains { $0.style == .quote(folded: true) } == true)

        let words = String(repeating: "word ", count: 4000)
        let huge = try #require(PlanMessage(try await bench.planned(plan: .string(words), on: server), style).message())
        #expect(huge.document?.name == "plan-web-3.txt" && huge.document?.bytes == Array(words.utf8))
        #expect(huge.text.plain.contains("… cut, 18500 characters more\nThe whole plan is in the attached document."))

        let approved = try await bench.hub.run(
            Decide(.id(short.task.id), .approve, planHash: short.task.plan?.hash), as: .person(bench.ada, over: .telegram)
        ).view
        let decided = try #require(PlanMessage(approved, style).message())
        #expect(decided.text.plain.contains("\n✅ Approved by Ada, 12:03 UTC\n") && decided.buttons.isEmpty && decided.urgency == .card)
    }

    @Test("a failure says what, where, why, and shows the last lines")
    func failure() async throws {
        let bench = try await ChatBench()
        let server = try await bench.server("mac-2")
        let task = try await bench.running(on: server)
        _ = try await bench.say("/new Test it after:#1", as: bench.ada)
        let failed = try await bench.fail(task, "Build failed\nlinker: no such file\nexit 1", on: server)
        let message = FailureMessage(failed, CardStyle(label: .qualified, now: bench.clock.now())).message()
        #expect(
            message.text.plain == """
                ❌ web#1 failed: Fix the login
                on mac-2, attempt 1, 12:03 UTC
                Reason:
                Build failed
                linker: no such file
                exit 1
                ⛔ Holds up, until somebody decides:
                • web#2 Test it
                /task_web_1
                """)
        #expect(labels(message) == [["Retry", "Reassign"], ["Log"], ["Let web#2 go without it", "Cancel web#2"]])
        #expect(message.urgency == .decision)
        let log = try await bench.say("/task 1 log", as: bench.ada)
        #expect(log.words.contains("Attempt 1 on mac-2: 12:03 UTC – 12:03 UTC (failed)"))
        #expect(log.messages.first?.document?.name == "failure-web-1-attempt-1.txt")
    }

    @Test("a result is shown as the agent's own claim")
    func result() async throws {
        let bench = try await ChatBench()
        let server = try await bench.server("mac-2")
        let task = try await bench.running(on: server)
        _ = try await bench.say("/new Test it after:#1", as: bench.ada)
        _ = try await bench.say("/new Ship it after:#1 after:#2", as: bench.ada)
        let done = try await bench.complete(
            task,
            [
                "summary": "Mended it", "changes": ["files_modified": ["a.swift"], "files_created": ["b.swift", "c.swift"]],
                "tests": ["passed": 12, "failed": 0, "skipped": 1],
            ], on: server)
        let style = CardStyle(label: .qualified, now: bench.clock.now())
        let message = ResultMessage(done, style).message()
        #expect(
            message.text.plain == """
                ✅ web#1 done: Fix the login
                Mended it
                Changes: 1 modified (a.swift), 2 created (b.swift, c.swift)
                Tests: 12 passed, 0 failed, 1 skipped
                Reported by the agent, not checked by the hub.
                This lets web#2 go on. web#3 has one thing less to wait for.
                /task_web_1
                """)
        #expect(message.buttons.isEmpty && message.urgency == .result && message.topic == .task(done.task.id))

        let review = try await bench.complete(try await bench.running("Second", review: true, on: server), 42, on: server)
        let waiting = ResultMessage(review, style).message()
        #expect(
            waiting.text.plain == """
                🔎 web#4 wants a review: Second
                42
                ⚠️ Nothing was checked: the agent reported neither tests nor changes, and the task has no contracts.
                Approve finishes the task; reply with text to send it back.
                /task_web_4
                """)
        #expect(labels(waiting) == [["Approve", "Revise", "Later"]] && waiting.topic == .review(review.task.id))
    }
}
