import HubCore
import HubService
import HubStore
import HubTesting

/// A hub with a few servers and tasks, to which random things happen, and the rules that must hold after each.
struct GraphWorld {
    let test: TestHub
    private var random: SplitMix
    private var servers: [Server] = []
    private var tasks: [AgentTask.ID] = []
    private var checkedEvents: Int64 = 0

    private static let most = 22

    init(seed: UInt64) async throws {
        test = try await TestHub()
        random = SplitMix(seed: seed)
        let kinds: [Capabilities] = [
            Capabilities(repositories: ["web"], languages: ["swift"]),
            Capabilities(repositories: ["web", "api"], languages: ["swift", "go"]),
            Capabilities(languages: ["go"]),
        ]
        for (index, capabilities) in kinds.enumerated() {
            servers.append(try await test.server("mac-\(index)", slots: Int.random(in: 1...3, using: &random), capabilities: capabilities))
        }
        for _ in 0..<8 { try await create() }
    }

    // MARK: What happens

    /// - Returns: what was tried, for a report.
    mutating func act() async throws -> String {
        let task = tasks.randomElement(using: &random) ?? .random()
        let other = tasks.randomElement(using: &random) ?? .random()
        let (reference, hub, admin) = (TaskReference.id(task), test.hub, test.admin)
        switch Int.random(in: 0..<31, using: &random) {
        case 0...2 where tasks.count < Self.most:
            try await create()
            return "create"
        case 3...5: return await attempt("start \(task)") { try await self.report(task) { StartTask($0) } }
        case 6...9: return await attempt("work \(task)") { try await self.work(task, forReview: false) }
        case 10: return await attempt("submit \(task)") { try await self.work(task, forReview: true) }
        case 11: return await attempt("approve \(task)") { try await hub.run(Decide(reference, .approve), as: admin) }
        case 12: return await attempt("revise \(task)") { try await hub.run(Decide(reference, .revise(feedback: "x")), as: admin) }
        case 13: return await attempt("fail \(task)") { try await self.report(task) { FailTask($0, error: "x") } }
        case 14: return await attempt("cancel \(task)") { try await hub.run(CancelTask(reference), as: admin) }
        case 15, 16: return await attempt("retry \(task)") { try await hub.run(RetryTask(reference), as: admin) }
        case 17: return await attempt("release \(task)") { try await hub.run(ReleaseTask(reference), as: admin) }
        case 18:
            let kind = Dependency.Kind.allCases.randomElement(using: &random) ?? .blocks
            return await attempt("edge \(task) on \(other) \(kind)") {
                try await hub.run(AddDependency(reference, on: .id(other), kind: kind), as: admin)
            }
        case 19:
            return await attempt("drop \(task) on \(other)") { try await hub.run(RemoveDependency(reference, on: .id(other)), as: admin) }
        case 20: return await attempt("let go \(task)") { try await hub.run(ReleaseDependents(of: reference), as: admin) }
        case 21:
            let server = servers.randomElement(using: &random) ?? servers[0]
            return await attempt("offline \(server.name)") { try await self.lose(server) }
        case 22...24:
            let cost = Money(micros: Int64.random(in: 1...3, using: &random) * 500_000)
            let run = String(Int.random(in: 0..<60, using: &random))
            return await attempt("spend \(task) \(cost)") {
                try await self.report(task) { ReportUsage($0, UsageReport(Usage(cost: cost), run: run)) }
            }
        case 25, 26:
            let choice = Intervention.Spending.Choice.allCases.randomElement(using: &random) ?? .once
            return await attempt("let spend \(task) \(choice)") { try await hub.run(LetSpend(reference, choice), as: admin) }
        case 27:
            // A cap that is often reached, or none.
            let cap = Money(micros: Int64.random(in: 0...8, using: &random) * 2_000_000)
            let change =
                Bool.random(using: &random)
                ? ChangeProject(test.project.id, dayCap: cap) : ChangeProject(test.project.id, projectCap: cap == .zero ? cap : cap + cap)
            return await attempt("cap \(cap)") { _ = try await hub.run(change, as: admin) }
        case 28:
            // Whatever is due is tried, late or too early, as the timers would.
            let pause = Int.random(in: 0...90, using: &random)
            return await attempt("try again \(task)") {
                try await self.advance(by: .seconds(pause))
                try await hub.run(TryAgain(task), as: .hub)
            }
        case 29: return await attempt("next day") { try await self.advance(by: .seconds(86_400)) }
        default:
            let server = servers.randomElement(using: &random) ?? servers[0]
            return await attempt("online \(server.name)") { try await hub.run(MarkServerOnline(server.id), as: .hub) }
        }
    }

