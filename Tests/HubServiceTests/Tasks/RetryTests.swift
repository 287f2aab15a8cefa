import HubCore
import HubService
import HubStore
import HubTesting
import Testing

/// Pain 3: retry with limits and backoff where a task asks for it, escalation otherwise.
@Suite struct RetryTests {
    private static let policy = RetryPolicy(attempts: 3, start: 60, factor: 2)

    private func create(_ test: TestHub, after upstreams: [AgentTask] = []) async throws -> AgentTask {
        try await test.create("flaky", after: upstreams) { $0.retry = Self.policy }
    }

    private func fail(_ test: TestHub, _ task: AgentTask, on server: Server) async throws {
        let standing = try await test.task(task).task
        try await test.hub.run(FailTask(standing.report, error: "no network"), as: server.agent)
    }

    private func tryAgain(_ test: TestHub, _ task: AgentTask) async throws {
        try await test.hub.run(TryAgain(task.id), as: .hub)
    }

    @Test("pain 3: a task that asks for it is tried again after growing pauses, and people are told after the last") func course()
        async throws
    {
        let test = try await TestHub()
        let server = try await test.server("mac")
        let task = try await create(test)
        try await fail(test, task, on: server)
        var view = try await test.task(task)
        let first = test.clock.now() + .seconds(60)
        #expect(view.task.state == .failed && view.retry == TaskView.Retry(failures: 1, attempts: 3, due: first))
        #expect(view.waiting == TaskView.Waiting.nextTry(TaskView.Retry(failures: 1, attempts: 3, due: first), at: first))
        #expect(view.retry?.next == "attempt 2 of 3")
        test.clock.advance(by: .seconds(59))
        try await tryAgain(test, task)
        #expect(try await test.task(task).task.state == .failed)
        test.clock.advance(by: .seconds(1))
        try await tryAgain(test, task)
        view = try await test.task(task)
        #expect(view.task.state == .assigned && view.task.attempt == 2)
        try await fail(test, task, on: server)
        #expect(try await test.task(task).retry?.due == test.clock.now() + .seconds(120))
        test.clock.advance(by: .seconds(120))
        try await tryAgain(test, task)
        try await fail(test, task, on: server)
        view = try await test.task(task)
        #expect(view.task.state == .failed && view.retry?.isExhausted == true && view.waiting == nil)
        test.clock.advance(by: .seconds(86_400))
        try await tryAgain(test, task)
        #expect(try await test.task(task).task.attempt == 3)
        let story = try await test.story(of: task)
        #expect(story.filter { $0 == .taskGaveUp }.count == 1 && story.filter { $0 == .taskFailed }.count == 3)
        let failures = try await test.events().filter { $0.fact.kind == .taskFailed }
        #expect(failures.map { $0.fact.data["retry_at"] != nil } == [true, true, false])
        #expect(failures.last?.fact.data["gave_up"]?.bool == true)
    }

    @Test("pain 3: what waits for a task that is tried again is neither let go nor cancelled meanwhile") func dependents() async throws {
        let test = try await TestHub()
        let server = try await test.server("mac")
        let task = try await create(test)
        let waiting = try await test.create("after it", after: [task])
        try await fail(test, task, on: server)
        await refused(.conflict) { try await test.hub.run(CancelDependents(of: task.reference), as: test.admin) }
        await refused(.conflict) { try await test.hub.run(ReleaseDependents(of: task.reference), as: test.admin) }
        #expect(try await test.task(waiting).task.state == .pending)
    }

    @Test("pain 3: without a policy a failure waits for a person, as ever") func none() async throws {
        let test = try await TestHub()
        let server = try await test.server("mac")
        let task = try await test.create()
        try await fail(test, task, on: server)
        let view = try await test.task(task)
        #expect(view.retry == nil && view.waiting == nil)
        test.clock.advance(by: .seconds(86_400))
        try await tryAgain(test, task)
        #expect(try await test.task(task).task.state == .failed)
        #expect(try await test.story(of: task).last == .taskFailed)
        await refused(.conflict) { try await test.hub.run(StopRetry(task.reference), as: test.admin) }
    }

