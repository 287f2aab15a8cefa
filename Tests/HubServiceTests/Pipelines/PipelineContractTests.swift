import HubCore
import HubService
import HubTesting
import Testing

@Suite struct PipelineContractTests {
    private static let api: JSONValue = [
        "api": ["type": "api_schema", "schema": ["type": "integer"]], "notes": ["type": "text", "required": false],
    ]

    private func entry(_ id: String, produces: JSONValue? = nil, _ links: [Pipeline.Link] = []) -> Pipeline.Entry {
        Pipeline.Entry(id: id, content: AgentTask.Content(title: "Task \(id)", produces: produces), links: links)
    }

    private func input(_ target: String, _ key: String?, _ path: String = "p") -> Pipeline.Link {
        Pipeline.Link(to: target, kind: .input, contractKey: key, path: path)
    }

    private func create(_ entries: [Pipeline.Entry], in test: TestHub) async throws -> CreatePipeline.Outcome {
        try await test.hub.run(
            CreatePipeline(project: test.project.id, pipeline: Pipeline(name: "release", entries: entries)), as: test.admin)
    }

    private func view(_ name: String, of made: CreatePipeline.Outcome, in test: TestHub) async throws -> TaskView {
        let id = try #require(made.tasks.first { $0.name == name }?.id)
        return try await test.hub.ask(GetTask(.id(id)), as: .hub).view
    }

    private func finish(_ task: AgentTask, _ contracts: JSONValue? = nil, by server: Server, in test: TestHub) async throws {
        try await test.hub.run(StartTask(.init(task.reference)), as: server.agent)
        _ = try await test.hub.complete(CompleteTask(.init(task.reference), result: "done", contracts: contracts), as: server.agent)
    }

    @Test("data flows along input edges, from tasks of the document and from those that were there") func delivery() async throws {
        let test = try await TestHub()
        let server = try await test.server("mac")
        let before = try await test.create("before") { $0.produces = Self.api }
        let made = try await create(
            [
                entry("use", [input("make", "api"), input("#\(before.number)", nil), .init(to: "make", kind: .related, path: "")]),
                entry("make", produces: Self.api), entry("both", [input("make", "api"), input("make", "notes")]),
            ], in: test)
        let edges = try await view("use", of: made, in: test).upstreams.map(\.edge)
        #expect(edges.count == 2 && edges.allSatisfy { $0.kind == .input })
        #expect(Set(edges.map(\.contractKey)) == ["api", nil])
        // Two contracts of one task make one edge that delivers all.
        #expect(try await view("both", of: made, in: test).upstreams.map(\.edge.contractKey) == [nil])
        try await finish(before, ["api": 1], by: server, in: test)
        #expect(try await view("use", of: made, in: test).task.state == .pending)
        try await finish(try await view("make", of: made, in: test).task, ["api": 2, "notes": "n"], by: server, in: test)
        let use = try await view("use", of: made, in: test)
        #expect(use.task.state == .assigned)
        let make = try await view("make", of: made, in: test).task.number
        #expect(use.resolvedInputs == ["api": 1, "api#\(make)": 2])
    }

    @Test("a task that is there already may be named in many words") func words() async throws {
        let test = try await TestHub()
        let before = try await test.create("before") { $0.produces = Self.api }
        let names = (0..<500).map { "#" + String(repeating: "0", count: $0) + "\(before.number)" } + [before.id.text]
        let made = try await create([entry("use", names.map { input($0, "api") })], in: test)
        let edges = try await view("use", of: made, in: test).upstreams.map(\.edge)
        #expect(edges.map(\.upstream) == [before.id] && edges.map(\.contractKey) == ["api"])
        await #expect(throws: Pipeline.Refusal.self) { try await create([entry("use", names.map { input($0, "apo") })], in: test) }
    }

    @Test("data that nobody declares is a fault where the document asks for it") func undeclared() async throws {
        let test = try await TestHub()
        let before = try await test.create("before") { $0.produces = Self.api }
        do {
            _ = try await create(
                [
                    entry("a", produces: Self.api), entry("none"), entry("bad", produces: ["x": ["type": "t", "schema": ["type": 7]]]),
                    entry(
                        "b",
                        [
                            input("a", "apo", "1"), input("none", nil, "2"), input("#\(before.number)", "no", "3"),
                            .init(to: "a", kind: .blocks, contractKey: "api", path: "4"), input("a", "api", "fine"),
                        ]),
                ], in: test)
            Issue.record("it was made")
        } catch let refusal as Pipeline.Refusal {
            #expect(refusal.faults.allSatisfy { $0.rule == .contracts })
            #expect(refusal.faults.map(\.path) == ["tasks[2].produces.x", "1", "2", "4", "3"])
            #expect(refusal.faults[1].message == "task \"a\" declares no contract apo: it declares api, notes")
            #expect(refusal.faults[4].message == "task #\(before.number) declares no contract no: it declares api, notes")
        }
    }

    @Test("ten thousand tasks that hand data on are made in time that grows with their edges", .timeLimit(.minutes(2))) func large()
        async throws
    {
        let test = try await TestHub()
        let count = Pipeline.maximumTasks
        let entries = (0..<count).map { entry("t\($0)", produces: Self.api, $0 == 0 ? [] : [input("t\($0 - 1)", "api")]) }
        // Time that grew with the square would be many minutes.
        #expect(try await create(entries, in: test).tasks.count == count)
    }

    @Test("progress is counted, and the end is told once; a retry opens it again") func progress() async throws {
        let test = try await TestHub()
        let server = try await test.server("mac", slots: 1)
        let made = try await create([entry("a"), entry("b", [.init(to: "a", path: "")]), entry("c")], in: test)
        func run() async throws -> GetPipeline.Answer {
            try await test.hub.ask(GetPipeline(.number(made.number), in: test.project.id), as: test.admin)
        }
        #expect(try await run().view.counts == .init([.assigned: 1, .pending: 2]))
        #expect(try await run().view.remaining == nil)
        let a = try await view("a", of: made, in: test).task
        try await test.hub.run(StartTask(a.report), as: server.agent)
        test.clock.advance(by: .seconds(60))
        try await test.hub.run(CompleteTask(a.report, result: nil), as: server.agent)
        // b or c has the slot: two more, one after the other, a minute each.
        #expect(try await run().view.remaining == .seconds(120))
        try await test.hub.run(CancelTask(try await view("c", of: made, in: test).task.reference), as: test.admin)
        #expect(try await run().view.run.finishedAt == nil)
        let b = try await view("b", of: made, in: test).task
        try await test.hub.run(StartTask(.init(b.reference)), as: server.agent)
        try await test.hub.run(FailTask(.init(b.reference), error: "x"), as: server.agent)
        let over = try await run()
        #expect(over.view.counts == .init([.done: 1, .failed: 1, .cancelled: 1]) && over.view.run.finishedAt != nil)
        let told = try await test.events().filter { $0.fact.kind == .pipelineFinished }
        #expect(told.count == 1 && told[0].fact.data["failed"] == 1 && told[0].fact.data["name"] == "release")
        try await test.hub.run(RetryTask(b.reference), as: test.admin)
        #expect(try await run().view.run.finishedAt == nil)
        #expect(try await test.hub.ask(ListPipelines(in: test.project.id), as: test.admin).map(\.run.number) == [1])
    }
}