    /// What the state does not allow is refused, and that is no event.
    private func attempt(_ name: String, _ body: () async throws -> Void) async -> String {
        do {
            try await body()
            return name
        } catch {
            switch HubError(error) {
            case .conflict, .invalid, .notFound, .forbidden: return "\(name) (refused)"
            default: return "\(name) FAILED: \(error)"
            }
        }
    }

    private mutating func create() async throws {
        var content = AgentTask.Content(title: "task", priority: AgentTask.Priority.allCases.randomElement(using: &random) ?? .normal)
        if Bool.random(using: &random) { content.repository = ["web", "api"].randomElement(using: &random) }
        if content.repository != nil, Bool.random(using: &random) {
            content.requirements.writes = WriteScope([["a", "a/b", "b/**", "**/c"].randomElement(using: &random) ?? "a"])
        }
        if Bool.random(using: &random) { content.requirements.languages = [["swift", "go"].randomElement(using: &random) ?? "go"] }
        if Bool.random(using: &random) { content.retry = RetryPolicy(attempts: Int.random(in: 2...3, using: &random), start: 60) }
        if Int.random(in: 0..<3, using: &random) == 0 { content.spendCap = Money(micros: 1_000_000) }
        if Bool.random(using: &random) { content.produces = ["out": ["type": "module_export"]] }
        let project = test.project.id
        let upstreams = (0..<Int.random(in: 0...3, using: &random)).compactMap { _ -> Upstream? in
            guard let task = tasks.randomElement(using: &random) else { return nil }
            return Upstream(.id(task), Dependency.Kind.allCases.randomElement(using: &random) ?? .blocks)
        }
        do {
            tasks.append(
                try await test.hub.run(CreateTask(project: project, content: content, dependencies: upstreams), as: test.admin).task.id)
        } catch HubError.invalid {
            // An input from a task that promises nothing.
            tasks.append(try await test.hub.run(CreateTask(project: project, content: content), as: test.admin).task.id)
        }
    }

    private func advance(by span: Duration) async throws {
        test.clock.advance(by: span)
        try await test.hub.run(BeginSpendingDay(), as: .hub)
    }

    private func report<Case: UseCase>(_ id: AgentTask.ID, _ make: (AgentReport) -> Case) async throws {
        let task = try await test.hub.ask(GetTask(.id(id)), as: .hub).view.task
        let holder = servers.first { $0.id == task.server } ?? servers[0]
        try await test.hub.run(make(AgentReport(.id(id), attempt: task.attempt)), as: holder.agent)
    }

    private func work(_ id: AgentTask.ID, forReview: Bool) async throws {
        let task = try await test.hub.ask(GetTask(.id(id)), as: .hub).view.task
        let holder = servers.first { $0.id == task.server } ?? servers[0]
        let report = AgentReport(.id(id), attempt: task.attempt)
        if task.state == .assigned {
            // Over its cap it pauses at once.
            guard try await test.hub.run(StartTask(report), as: holder.agent).task.state != .needsHuman else { return }
        }
        _ = try await test.hub.complete(
            CompleteTask(report, result: "x", contracts: ["out": 1], forReview: forReview), as: holder.agent)
    }

