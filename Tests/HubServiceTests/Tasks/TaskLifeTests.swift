import HubCore
import HubService
import HubStore
import HubTesting
import Testing

@Suite struct TaskLifeTests {
    @Test("a new task goes to a free server at once, is started and completed, with one event a step") func straight() async throws {
        let test = try await TestHub()
        let server = try await test.server("mac")
        let task = try await test.create()
        #expect(task.state == .assigned && task.attempt == 1 && task.server == server.id)
        let started = try await test.hub.run(StartTask(task.report), as: server.agent)
        #expect(started.task.state == .running)
        let done = try await test.hub.run(CompleteTask(task.report, result: ["summary": "mended"]), as: server.agent)
        #expect(done.task.state == .done && done.task.completedAt == test.clock.now())
        #expect(done.view.serverName == "mac")
        #expect(try await test.story(of: task) == [.taskCreated, .taskAssigned, .taskStarted, .taskCompleted])
        let answer = try await test.hub.ask(GetTask(task.reference), as: test.admin)
        #expect(answer.attempts.map(\.outcome) == ["task.completed"])
        #expect(answer.view.task.result == ["summary": "mended"])
    }

    @Test("a task without a server waits and says what would help") func waits() async throws {
        let test = try await TestHub()
        let task = try await test.create { $0.requirements.languages = ["swift"] }
        #expect(task.state == .pending)
        #expect(try await test.task(task).waiting == .noServer("register one for this project with /token"))
        try await test.server("mac")
        #expect(
            try await test.task(task).waiting == .noServer("mac does not have the language swift; give it that, or drop the requirement"))
        let byHand = try await test.create { $0.autoAssign = false }
        #expect(try await test.task(byHand).waiting == .assignmentByHand)
    }

    @Test("by hand a server may get more than its slots, with a warning, but nothing that it cannot run") func byHand() async throws {
        let test = try await TestHub()
        try await test.server("mac", slots: 1)
        _ = try await test.create()
        let task = try await test.create()
        #expect(task.state == .pending)
        let outcome = try await test.hub.run(AssignTask(task.reference, to: .server("MAC")), as: test.admin)
        #expect(outcome.task.state == .assigned)
        #expect(outcome.warnings == ["mac has 1 slot and now 2 tasks"])
        let picky = try await test.create { $0.requirements.agent = "claude" }
        let words = await refused(.conflict) {
            try await test.hub.run(AssignTask(picky.reference, to: .server("mac")), as: test.admin)
        }
        #expect(words == "mac cannot run task #3: it does not have the agent claude")
        await refused(.notFound) { try await test.hub.run(AssignTask(picky.reference, to: .server("nowhere")), as: test.admin) }
        await refused(.conflict) { try await test.hub.run(AssignTask(task.reference, to: .server("mac")), as: test.admin) }
    }

    @Test("a plan is decided by its hash; a second, different word is refused by name") func plan() async throws {
        let test = try await TestHub()
        let server = try await test.server("mac")
        let task = try await test.create { $0.requirePlan = true }
        #expect(try await test.hub.run(StartTask(task.report), as: server.agent).task.state == .planning)
        await refused(.conflict) { try await test.hub.run(CompleteTask(task.report, result: .null), as: server.agent) }
        let first = try await test.hub.run(SubmitPlan(task.report, plan: ["summary": "one"]), as: server.agent)
        #expect(first.task.state == .planReview)
        let repeated = try await test.hub.run(SubmitPlan(task.report, plan: ["summary": "one"]), as: server.agent)
        #expect(repeated.isRepetition)
        let old = try #require(first.task.plan?.hash)
        await refused(.conflict) { try await test.hub.run(Decide(task.reference, .approve), as: test.admin) }
        await refused(.conflict) { try await test.hub.run(Decide(task.reference, .approve, planHash: "0"), as: test.admin) }
        await refused(.conflict) {
            try await test.hub.run(Decide(task.reference, .revise(feedback: " "), planHash: old), as: test.admin)
        }
        let revised = try await test.hub.run(Decide(task.reference, .revise(feedback: "smaller"), planHash: old), as: test.admin)
        #expect(revised.task.state == .planning && revised.task.feedback == "smaller")

        let second = try await test.hub.run(SubmitPlan(task.report, plan: ["summary": "two"]), as: server.agent)
        let hash = try #require(second.task.plan?.hash)
        await refused(.conflict) { try await test.hub.run(Decide(task.reference, .approve, planHash: old), as: test.admin) }
        let max = try await test.person("Max", .member)
        #expect(try await test.hub.run(Decide(task.reference, .approve, planHash: hash), as: max).task.state == .running)
        let events = try await test.eventCount()
        #expect(try await test.hub.run(Decide(task.reference, .approve, planHash: hash), as: test.admin).isRepetition)
        let words = await refused(.conflict) {
            try await test.hub.run(Decide(task.reference, .revise(feedback: "no"), planHash: hash), as: test.admin)
        }
        #expect(words == "#1 was already approved by Max")
        #expect(try await test.eventCount() == events)
    }

    @Test("an installed client hands in its plan without a start: two events, one transaction") func planWithoutStart() async throws {
        let test = try await TestHub()
        let server = try await test.server("mac")
        let task = try await test.create { $0.requirePlan = true }
        let outcome = try await test.hub.run(SubmitPlan(AgentReport(task.reference), plan: ["summary": "one"]), as: server.agent)
        #expect(outcome.task.state == .planReview)
        #expect(try await test.story(of: task) == [.taskCreated, .taskAssigned, .taskStarted, .taskPlanSubmitted])
        let plain = try await test.create()
        await refused(.conflict) { try await test.hub.run(SubmitPlan(plain.report, plan: "x"), as: server.agent) }
    }

    @Test("a question is answered once and leads back to where it was asked", arguments: [true, false]) func help(planning: Bool)
        async throws
    {
        let test = try await TestHub()
        let server = try await test.server("mac")
        let task = try await test.create { $0.requirePlan = planning }
        try await test.hub.run(StartTask(task.report), as: server.agent)
        let question = Intervention.Content(
            kind: .question, question: "Which?", options: [.init(id: "a", label: "this"), .init(id: "b", label: "that")])
        let asked = try await test.hub.run(RequestHelp(task.report, question), as: server.agent)
        #expect(asked.view.task.state == .needsHuman && asked.intervention.content.options.count == 2)
        let again = try await test.hub.run(RequestHelp(task.report, question), as: server.agent)
        #expect(again.isRepetition && again.intervention.id == asked.intervention.id)
        await refused(.conflict) {
            try await test.hub.run(RequestHelp(task.report, .init(kind: .help, question: "Another?")), as: server.agent)
        }
        let answered = try await test.hub.run(Respond(to: .task(task.reference), "this"), as: test.admin)
        #expect(answered.view.task.state == (planning ? .planning : .running))
        #expect(try await test.hub.run(Respond(to: .task(task.reference), "this"), as: test.admin).isRepetition)
        let max = try await test.person("Max", .member)
        let words = await refused(.conflict) { try await test.hub.run(Respond(to: .task(task.reference), "that"), as: max) }
        #expect(words == "already answered by Ada")
        test.clock.advance(by: .milliseconds(1))
        let next = try await test.hub.run(RequestHelp(task.report, .init(kind: .help, question: "Another?")), as: server.agent)
        #expect(try await test.task(task).openIntervention?.id == next.intervention.id)
        try await test.hub.run(CancelTask(task.reference), as: test.admin)
        #expect(try await test.task(task).intervention?.state == .withdrawn)
    }

    @Test("a required review makes of complete a submission; a person has the last word") func review() async throws {
        let test = try await TestHub()
        let server = try await test.server("mac", slots: 1)
        try await test.hub.run(ChangeProject(test.project.id, requireReview: true), as: test.admin)
        let task = try await test.create()
        let next = try await test.create()
        try await test.hub.run(StartTask(task.report), as: server.agent)
        let submitted = try await test.hub.run(CompleteTask(task.report, result: 1), as: server.agent)
        #expect(submitted.task.state == .review)
        #expect(try await test.task(next).task.state == .assigned, "a review holds no slot")
        #expect(try await test.hub.run(CompleteTask(task.report, result: 1), as: server.agent).isRepetition)
        let revised = try await test.hub.run(Decide(task.reference, .revise(feedback: "tests")), as: test.admin)
        #expect(revised.task.state == .running && revised.task.feedback == "tests")
        try await test.hub.run(CompleteTask(task.report, result: 2), as: server.agent)
        let done = try await test.hub.run(Decide(task.reference, .approve), as: test.admin)
        #expect(done.task.state == .done && done.task.result == 2 && done.task.feedback == nil)
        #expect(try await test.hub.run(Decide(task.reference, .approve), as: test.admin).isRepetition)
        await refused(.conflict) { try await test.hub.run(Decide(task.reference, .revise(feedback: "no")), as: test.admin) }
    }

    @Test("an agent may submit for review although none is required") func submit() async throws {
        let test = try await TestHub()
        let server = try await test.server("mac")
        let task = try await test.create()
        try await test.hub.run(StartTask(task.report), as: server.agent)
        #expect(try await test.hub.run(CompleteTask(task.report, result: 1, forReview: true), as: server.agent).task.state == .review)
    }

    @Test("a failed task is retried as its next attempt, and the old attempt is over") func retry() async throws {
        let test = try await TestHub()
        let server = try await test.server("mac")
        let task = try await test.create()
        try await test.hub.run(StartTask(task.report), as: server.agent)
        let failed = try await test.hub.run(FailTask(task.report, error: "no nails"), as: server.agent)
        #expect(failed.task.state == .failed && failed.task.failure == "no nails")
        #expect(try await test.hub.run(FailTask(task.report, error: "no nails"), as: server.agent).isRepetition)
        let retried = try await test.hub.run(RetryTask(task.reference), as: test.admin)
        #expect(retried.task.state == .assigned && retried.task.attempt == 2 && retried.task.failure == nil)
        let events = try await test.eventCount()
        await refused(.conflict) { try await test.hub.run(StartTask(task.report), as: server.agent) }
        await refused(.conflict) { try await test.hub.run(FailTask(task.report, error: "late"), as: server.agent) }
        #expect(try await test.eventCount() == events)
        #expect(try await test.hub.run(StartTask(AgentReport(task.reference)), as: server.agent).task.state == .running)
    }

    @Test("a server that lost its task cannot finish its successor's work") func lateReport() async throws {
        let test = try await TestHub()
        let first = try await test.server("first", slots: 1)
        let task = try await test.create()
        let second = try await test.server("second", slots: 1)
        try await test.hub.run(StartTask(task.report), as: first.agent)
        try await test.hub.run(EditServer("first", in: test.project.id, isDrained: true), as: test.admin)
        let released = try await test.hub.run(ReleaseTask(task.reference), as: test.admin)
        #expect(released.task.server == second.id && released.task.attempt == 2)
        for report in [task.report, AgentReport(task.reference)] {
            await refused(.conflict) { try await test.hub.run(CompleteTask(report, result: 1), as: first.agent) }
            await refused(.conflict) { try await test.hub.run(FailTask(report, error: "x"), as: first.agent) }
            await refused(.conflict) { try await test.hub.run(RequestHelp(report, .init(kind: .help, question: "x")), as: first.agent) }
        }
        #expect(try await test.task(task).task.state == .assigned)
    }

    @Test("what is released by hand waits its turn, also on the server that had it") func releaseByHand() async throws {
        let test = try await TestHub()
        let server = try await test.server("mac", slots: 1)
        let task = try await test.create()
        let again = try await test.hub.run(ReleaseTask(task.reference), as: test.admin)
        #expect(again.task.state == .assigned && again.task.attempt == 2 && again.task.server == server.id)
        let urgent = try await test.create(priority: .critical)
        let waiting = try await test.hub.run(ReleaseTask(task.reference), as: test.admin)
        #expect(waiting.task.state == .pending)
        #expect(try await test.task(urgent).task.state == .assigned)
        #expect(try await test.story(of: task).filter { $0 == .taskAssigned }.count == 2)
    }

    @Test("an agent may fail in each state that is its turn", arguments: ["assigned", "planning", "running", "needs_human"])
    func failing(in state: String) async throws {
        let test = try await TestHub()
        let server = try await test.server("mac")
        let task = try await test.create { $0.requirePlan = state == "planning" }
        if state != "assigned" { try await test.hub.run(StartTask(task.report), as: server.agent) }
        if state == "needs_human" {
            try await test.hub.run(RequestHelp(task.report, .init(kind: .help, question: "x")), as: server.agent)
        }
        #expect(try await test.task(task).task.state.rawValue == state)
        #expect(try await test.hub.run(FailTask(task.report, error: ""), as: server.agent).task.state == .failed)
    }

    @Test("cancelling frees the slot for who waits, and cannot be done twice") func cancel() async throws {
        let test = try await TestHub()
        try await test.server("mac", slots: 1)
        let (task, next) = (try await test.create(), try await test.create())
        #expect(try await test.hub.run(CancelTask(task.reference), as: test.admin).task.state == .cancelled)
        #expect(try await test.task(next).task.state == .assigned)
        await refused(.conflict) { try await test.hub.run(CancelTask(task.reference), as: test.admin) }
        await refused(.conflict) { try await test.hub.run(EditTask(task.reference, .init()), as: test.admin) }
    }

    @Test("the deepest document that an edge accepts is stored and read back") func depth() async throws {
        let test = try await TestHub()
        let server = try await test.server("mac")
        let task = try await test.create { $0.requirePlan = true }
        let open = String(repeating: "[", count: JSONValue.maximumDepth)
        let plan = try JSONValue(parsing: open + String(repeating: "]", count: JSONValue.maximumDepth))
        try await test.hub.run(SubmitPlan(task.report, plan: plan), as: server.agent)
        #expect(try await test.task(task).task.plan?.content == plan)
    }
}
