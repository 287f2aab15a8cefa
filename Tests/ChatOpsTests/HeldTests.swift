import HubCore
import HubService
import Testing

@testable import ChatOps

/// Pain 13: dependencies fail safely, and people are told once.
@Suite struct HeldTests {
    @Test("pain 13: a failure tells once what it holds up, with buttons, and stays current") func failure() async throws {
        let bench = try await ChatBench()
        let server = try await bench.server("mac-2")
        let task = try await bench.running("Build", on: server)
        _ = try await bench.say("/new Test it after:#1", as: bench.ada)
        _ = try await bench.say("/new Ship it after:#1", as: bench.ada)
        _ = try await bench.say("/new Tell it after:#3", as: bench.ada)
        let mark = try await bench.events()
        let failed = try await bench.fail(task, "no", on: server)
        let notices = try await bench.notices(after: mark, label: .short)
        let rung = notices.compactMap(\.message)
        #expect(rung.count == 1 && notices.first?.neighbours.count == 2)
        let message = try #require(rung.first)
        #expect(message.text.plain.contains("\n⛔ Holds up, until somebody decides:\n• #2 Test it\n• #3 Ship it\n"))
        #expect(message.buttons.last?.map(\.label) == ["Let 2 tasks go without it", "Cancel 2 tasks"])
        let behind = try await bench.say("/why #4", as: bench.ada)
        #expect(behind.words.contains("⛔ What it waits for is held by #1 (failed)."))
        #expect(behind.buttons.map(\.label) == ["Retry #1"])

        let before = try await bench.events()
        let drop = try #require(try await bench.say("/why #2", as: bench.ada).button("Do not wait for #1"))
        #expect(try await bench.press(drop, as: bench.ada).words == "#2 goes to mac-2.")
        let redraws = try await bench.notices(after: before, label: .short).flatMap(\.redraws)
        let redrawn = try #require(redraws.first { $0.topic == .failure(failed.task.id) }?.message)
        #expect(redrawn.text.plain.contains("• #3 Ship it") && !redrawn.text.plain.contains("• #2 Test it"))
        #expect(redrawn.buttons.last?.map(\.label) == ["Let #3 go without it", "Cancel #3"])
    }

    @Test("what a failed task holds up is let go, or cancelled with all behind it, by a press") func decide() async throws {
        let bench = try await ChatBench()
        let server = try await bench.server("mac-2")
        let task = try await bench.running("Build", on: server)
        for text in ["/new Test it after:#1", "/new Ship it after:#1", "/new Tell it after:#3"] {
            _ = try await bench.say(text, as: bench.ada)
        }
        let failed = try await bench.fail(task, "no", on: server)
        let message = FailureMessage(failed, CardStyle(label: .short, now: bench.clock.now())).message()
        func action(_ label: String) throws -> ButtonAction {
            try #require(message.buttons.flatMap { $0 }.first { $0.label == label }?.action)
        }
        #expect(try await bench.press(try action("Cancel 2 tasks"), as: bench.vic).isAlert)
        let question = try await bench.press(try action("Cancel 2 tasks"), as: bench.ada)
        #expect(question.words == "Cancel #2, #3, and whatever waits for that? It can be retried later.")
        let done = try await bench.press(try #require(question.button("Yes, cancel")), as: bench.ada)
        #expect(done.words == "#2, #3, #4: cancelled, behind #1.")
        #expect(try await bench.press(try action("Let 2 tasks go without it"), as: bench.ada).words == "Nothing is held up by #1.")
    }

    @Test("a cancelled task that holds others rings once; one that holds nothing does not") func cancelled() async throws {
        let bench = try await ChatBench()
        let (holding, lonely) = (try await bench.task("Build"), try await bench.task("Lonely"))
        _ = try await bench.say("/new Test it after:#1", as: bench.ada)
        let mark = try await bench.events()
        for view in [holding, lonely] {
            try await bench.hub.run(CancelTask(.id(view.task.id)), as: .person(bench.ada, over: .telegram))
        }
        let rung = try await bench.notices(after: mark, label: .short).compactMap(\.message)
        #expect(rung.map(\.text.plain) == ["🚫 #1 was cancelled: Build\n⛔ Holds up, until somebody decides:\n• #3 Test it\n/task_1"])
        #expect(rung.first?.urgency == .decision)
    }
}