    private func lose(_ server: Server) async throws {
        try await advance(by: .seconds(400))
        let heard = test.clock.now() + .seconds(-400)
        try await test.hub.run(MarkServerOffline(server.id, lastHeard: heard), as: .hub)
        try await test.hub.run(ReleaseLostWork(of: server.id), as: .hub)
    }

    /// Everything is back, and all is worked off.
    mutating func finishAll() async throws {
        for server in servers { try await test.hub.run(MarkServerOnline(server.id), as: .hub) }
        try await test.hub.run(ChangeProject(test.project.id, projectCap: .zero, dayCap: .zero), as: test.admin)
        for _ in 0..<(4 * Self.most) {
            var isIdle = true
            for id in tasks {
                let view = try await test.hub.ask(GetTask(.id(id)), as: .hub).view
                if case .cap = view.waiting {
                    try await test.hub.run(LetSpend(.id(id), .raise), as: test.admin)
                    isIdle = false
                    continue
                }
                switch view.task.state {
                case .failed, .cancelled: try await test.hub.run(RetryTask(.id(id)), as: test.admin)
                case .review: try await test.hub.run(Decide(.id(id), .approve), as: test.admin)
                // An edge that came after the assignment.
                case .assigned where view.upstreams.contains(where: \.edge.isOpenBlocker):
                    try await test.hub.run(ReleaseTask(.id(id)), as: test.admin)
                case .assigned, .running: try await work(id, forReview: false)
                case .needsHuman: try await test.hub.run(LetSpend(.id(id), .raise), as: test.admin)
                case .pending, .planning, .planReview, .done: continue
                }
                isIdle = false
            }
            if isIdle { return }
        }
    }

    /// What is left although nothing is in its way; nobody has the language and the repository that some tasks need.
    func unfinished() async throws -> [String] {
        var faults: [String] = []
        for id in tasks {
            let view = try await test.hub.ask(GetTask(.id(id)), as: .hub).view
            guard view.task.state != .done else { continue }
            if case .blocked = view.waiting { continue }
            let isFeasible = servers.contains { Placement.infeasibility(of: view.task.content, on: $0) == nil }
            if view.task.state != .pending || isFeasible { faults.append("#\(view.task.number) is \(view.task.state)") }
        }
        return faults
    }

    // MARK: What must hold

    mutating func faults() async throws -> [String] {
        var faults: [String] = []
        var views: [TaskView] = []
        for id in tasks { views.append(try await test.hub.ask(GetTask(.id(id)), as: .hub).view) }
        let counted = try await test.database.read { connection in
            try connection.rows(
                """
                SELECT agent_task.number, open_blockers, (SELECT COUNT(*) FROM dependency WHERE downstream = agent_task.id
                    AND kind <> 'related' AND is_resolved = FALSE) FROM agent_task
                """
            ).map { row in
                var reader = RowReader(row)
                return (number: try reader.int(), kept: try reader.int(), real: try reader.int())
            }
        }
        if counted.count != tasks.count { faults.append("\(tasks.count) tasks were made, \(counted.count) are there") }
        faults += counted.filter { $0.kept != $0.real }.map { "#\($0.number) has \($0.real) open blockers, \($0.kept) are kept" }
        for view in views { faults += try await self.faults(of: view) }
        faults += overlaps(views)
        faults += try await overspent(views)
        faults += try await newEventFaults(views)
        return faults
    }

