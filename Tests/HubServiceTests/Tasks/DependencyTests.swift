import HubCore
import HubService
import HubTesting
import Testing

@Suite struct DependencyTests {
    private func finish(_ task: AgentTask, on server: Server, in test: TestHub) async throws {
        let report = AgentReport(task.reference)
        try await test.hub.run(StartTask(report), as: server.agent)
        try await test.hub.run(CompleteTask(report, result: "done"), as: server.agent)
    }

    @Test("a task goes when the last of those it waits for is done") func diamond() async throws {
        let test = try await TestHub()
        let server = try await test.server("mac")
        let top = try await test.create("top")
        let (left, right) = (try await test.create("left", after: [top]), try await test.create("right", after: [top]))
        let bottom = try await test.create("bottom", after: [left, right])
        #expect(try await test.task(left).task.state == .pending)
        try await finish(top, on: server, in: test)
        #expect(try await test.task(left).task.state == .assigned)
        try await finish(left, on: server, in: test)
        guard case .blocked(let by) = try await test.task(bottom).waiting else {
            Issue.record("bottom does not wait")
            return
        }
        #expect(by.map(\.title) == ["right"])
        try await finish(right, on: server, in: test)
        #expect(try await test.task(bottom).task.state == .assigned)
        #expect(try await test.story(of: bottom) == [.taskCreated, .taskUnblocked, .taskAssigned])
    }

    @Test("a completion says again what the task followed from, and not all that follows") func toldToAgent() async throws {
        let test = try await TestHub()
        let server = try await test.server("mac")
        let first = try await test.create("first")
        let second = try await test.create("second", after: [first])
        let third = try await test.create("third", after: [second])
        try await finish(first, on: server, in: test)
        let report = AgentReport(second.reference)
        try await test.hub.run(StartTask(report), as: server.agent)
        for isRepetition in [false, true] {
            let outcome = try await test.hub.run(CompleteTask(report, result: "done"), as: server.agent)
            #expect(outcome.isRepetition == isRepetition)
            #expect(outcome.view.upstreams.map(\.title) == ["first"] && outcome.view.upstreams.map(\.state) == [.done])
            #expect(outcome.view.downstreams.isEmpty)
        }
        #expect(try await test.task(second).downstreams.map(\.id) == [third.id])
    }

    @Test("a failed or cancelled task never releases what waits for it, until a retry is done") func failure() async throws {
        let test = try await TestHub()
        let server = try await test.server("mac")
        let (failing, cancelled) = (try await test.create(), try await test.create())
        let (one, two) = (try await test.create(after: [failing]), try await test.create(after: [cancelled]))
        try await test.hub.run(FailTask(failing.report, error: "x"), as: server.agent)
        try await test.hub.run(CancelTask(cancelled.reference), as: test.admin)
        #expect(try await test.task(one).task.state == .pending)
        #expect(try await test.task(two).task.state == .pending)
        await refused(.conflict) { try await test.hub.run(AssignTask(two.reference, to: .server("mac")), as: test.admin) }
        try await test.hub.run(RetryTask(failing.reference), as: test.admin)
        try await finish(failing, on: server, in: test)
        #expect(try await test.task(one).task.state == .assigned)
        let freed = try await test.hub.run(RemoveDependency(two.reference, on: cancelled.reference), as: test.admin)
        #expect(freed.task.state == .assigned)
    }

    @Test("a circle is refused with the path that closes it") func cycle() async throws {
        let test = try await TestHub()
        let a = try await test.create()
        let b = try await test.create(after: [a])
        let c = try await test.create(after: [b])
        let before = try await test.eventCount()
        let words = await refused(.conflict) {
            try await test.hub.run(AddDependency(a.reference, on: c.reference, kind: .blocks), as: test.admin)
        }
        #expect(words == "that would close a circle: #1 waits for #3 waits for #2 waits for #1")
        await refused(.conflict) { try await test.hub.run(AddDependency(a.reference, on: a.reference, kind: .blocks), as: test.admin) }
        await refused(.conflict) { try await test.hub.run(AddDependency(a.reference, on: a.reference, kind: .related), as: test.admin) }
        #expect(try await test.eventCount() == before)
        try await test.hub.run(AddDependency(a.reference, on: c.reference, kind: .related), as: test.admin)
    }

    @Test("edges change only before the start, and an open one refuses the start") func beforeStart() async throws {
        let test = try await TestHub()
        let server = try await test.server("mac")
        let (task, other) = (try await test.create(), try await test.create())
        try await test.hub.run(AddDependency(task.reference, on: other.reference, kind: .blocks), as: test.admin)
        await refused(.conflict) { try await test.hub.run(StartTask(task.report), as: server.agent) }
        await refused(.notFound) {
            try await test.hub.run(RemoveDependency(other.reference, on: task.reference), as: test.admin)
        }
        try await finish(other, on: server, in: test)
        try await test.hub.run(StartTask(task.report), as: server.agent)
        await refused(.conflict) {
            try await test.hub.run(RemoveDependency(task.reference, on: other.reference), as: test.admin)
        }
    }

    @Test("an edge that comes twice counts once, and one that only joins lets the task go") func twice() async throws {
        let test = try await TestHub()
        let server = try await test.server("mac")
        let up = try await test.create()
        let content = AgentTask.Content(title: "twice")
        let task = try await test.hub.run(
            CreateTask(
                project: test.project.id, content: content,
                dependencies: [Upstream(up.reference), Upstream(.number(1, in: test.project.id)), Upstream(up.reference, .related)]),
            as: test.admin
        ).task
        #expect(task.state == .pending)
        let before = try await test.eventCount()
        try await test.hub.run(AddDependency(task.reference, on: up.reference, kind: .blocks), as: test.admin)
        #expect(try await test.eventCount() == before)
        let joined = try await test.hub.run(AddDependency(task.reference, on: up.reference, kind: .related), as: test.admin)
        #expect(joined.view.task.state == .assigned)
        try await finish(up, on: server, in: test)
        try await finish(task, on: server, in: test)
    }
}
