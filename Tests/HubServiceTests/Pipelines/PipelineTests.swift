import HubCore
import HubService
import HubTesting
import Testing

@Suite struct PipelineTests {
    private func entry(
        _ id: String, after upstreams: [String] = [], kind: Dependency.Kind = .blocks,
        _ change: (inout AgentTask.Content) -> Void = { _ in }
    )
        -> Pipeline.Entry
    {
        var content = AgentTask.Content(title: "Task \(id)")
        change(&content)
        let links = upstreams.enumerated().map { Pipeline.Link(to: $1, kind: kind, path: "\(id).depends_on[\($0)]") }
        return Pipeline.Entry(id: id, content: content, links: links)
    }

    private func create(_ entries: [Pipeline.Entry], in test: TestHub, as caller: Caller? = nil) async throws -> CreatePipeline.Outcome {
        try await test.hub.run(
            CreatePipeline(project: test.project.id, pipeline: Pipeline(name: "release", entries: entries)), as: caller ?? test.admin)
    }

    private func refusal(_ entries: [Pipeline.Entry], in test: TestHub) async throws -> [Pipeline.Fault] {
        do {
            _ = try await create(entries, in: test)
            return []
        } catch let refusal as Pipeline.Refusal {
            return refusal.faults
        }
    }

    @Test("all tasks are made with their edges, and those that can go are placed by urgency") func diamond() async throws {
        let test = try await TestHub()
        let server = try await test.server("mac", slots: 1)
        let made = try await create(
            [
                entry("end", after: ["left", "right"]), entry("left", after: ["top"]), entry("right", after: ["top"]), entry("top"),
                entry("aside") { $0.priority = .critical }, entry("linked", after: ["end"], kind: .related),
            ], in: test)
        #expect(made.tasks.map(\.name) == ["end", "left", "right", "top", "aside", "linked"])
        var views: [String: TaskView] = [:]
        for task in made.tasks { views[task.name] = try await test.hub.ask(GetTask(.id(task.id)), as: .hub).view }
        #expect(views["aside"]?.task.state == .assigned)
        #expect(["end", "left", "right", "top", "linked"].allSatisfy { views[$0]?.task.state == .pending })
        #expect(Set(views["end"]?.upstreams.map(\.title) ?? []) == ["Task left", "Task right"])
        #expect(views["linked"]?.upstreams.first?.edge.kind == .related)
        let aside = try #require(views["aside"]?.task)
        try await test.hub.run(StartTask(aside.report), as: server.agent)
        try await test.hub.run(CompleteTask(aside.report, result: nil), as: server.agent)
        #expect(try await test.hub.ask(GetTask(.id(made.tasks[3].id)), as: .hub).view.task.state == .assigned)
        #expect(try await test.events().filter { $0.fact.kind == .taskCreated }.allSatisfy { $0.fact.data["pipeline"] == "release" })
    }

    @Test("tasks that exist already are named by # and number or by id") func existing() async throws {
        let test = try await TestHub()
        let server = try await test.server("mac")
        let (done, open) = (try await test.create("done"), try await test.create("open"))
        try await test.hub.run(StartTask(done.report), as: server.agent)
        try await test.hub.run(CompleteTask(done.report, result: nil), as: server.agent)
        let made = try await create([entry("a", after: ["#\(done.number)"]), entry("b", after: [open.id.text.uppercased()])], in: test)
        #expect(try await test.hub.ask(GetTask(.id(made.tasks[0].id)), as: .hub).view.task.state == .assigned)
        #expect(try await test.hub.ask(GetTask(.id(made.tasks[1].id)), as: .hub).view.upstreams.first?.id == open.id)
    }

    @Test("a pipeline of hostile size is refused in short words") func hostile() async throws {
        let test = try await TestHub()
        let many = (0..<Pipeline.maximumDependencies + 1).map { "\($0)" }
        let tooMany = try await refusal([entry("a", after: many)], in: test)
        #expect(tooMany == [.init("tasks", .tooMany, "100001 dependencies, 100000 are allowed")])
        let unknown = try await refusal(
            (0..<1000).map { entry("task-\($0)", after: ["tusk-\($0)", "tusk-1"]) }, in: test)
        #expect(unknown.count == 2000 && unknown.allSatisfy { $0.message.hasPrefix("there is no task \"tusk-") })
        #expect(unknown.filter { $0.message.contains("did you mean") }.count > 20, "one that is named often is looked up once")
        #expect(unknown.last { $0.path == "task-999.depends_on[0]" }?.message.contains("did you mean") == false)
    }

