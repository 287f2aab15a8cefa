import HubCore
import HubService
import HubStore
import HubTesting
import Testing

/// When waiting tasks are placed, and in which order.
@Suite struct PlacementTests {
    @Test("a server that registers gets the most urgent and then the oldest, up to its slots") func order() async throws {
        let test = try await TestHub()
        let normal = try await test.create()
        let low = try await test.create(priority: .low)
        let critical = try await test.create(priority: .critical)
        let second = try await test.create()
        let server = try await test.server("mac", slots: 3)
        #expect(try await test.task(critical).task.server == server.id)
        #expect(try await test.task(normal).task.state == .assigned)
        #expect(try await test.task(second).task.state == .assigned)
        #expect(try await test.task(low).task.state == .pending)
        try await test.hub.run(EditServer("mac", in: test.project.id, changes: [.slots(4)]), as: test.admin)
        #expect(try await test.task(low).task.state == .assigned)
    }

    @Test("a slot that is freed by a finished task goes to the most urgent, not to what that task unblocked") func urgency() async throws {
        let test = try await TestHub()
        let server = try await test.server("mac", slots: 1)
        let task = try await test.create()
        let next = try await test.create(after: [task])
        let urgent = try await test.create(priority: .critical)
        try await test.hub.run(StartTask(task.report), as: server.agent)
        try await test.hub.run(CompleteTask(task.report, result: .null), as: server.agent)
        #expect(try await test.task(urgent).task.state == .assigned)
        #expect(try await test.task(next).task.state == .pending)
    }

    @Test("a task goes where its upstream task worked on the same repository, other things being equal") func warm() async throws {
        let test = try await TestHub()
        let web = Capabilities(repositories: ["web"])
        _ = try await test.server("a", capabilities: web)
        let used = try await test.server("b", capabilities: web)
        let first = try await test.create { ($0.repository, $0.autoAssign) = ("web", false) }
        let next = try await test.create(after: [first]) { $0.repository = "Web" }
        try await test.hub.run(AssignTask(first.reference, to: .server("b")), as: test.admin)
        try await test.hub.run(StartTask(AgentReport(first.reference)), as: used.agent)
        try await test.hub.run(CompleteTask(AgentReport(first.reference), result: .null), as: used.agent)
        #expect(try await test.task(next).serverName == "b")
    }

    @Test("a waiting task goes when what it lacks is there") func triggers() async throws {
        let test = try await TestHub()
        let server = try await test.server("mac")
        let needy = try await test.create { $0.requirements.languages = ["swift"] }
        let capable = Capabilities(languages: ["Swift"])
        try await test.hub.run(UpdateServer(server.id, systemInfo: .null, capabilities: capable), as: .hub)
        #expect(try await test.task(needy).task.state == .assigned)

        try await test.hub.run(EditServer("mac", in: test.project.id, isDrained: true), as: test.admin)
        let drained = try await test.create()
        #expect(drained.state == .pending)
        #expect(try await test.task(drained).waiting == .noServer("mac is drained; let it take work again"))
        try await test.hub.run(EditServer("mac", in: test.project.id, isDrained: false), as: test.admin)
        #expect(try await test.task(drained).task.state == .assigned)

        let pinned = try await test.create { $0.requirements.server = "other" }
        var changes = EditTask.Changes()
        changes.requirements = .init()
        #expect(try await test.hub.run(EditTask(pinned.reference, changes), as: test.admin).task.state == .assigned)
    }

    @Test("a waiting task goes as soon as an owner says that a server has what it lacks, whatever that reports") func said() async throws {
        let first = try await TestHub()
        let server = try await first.server("mac", capabilities: Capabilities(languages: ["go"]))
        let needy = try await first.create { ($0.requirements.languages, $0.requirements.agent) = (["swift", "go"], "claude") }
        func say(_ changes: CapabilityChange...) async throws {
            try await first.hub.run(EditServer("mac", in: first.project.id, changes: changes), as: first.admin)
        }
        try await say(.add(.languages, ["Swift"]))
        #expect(try await first.task(needy).task.state == .pending)
        try await say(.set(.agents, ["Claude"]))
        #expect(try await first.task(needy).task.server == server.id)
        let event = try #require(try await first.lastEvent(.serverChanged))
        #expect(event.fact.data["changed"] == ["agents"] && event.fact.actor.id == first.administrator.id.text)

        let test = try await first.reopened()
        try await test.hub.run(UpdateServer(server.id, systemInfo: .null, capabilities: Capabilities(tools: ["git"])), as: .hub)
        #expect(try await test.create { $0.requirements.languages = ["swift"] }.server == server.id)
        #expect(try await test.create { $0.requirements.languages = ["rust"] }.state == .pending)
        let known = try await test.hub.ask(GetServer(server.id), as: test.admin).line.server
        #expect(known.capabilities == Capabilities(languages: ["go", "swift"], agents: ["claude"], tools: ["git"]))
    }

