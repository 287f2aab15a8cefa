import HubCore
import HubService
import HubTesting
import Testing

@Suite struct ContractTests {
    private static let api: JSONValue = [
        "api": ["type": "api_schema", "schema": ["type": "object", "required": ["port"], "properties": ["port": ["type": "integer"]]]],
        "notes": ["type": "text", "required": false],
    ]

    private func producer(_ test: TestHub, _ change: (inout AgentTask.Content) -> Void = { _ in }) async throws -> AgentTask {
        try await test.create("producer") {
            $0.produces = Self.api
            change(&$0)
        }
    }

    private func consumer(_ test: TestHub, of upstream: AgentTask, key: String?) async throws -> AgentTask {
        try await test.hub.run(
            CreateTask(
                project: test.project.id, content: .init(title: "consumer"),
                dependencies: [Upstream(upstream.reference, .input, contractKey: key)]), as: test.admin
        ).task
    }

    private func start(_ task: AgentTask, on server: Server, in test: TestHub) async throws {
        try await test.hub.run(StartTask(.init(task.reference)), as: server.agent)
    }

    @discardableResult
    private func complete(
        _ task: AgentTask, _ contracts: JSONValue?, result: JSONValue = "done", on server: Server, in test: TestHub
    ) async throws -> TaskOutcome {
        try await test.hub.complete(CompleteTask(.init(task.reference), result: result, contracts: contracts), as: server.agent)
    }

    @Test("what a task hands in under a contract reaches the task that waits for it") func delivery() async throws {
        let test = try await TestHub()
        let server = try await test.server("mac")
        let upstream = try await producer(test)
        let (one, all) = (try await consumer(test, of: upstream, key: "api"), try await consumer(test, of: upstream, key: nil))
        #expect(try await test.task(one).task.state == .pending)
        #expect(try await test.task(one).resolvedInputs == nil)
        try await start(upstream, on: server, in: test)
        let done = try await complete(upstream, ["api": ["port": 80], "notes": "n", "own": 1], on: server, in: test)
        #expect(done.view.contractValues == ["api": ["port": 80], "notes": "n", "own": 1])
        #expect(try await test.task(one).task.state == .assigned)
        #expect(try await test.task(one).resolvedInputs == ["api": ["port": 80]])
        #expect(try await test.task(all).resolvedInputs == ["api": ["port": 80], "notes": "n", "own": 1])
    }

    @Test("a value that breaks its contract refuses the completion, names each fault, and changes nothing") func faults() async throws {
        let test = try await TestHub()
        let server = try await test.server("mac")
        let task = try await producer(test)
        try await start(task, on: server, in: test)
        let before = try await test.eventCount()
        let broken = await #expect(throws: ContractsBroken.self) { try await complete(task, ["api": ["port": "80"]], on: server, in: test) }
        #expect(broken?.faults == [ContractFault(key: "api", pointer: "/port", expected: "an integer", found: "\"80\"")])
        let missing = await #expect(throws: ContractsBroken.self) { try await complete(task, nil, on: server, in: test) }
        #expect(missing?.description == "1 fault in contracts: api: expected a value of type api_schema among the contracts, found nothing")
        #expect(try await test.eventCount() == before)
        #expect(try await test.task(task).task.state == .running)
        // The agent mends it and reports again, as installed clients do it.
        let result: JSONValue = ["summary": "ok", "contracts": ["api": ["type": "api_schema", "data": ["port": 80]]]]
        try await complete(task, nil, result: result, on: server, in: test)
        #expect(try await test.task(task).task.state == .done)
    }