    @Test("pain 3: the next try outlives the hub, and its timers make it, once") func restart() async throws {
        let old = try await TestHub()
        let server = try await old.server("mac")
        let task = try await create(old)
        try await fail(old, task, on: server)
        let test = try await old.reopened()
        try await test.hub.watchServers()
        let timers = Task { await test.hub.runTimers() }
        defer { timers.cancel() }
        await test.clock.somebodySleeps()
        test.clock.advance(by: .seconds(60))
        _ = try await test.hub.wait(atMost: .seconds(3600)) {
            let again = try await test.task(task).task.attempt == 2
            return (again, isFound: again)
        }
        try await tryAgain(test, task)
        #expect(try await test.story(of: task).filter { $0 == .taskRetried }.count == 1)
    }

    @Test("pain 3: a late report of the attempt that failed does not touch the next one") func fencing() async throws {
        let test = try await TestHub()
        let server = try await test.server("mac")
        let task = try await create(test)
        let first = try await test.task(task).task
        try await fail(test, task, on: server)
        test.clock.advance(by: .seconds(60))
        try await tryAgain(test, task)
        await refused(.conflict) { try await test.hub.run(FailTask(first.report, error: "again"), as: server.agent) }
        await refused(.conflict) { try await test.hub.run(CompleteTask(first.report, result: "late"), as: server.agent) }
        let view = try await test.task(task)
        #expect(view.task.state == .assigned && view.retry == TaskView.Retry(failures: 1, attempts: 3, due: nil))
    }

    @Test("pain 3: a lost server counts as a try, and the task fails with the last one") func lostServers() async throws {
        let test = try await TestHub()
        let task = try await create(test)
        for number in 1...3 {
            let server = try await test.server("mac-\(number)")
            #expect(try await test.task(task).task.attempt == number)
            try await test.hub.run(StartTask(AgentReport(task.reference)), as: server.agent)
            let heard = test.clock.now()
            test.clock.advance(by: Server.silenceUntilOffline)
            try await test.hub.run(MarkServerOffline(server.id, lastHeard: heard), as: .hub)
            test.clock.advance(by: Server.graceUntilRelease)
            try await test.hub.run(ReleaseLostWork(of: server.id), as: .hub)
            let view = try await test.task(task)
            #expect(view.task.state == (number < 3 ? .pending : .failed) && view.retry?.failures == number)
        }
        let view = try await test.task(task)
        #expect(view.retry?.isExhausted == true && view.task.failure == "mac-3 was lost, and this was the last of 3 attempts")
        #expect(try await test.story(of: task).suffix(2) == [.taskFailed, .taskGaveUp])
    }

    @Test("a person may try at once, which begins the count anew, or stop it, also by cancelling") func byHand() async throws {
        let test = try await TestHub()
        let server = try await test.server("mac")
        let task = try await create(test)
        try await fail(test, task, on: server)
        try await test.hub.run(RetryTask(task.reference), as: test.admin)
        #expect(try await test.task(task).retry == nil)
        try await fail(test, task, on: server)
        #expect(try await test.task(task).retry?.failures == 1)
        try await test.hub.run(StopRetry(task.reference), as: test.admin)
        var view = try await test.task(task)
        #expect(view.task.state == .failed && view.retry == TaskView.Retry(failures: 1, attempts: 3, due: nil) && view.waiting == nil)
        test.clock.advance(by: .seconds(3600))
        try await tryAgain(test, task)
        #expect(try await test.task(task).task.state == .failed)
        await refused(.conflict) { try await test.hub.run(StopRetry(task.reference), as: test.admin) }
        try await test.hub.run(RetryTask(task.reference), as: test.admin)
        try await fail(test, task, on: server)
        try await test.hub.run(CancelTask(task.reference), as: test.admin)
        view = try await test.task(task)
        #expect(view.task.state == .failed && view.retry?.due == nil)
        await refused(.conflict) { try await test.hub.run(CancelTask(task.reference), as: test.admin) }
    }