    @Test("of several changes to a server all are made, or none") func oneOfManyIsWrong() async throws {
        let test = try await TestHub()
        let server = try await test.server("mac")
        let before = try await test.eventCount()
        let changes: [CapabilityChange] = [.set(.tools, ["git"]), .slots(2000)]
        await #expect(throws: HubError.invalid("slots is a number from 0 to 1024, not 2000")) {
            try await test.hub.run(EditServer("mac", in: test.project.id, isDrained: true, changes: changes), as: test.admin)
        }
        let known = try await test.hub.ask(GetServer(server.id), as: test.admin).line.server
        #expect(known.override == CapabilityOverride() && !known.isDrained)
        #expect(try await test.eventCount() == before)
    }

    @Test("nothing goes by itself while the project says so, and all goes when it says otherwise") func setting() async throws {
        let test = try await TestHub()
        try await test.hub.run(ChangeProject(test.project.id, autoAssign: false), as: test.admin)
        try await test.server("mac", slots: 2)
        let (task, own) = (try await test.create(), try await test.create { $0.autoAssign = true })
        #expect(task.state == .pending && own.state == .assigned)
        let automatic = try await test.hub.run(AssignTask(task.reference, to: .automatic), as: test.admin)
        #expect(automatic.task.state == .assigned)
        let third = try await test.create()
        try await test.hub.run(ChangeProject(test.project.id, autoAssign: true), as: test.admin)
        #expect(try await test.task(third).task.state == .pending)
        try await test.hub.run(CancelTask(task.reference), as: test.admin)
        #expect(try await test.task(third).task.state == .assigned)
    }

    @Test("preference and pin decide among servers") func preference() async throws {
        let test = try await TestHub()
        let (a, b) = (try await test.server("a"), try await test.server("b"))
        #expect(try await test.create { $0.preferences.server = "b" }.server == b.id)
        #expect(try await test.create { $0.requirements.server = "A" }.server == a.id)
        #expect(try await test.create().server == a.id, "as free as b, and used longer ago")
    }

    @Test("the hub never gives out more slots than there are", arguments: [1, 2, 3]) func slots(seed: UInt64) async throws {
        let test = try await TestHub()
        var random = Sequence64(state: seed)
        let servers = [
            try await test.server("a", slots: 1), try await test.server("b", slots: 2), try await test.server("c", slots: 3),
        ]
        for _ in 0..<150 {
            let tasks = try await test.hub.ask(ListTasks(TaskFilter(project: test.project.id)), as: .hub).tasks.map(\.task)
            let task = tasks.randomElement(using: &random)
            let server = task?.server.flatMap { id in servers.first { $0.id == id } }
            // What the state does not allow is refused, which is fine here.
            switch Int.random(in: 0..<9, using: &random) {
            case 0...2: _ = try await test.create(priority: .allCases.randomElement(using: &random) ?? .low)
            case 3: if let task, let server { _ = try? await test.hub.run(StartTask(task.report), as: server.agent) }
            case 4: if let task, let server { _ = try? await test.hub.run(CompleteTask(task.report, result: 1), as: server.agent) }
            case 5: if let task, let server { _ = try? await test.hub.run(FailTask(task.report, error: "x"), as: server.agent) }
            case 6: if let task { _ = try? await test.hub.run(RetryTask(task.reference), as: test.admin) }
            case 7: if let task { _ = try? await test.hub.run(ReleaseTask(task.reference), as: test.admin) }
            default: if let task { _ = try? await test.hub.run(CancelTask(task.reference), as: test.admin) }
            }
            for line in try await test.hub.ask(ListServers(in: test.project.id), as: .hub) {
                #expect(line.usedSlots <= line.server.capabilities.slots)
                #expect(line.usedSlots == line.tasks.filter(\.state.holdsSlot).count)
            }
        }
        let counts = try await test.hub.ask(CountTasks(in: test.project.id), as: .hub)
        let used = try await test.hub.ask(ListServers(in: test.project.id), as: .hub).map(\.usedSlots).reduce(0, +)
        #expect(counts[.pending, default: 0] == 0 || used == 6, "nobody waits while a slot is free")
    }
}

/// Knuth's linear congruential generator: the same numbers on each run.
struct Sequence64: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return (state >> 33) << 32 ^ state >> 29
    }
}