    @Test("more values than a task may hand in are refused before any is looked at") func count() async throws {
        let test = try await TestHub()
        let server = try await test.server("mac")
        let task = try await test.create("producer") { $0.produces = ["k0": ["type": "t"]] }
        try await start(task, on: server, in: test)
        func values(_ count: Int) -> JSONValue { .object((0..<count).map { .init("k\($0)", JSONValue($0)) }) }
        for result in [JSONValue.string("done"), ["contracts": values(1)]] {
            let error = await #expect(throws: HubError.self) {
                try await complete(task, values(Contracts.maximumValues + (result == "done" ? 1 : 0)), result: result, on: server, in: test)
            }
            #expect(error == .invalid("a task hands in at most 1000 contract values, not 1001: put them together, or into a file"))
        }
        #expect(try await test.task(task).task.state == .running)
        let done = try await complete(task, values(Contracts.maximumValues), on: server, in: test)
        #expect(done.view.contractValues?.members?.count == Contracts.maximumValues)
    }

    @Test("a task that is named often, in whatever words, is joined once, and an undeclared key is still refused") func named() async throws
    {
        let test = try await TestHub()
        let upstream = try await producer(test)
        var dependencies = (0..<2000).map { Upstream(upstream.reference, .input, contractKey: $0 % 2 == 0 ? "api" : "notes") }
        dependencies.append(Upstream(.number(upstream.number, in: test.project.id), .blocks))
        let create = CreateTask(project: test.project.id, content: .init(title: "consumer"), dependencies: dependencies)
        let made = try await test.hub.run(create, as: test.admin).task
        let edges = try await test.task(made).upstreams.map(\.edge)
        #expect(edges.map(\.kind) == [.input] && edges.map(\.contractKey) == [nil])
        dependencies.append(Upstream(upstream.reference, .input, contractKey: "apo"))
        let wrong = CreateTask(project: test.project.id, content: .init(title: "consumer"), dependencies: dependencies)
        let error = await #expect(throws: HubError.self) { try await test.hub.run(wrong, as: test.admin) }
        #expect(error == .invalid("task #\(upstream.number) declares no contract apo: it declares api, notes"))
    }

    @Test("under review the values wait for the approval, and a new submission replaces them") func review() async throws {
        let test = try await TestHub()
        let server = try await test.server("mac")
        let upstream = try await producer(test) { $0.requireReview = true }
        let downstream = try await consumer(test, of: upstream, key: nil)
        try await start(upstream, on: server, in: test)
        try await complete(upstream, ["api": ["port": 1], "notes": "old"], on: server, in: test)
        #expect(try await test.task(downstream).resolvedInputs == nil)
        try await test.hub.run(Decide(upstream.reference, .revise(feedback: "Another port")), as: test.admin)
        try await complete(upstream, ["api": ["port": 2]], on: server, in: test)
        try await test.hub.run(Decide(upstream.reference, .approve), as: test.admin)
        #expect(try await test.task(downstream).resolvedInputs == ["api": ["port": 2]])
    }

    @Test("an attempt leaves nothing behind for the next one") func retry() async throws {
        let test = try await TestHub()
        let server = try await test.server("mac")
        let upstream = try await test.create { $0.requireReview = true }
        try await start(upstream, on: server, in: test)
        try await complete(upstream, ["extra": 1], on: server, in: test)
        try await test.hub.run(CancelTask(upstream.reference), as: test.admin)
        try await test.hub.run(RetryTask(upstream.reference), as: test.admin)
        try await test.hub.run(
            EditTask(upstream.reference, change { $0.produces = ["extra": ["type": "t", "required": false]] }), as: test.admin)
        let downstream = try await consumer(test, of: upstream, key: "extra")
        try await start(upstream, on: server, in: test)
        try await complete(upstream, nil, on: server, in: test)
        try await test.hub.run(Decide(upstream.reference, .approve), as: test.admin)
        #expect(try await test.task(downstream).resolvedInputs == [:])
    }

    @Test("an input of what is not declared is refused with what is") func undeclared() async throws {
        let test = try await TestHub()
        let (plain, upstream) = (try await test.create(), try await producer(test))
        await refused(.invalid) { _ = try await consumer(test, of: plain, key: nil) }
        let words = await refused(.invalid) { _ = try await consumer(test, of: upstream, key: "apj") }
        #expect(words == "task #2 declares no contract apj: it declares api, notes")
        await refused(.invalid) {
            try await test.hub.run(
                AddDependency(plain.reference, on: upstream.reference, kind: .blocks, contractKey: "api"), as: test.admin)
        }
        let edge = try await test.hub.run(
            AddDependency(plain.reference, on: upstream.reference, kind: .input, contractKey: "api"), as: test.admin)
        #expect(edge.dependency.contractKey == "api")
        // A second key of the same task makes the edge deliver all.
        let wider = try await test.hub.run(
            AddDependency(plain.reference, on: upstream.reference, kind: .input, contractKey: "notes"), as: test.admin)
        #expect(wider.dependency.contractKey == nil)
        await refused(.invalid) { _ = try await test.create { $0.produces = ["a": ["type": "t", "schema": ["type": "x"]]] } }
    }

    @Test("a change of contracts says who is hit before it is accepted") func impact() async throws {
        let test = try await TestHub()
        let upstream = try await producer(test)
        _ = try await consumer(test, of: upstream, key: "api")
        func edit(_ produces: JSONValue, accepts: Bool = false) async throws {
            try await test.hub.run(
                EditTask(
                    upstream.reference,
                    change {
                        $0.produces = produces
                        $0.acceptsImpact = accepts
                    }), as: test.admin)
        }
        let looser: JSONValue = ["api": ["type": "api_schema"]]
        let words = await refused(.conflict) { try await edit(looser) }
        #expect(words == "this changes contracts of task #1 (api) that #2 will get: send accept_impact true to go on")
        try await edit(looser, accepts: true)
        // What nobody uses changes freely.
        try await edit(["api": ["type": "api_schema"], "more": ["type": "t"]])
        let gone = await refused(.conflict) { try await edit(["more": ["type": "t"]], accepts: true) }
        #expect(gone.contains("#2 would wait for contracts that task #1 no longer declares (api)"))
    }

    private func change(_ body: (inout EditTask.Changes) -> Void) -> EditTask.Changes {
        var changes = EditTask.Changes()
        body(&changes)
        return changes
    }
}