    @Test("while it waits for its next try a task may be edited, and fewer attempts end it") func edited() async throws {
        let test = try await TestHub()
        let server = try await test.server("mac")
        let task = try await create(test)
        try await fail(test, task, on: server)
        var changes = EditTask.Changes()
        changes.spec = "Use the mirror."
        try await test.hub.run(EditTask(task.reference, changes), as: test.admin)
        #expect(try await test.task(task).retry?.due != nil)
        changes = .init()
        changes.retry = RetryPolicy.none
        try await test.hub.run(EditTask(task.reference, changes), as: test.admin)
        let view = try await test.task(task)
        #expect(view.task.content.retry == nil && view.task.content.spec == "Use the mirror.")
        await refused(.conflict) { try await test.hub.run(EditTask(task.reference, changes), as: test.admin) }
        test.clock.advance(by: .seconds(3600))
        try await tryAgain(test, task)
        #expect(try await test.task(task).task.state == .failed)
    }

    @Test("what depends on it waits, and is held only when no try is left") func held() async throws {
        let test = try await TestHub()
        let server = try await test.server("mac")
        let task = try await create(test)
        let next = try await test.create("next", after: [task])
        let last = try await test.create("last", after: [next])
        try await fail(test, task, on: server)
        guard case .blocked(let blockers)? = try await test.task(next).waiting else { return #expect(Bool(false), "it must wait") }
        #expect(blockers.first?.retryAt == test.clock.now() + .seconds(60) && blockers.first?.holdsForGood == false)
        #expect(try await test.task(task).held.isEmpty)
        #expect(try await test.hub.ask(Explain(last.reference), as: test.admin).roots.isEmpty)
        try await test.hub.run(StopRetry(task.reference), as: test.admin)
        guard case .held? = try await test.task(next).waiting else { return #expect(Bool(false), "it must be held") }
        #expect(try await test.task(task).held.map(\.id) == [next.id])
        #expect(try await test.hub.ask(Explain(last.reference), as: test.admin).roots.map(\.id) == [task.id])
    }

    @Test("a pipeline is not over while one of its tasks is tried again") func pipeline() async throws {
        let test = try await TestHub()
        let server = try await test.server("mac")
        let made = try await test.hub.run(
            CreatePipeline(
                project: test.project.id,
                pipeline: Pipeline(entries: [.init(id: "a", content: .init(title: "a", retry: Self.policy))])), as: test.admin)
        let id = try #require(made.tasks.first?.id)
        let task = try await test.hub.ask(GetTask(.id(id)), as: .hub).view.task
        func isOver() async throws -> Bool {
            try await test.hub.ask(GetPipeline(.number(made.number), in: test.project.id), as: test.admin).view.run.finishedAt != nil
        }
        try await fail(test, task, on: server)
        #expect(try await !isOver())
        test.clock.advance(by: .seconds(60))
        try await tryAgain(test, task)
        try await fail(test, task, on: server)
        #expect(try await !isOver())
        try await test.hub.run(StopRetry(task.reference), as: test.admin)
        #expect(try await isOver())
        #expect(try await test.events().filter { $0.fact.kind == .pipelineFinished }.count == 1)
    }

    @Test("a success ends the count: a later retry of the same task begins anew") func success() async throws {
        let test = try await TestHub()
        let server = try await test.server("mac")
        let task = try await create(test)
        try await fail(test, task, on: server)
        test.clock.advance(by: .seconds(60))
        try await tryAgain(test, task)
        let standing = try await test.task(task).task
        try await test.hub.run(StartTask(standing.report), as: server.agent)
        try await test.hub.run(CompleteTask(standing.report, result: "done"), as: server.agent)
        #expect(try await test.task(task).retry == nil)
        #expect(try await test.database.read { try RetryTable($0).waiting().isEmpty })
    }
}
