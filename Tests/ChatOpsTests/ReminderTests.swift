import HubCore
import HubService
import Testing

@testable import ChatOps

@Suite struct ReminderTests {
    @Test("a reminder rings with what waits, and the escalation goes to the owners") func told() async throws {
        let bench = try await ChatBench()
        let server = try await bench.server("mac-2")
        let task = try await bench.running("Build", on: server)
        _ = try await bench.say("/new Test it after:#1", as: bench.ada)
        let question = try await bench.ask(task, .init(kind: .help, question: "A or B?"), on: server)
        let since = try await bench.view(task).task.since
        let mark = try await bench.events()
        bench.clock.advance(by: .seconds(15 * 60))
        try await bench.hub.run(RemindPeople(of: task.task.id, waitingSince: since), as: .hub)
        let reminder = try #require(try await bench.notices(after: mark, label: .short).first)
        #expect(!reminder.isForOwners && reminder.task == task.task.id && reminder.message?.urgency == .decision)
        #expect(
            reminder.message?.text.plain
                == "⏰ #1 still waits: Build\nFor 15 min nobody has answered its question.\nA or B?\n1 task waits for it.\n/task_1")
        #expect(reminder.message?.topic == .intervention(question.id, task.task.id))
        let later = try await bench.events()
        bench.clock.advance(by: .seconds(45 * 60))
        try await bench.hub.run(RemindPeople(of: task.task.id, waitingSince: since), as: .hub)
        let escalation = try #require(try await bench.notices(after: later, label: .short).first)
        #expect(escalation.isForOwners)
        #expect(
            escalation.message?.text.plain.hasPrefix(
                "🚨 #1 has waited for 1 h: Build\nNobody has answered its question. You are told as an owner.")
                == true)
        // Answered meanwhile: nothing rings any more.
        _ = try await bench.say("A", as: bench.ada, replyTo: reminder.message?.topic)
        #expect(try await bench.notices(after: mark, label: .short).allSatisfy { $0.message == nil })
    }

    @Test("a question with a standby answer says what is answered when, and who answered in the end") func standby() async throws {
        let bench = try await ChatBench()
        let server = try await bench.server("mac-2")
        let task = try await bench.running("Build", on: server)
        let options: [Intervention.Option] = [.init(id: "a", label: "Keep"), .init(id: "b", label: "Drop")]
        let asked = try await bench.ask(
            task, .init(kind: .question, question: "Which?", options: options, standby: .init(seconds: 600, option: "a")), on: server)
        let style = CardStyle(label: .short, now: bench.clock.now())
        let open = QuestionMessage(asked, of: try await bench.view(task), style).message()
        #expect(open.text.plain.contains("Unless somebody answers by 12:13 UTC, the hub answers “Keep”, as the agent declared."))
        bench.clock.advance(by: .seconds(600))
        try await bench.hub.run(TakeStandby(for: asked.id), as: .hub)
        let view = try await bench.view(task)
        let answered = QuestionMessage(try #require(view.intervention), of: view, style).message()
        #expect(
            answered.text.plain.contains("✍️ Answered by the hub, as declared by the agent, 12:13 UTC: Keep") && answered.buttons.isEmpty)
    }
}

/// Pain 29: done is done.
@Suite struct ProofTests {
    private func message(
        _ result: JSONValue, contracts: JSONValue? = nil, produces: JSONValue? = nil, diff: JSONValue? = nil
    ) async throws -> String {
        let bench = try await ChatBench()
        let server = try await bench.server("mac-2")
        let content = AgentTask.Content(title: "Build", produces: produces)
        let task = try await bench.hub.run(CreateTask(project: bench.web.id, content: content), as: .person(bench.ada, over: .telegram))
            .task
        let (agent, report) = (Caller.agent(server, over: .rest), AgentReport(.id(task.id)))
        try await bench.hub.run(StartTask(report), as: agent)
        let done = try await bench.hub.complete(
            CompleteTask(report, result: result, contracts: contracts, diffStats: diff), as: agent)
        return ResultMessage(done.view, CardStyle(label: .short, now: bench.clock.now())).message().text.plain
    }

    @Test("pain 29: a result without anything behind it says that nothing was checked") func nothing() async throws {
        let text = try await message("All done!")
        #expect(text.contains("⚠️ Nothing was checked: the agent reported neither tests nor changes, and the task has no contracts."))
    }

    @Test("pain 29: tests, changes and the diff are shown as the agent's word") func reported() async throws {
        let text = try await message(
            ["summary": "Mended", "tests": ["passed": 12, "failed": 1], "changes": ["files_modified": ["a.swift"]]],
            diff: ["files_changed": 3, "insertions": 120, "deletions": 14, "head_commit": "a1b2c3d"])
        #expect(text.contains("Changes: 1 modified (a.swift)\nTests: 12 passed, 1 failed\nDiff: 3 files, +120 −14 (a1b2c3d)\n"))
        #expect(text.contains("Reported by the agent, not checked by the hub."))
    }

    @Test("pain 29: kept contracts are named as what the hub checked") func contracts() async throws {
        let text = try await message(
            "x", contracts: ["api": ["paths": []]],
            produces: ["api": ["type": "api_schema", "schema": ["type": "object"]], "extra": ["type": "ui", "required": false]])
        #expect(text.contains("✔ Checked by the hub: contract api. The rest is the agent's word."))
    }
}