    private func faults(of view: TaskView) async throws -> [String] {
        var faults: [String] = []
        let task = view.task
        let open = view.upstreams.filter(\.edge.isOpenBlocker)
        let undone = view.upstreams.filter { $0.edge.kind.holdsBack && $0.state != .done }
        switch task.state {
        case .running, .review, .done, .needsHuman, .planning, .planReview:
            if !undone.isEmpty { faults.append("#\(task.number) is \(task.state) before #\(undone[0].number)") }
        case .pending, .assigned, .failed, .cancelled: break
        }
        for edge in view.upstreams where edge.edge.kind.holdsBack && edge.edge.isResolved != (edge.state == .done) {
            faults.append("the edge from #\(edge.number) to #\(task.number) is resolved: \(edge.edge.isResolved), but it is \(edge.state)")
        }
        if task.state == .pending, open.isEmpty {
            if case .writer = view.waiting { return faults }
            if case .cap = view.waiting { return faults }
            let lines = try await test.hub.ask(Explain(.id(task.id)), as: .hub).explanation.lines
            for line in lines {
                if case .ready = line.verdict { faults.append("#\(task.number) waits although \(line.server.name) is ready") }
            }
        }
        return faults
    }

    /// No task is begun, or goes on, over its own cap without leave, and none is begun over a cap of the project.
    private func overspent(_ views: [TaskView]) async throws -> [String] {
        let (last, project) = (checkedEvents, test.project.id)
        let new = try await test.database.read { try EventTable($0).after(last, in: project, limit: 1_000_000) }
        let assigned = Set(new.filter { $0.fact.kind == .taskAssigned }.map(\.fact.subject.id))
        var faults: [String] = []
        for view in views where view.task.state == .running || view.task.state == .assigned && assigned.contains(view.task.id.text) {
            guard let cap = try await test.hub.ask(GetTaskSpending(.id(view.task.id)), as: .hub).reached else { continue }
            // A cap of the project stops a task that runs when it reports.
            guard cap.kind == .task || view.task.state == .assigned else { continue }
            faults.append("#\(view.task.number) is \(view.task.state) over \(cap.words("USD"))")
        }
        return faults
    }

    private func overlaps(_ views: [TaskView]) -> [String] {
        let writers = views.map(\.task).filter { $0.state.isPlaced && $0.content.writesIn != nil }
        var faults: [String] = []
        for (index, one) in writers.enumerated() {
            for two in writers[(index + 1)...] where one.content.writesIn == two.content.writesIn {
                if one.content.requirements.writes.overlap(with: two.content.requirements.writes) != nil {
                    faults.append("#\(one.number) and #\(two.number) change the same files at once")
                }
            }
        }
        return faults
    }

    /// Each assignment of the hub's went to a server that may run the task and had a slot, and nothing was done twice.
    private mutating func newEventFaults(_ views: [TaskView]) async throws -> [String] {
        let (last, project) = (checkedEvents, test.project.id)
        let all = try await test.database.read { try EventTable($0).after(0, in: project, limit: 1_000_000) }
        var faults: [String] = []
        var done: [String: Int] = [:]
        for event in all where event.fact.after == "done" && event.fact.before != "done" { done[event.fact.subject.id, default: 0] += 1 }
        for view in views where done[view.task.id.text, default: 0] != (view.task.state == .done ? 1 : 0) {
            faults.append("#\(view.task.number) was done \(done[view.task.id.text, default: 0]) times and is \(view.task.state)")
        }
        let new = all.filter { $0.sequence > last && $0.fact.kind == .taskAssigned }
        for server in servers {
            let assigned = new.filter { $0.fact.data["server"]?.string == server.name }
            guard !assigned.isEmpty else { continue }
            let held = views.filter { $0.task.server == server.id && $0.task.state.holdsSlot }
            if held.count > server.capabilities.slots { faults.append("\(server.name) has \(held.count) tasks") }
            for event in assigned {
                guard let view = views.first(where: { $0.task.id.text == event.fact.subject.id }) else { continue }
                if let rule = Placement.infeasibility(of: view.task.content, on: server) {
                    faults.append("#\(view.task.number) went to \(server.name), which \(rule)")
                }
            }
        }
        checkedEvents = all.last?.sequence ?? 0
        return faults
    }
}