    @Test("everything that is wrong is said at once, and nothing is made") func faults() async throws {
        let test = try await TestHub()
        let before = try await test.eventCount()
        let faults = try await refusal(
            [
                entry("a", after: ["c"]), entry("b", after: ["a"]), entry("c", after: ["b"]), entry("self", after: ["self"]), entry("a"),
                entry("lost", after: ["nobody", "#99", "7"]), entry("data", after: ["b"], kind: .input), entry("long") { $0.title = "" },
            ], in: test)
        #expect(faults.contains(.init("tasks[4].id", .duplicateID, "tasks[0] has the id \"a\", too: give each its own")))
        #expect(
            faults.contains(
                .init("b.depends_on[0]", .cycle, "a circle: a waits for c waits for b waits for a; drop one of these dependencies")))
        #expect(faults.contains(.init("self.depends_on[0]", .cycle, "a circle: self waits for self; drop one of these dependencies")))
        #expect(
            faults.filter { $0.rule == .unknownTask }.map(\.path) == ["lost.depends_on[0]", "lost.depends_on[1]", "lost.depends_on[2]"])
        #expect(
            faults.filter { $0.rule == .contracts }.map(\.message) == [
                "task \"b\" declares no contract that an input could deliver: give it produces first, or use type blocks"
            ])
        #expect(faults.contains(.init("tasks[7]", .content, "a task needs a title")))
        #expect(faults.count == 8)
        #expect(try await test.eventCount() == before)
        let words = "\(Pipeline.Refusal(faults))"
        #expect(words.hasPrefix("8 faults in the pipeline, the first: "))
    }

    @Test("members and agents may, viewers and strangers to the project may not; another project's task is none") func rights() async throws
    {
        let test = try await TestHub()
        let server = try await test.server("mac")
        _ = try await create([entry("a")], in: test, as: server.agent)
        _ = try await create([entry("a")], in: test, as: try await test.person("Bo", .member))
        let viewer = try await test.person("Vi", .viewer)
        await #expect(throws: HubError.self) { _ = try await create([entry("a")], in: test, as: viewer) }
        let report = CheckPipeline(project: test.project.id, pipeline: Pipeline(entries: [entry("a")]))
        await #expect(throws: HubError.self) { _ = try await test.hub.ask(report, as: viewer) }
    }

    @Test("a dry run says what would come of it") func dryRun() async throws {
        let test = try await TestHub()
        try await test.server("mac")
        let before = try await test.eventCount()
        let pipeline = Pipeline(entries: [
            entry("a"), entry("b", after: ["a"]) { $0.requireReview = true }, entry("c", after: ["b"]) { $0.requirePlan = true },
            entry("d", after: ["a"]) { $0.requirements.languages = ["cobol"] },
        ])
        let report = try await test.hub.ask(CheckPipeline(project: test.project.id, pipeline: pipeline), as: test.admin)
        #expect(report.faults.isEmpty && report.taskCount == 4 && report.edgeCount == 3)
        #expect(report.longestPath == ["a", "b", "c"])
        #expect(report.unplaceable.map(\.id) == ["d"])
        #expect(report.firstHumanStop?.id == "b" && report.firstHumanStop?.isPlan == false)
        #expect(try await test.eventCount() == before)
    }

    @Test("ten thousand tasks in one line are made in one transaction, and their circle is found", .timeLimit(.minutes(2))) func large()
        async throws
    {
        let test = try await TestHub()
        try await test.server("mac")
        let count = Pipeline.maximumTasks
        var entries = (0..<count).map { entry("t\($0)", after: $0 == 0 ? [] : ["t\($0 - 1)"]) }
        let report = try await test.hub.ask(CheckPipeline(project: test.project.id, pipeline: Pipeline(entries: entries)), as: test.admin)
        #expect(report.faults.isEmpty && report.longestPath.count == count)
        // Time that grew with the square would be many minutes.
        let made = try await create(entries, in: test)
        #expect(made.tasks.count == count && made.edgeCount == count - 1)
        #expect(try await test.hub.ask(CountTasks(in: test.project.id), as: .hub) == [.assigned: 1, .pending: count - 1])
        entries[0].links = [.init(to: "t\(count - 1)", path: "tasks[0].depends_on[0]")]
        let faults = try await refusal(entries, in: test)
        #expect(faults.map(\.rule) == [.cycle])
        #expect(faults[0].message.contains("more"))
        #expect(try await refusal(entries + [entry("one more")], in: test).map(\.rule) == [.tooMany])
    }
}
