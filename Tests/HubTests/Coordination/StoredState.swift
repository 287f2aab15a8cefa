import HubCore
import HubStore
import SQLiteDatabase

/// All that a hub has on disk, and the rules that it must keep.
struct StoredState: Sendable {
    private var tasks: [AgentTask] = []
    private var edges: [Dependency] = []
    private var servers: [Server] = []
    private var openBlockers: [AgentTask.ID: Int] = [:]
    private var pipelines: [(run: PipelineRun, counts: PipelineRun.Counts, tasks: [AgentTask.ID])] = []
    private var events: [Event] = []

    /// Reads the database of a hub that does not run.
    init(path: String) async throws {
        self = try await SQLiteDatabase(path: path).read { connection in
            var state = StoredState()
            guard let project = try ProjectTable(connection).find(name: "default") else { return state }
            state.tasks = try AgentTask.State.allCases.flatMap { try TaskTable(connection).all(in: project.id, $0) }
            state.edges = try state.tasks.flatMap { try DependencyTable(connection).upstreams(of: $0.id) }
            state.servers = try ServerTable(connection).all(in: project.id)
            for task in state.tasks { state.openBlockers[task.id] = try TaskTable(connection).openBlockers(of: task.id) }
            let runs = PipelineTable(connection)
            state.pipelines = try runs.list(in: project.id, limit: 1000).map {
                ($0, try runs.counts(of: $0.id), try runs.tasks(of: $0.id, limit: 1000).map(\.id))
            }
            state.events = try EventTable(connection).after(0, limit: 1_000_000)
            return state
        }
    }

    private init() {}

    var unfinished: [String] { tasks.filter { $0.state != .done }.map { "#\($0.number) is \($0.state)" } }

    var faults: [String] { edgeFaults + slotFaults + placementFaults + eventFaults + pipelineFaults }

    private var states: [AgentTask.ID: AgentTask] { Dictionary(uniqueKeysWithValues: tasks.map { ($0.id, $0) }) }

    /// Nothing begins before what it waits for is done, and what is kept about edges is so.
    private var edgeFaults: [String] {
        let states = states
        var faults: [String] = []
        for edge in edges where edge.kind.holdsBack {
            guard let (upstream, downstream) = states[edge.upstream].flatMap({ up in states[edge.downstream].map { (up, $0) } }) else {
                faults.append("an edge leads nowhere")
                continue
            }
            if edge.isResolved != (upstream.state == .done) {
                faults.append(
                    "the edge from #\(upstream.number), which is \(upstream.state), to #\(downstream.number) is resolved: \(edge.isResolved)"
                )
            }
            switch downstream.state {
            case .planning, .planReview, .running, .needsHuman, .review, .done:
                if upstream.state != .done { faults.append("#\(downstream.number) is \(downstream.state) before #\(upstream.number)") }
            // An edge may be added until the task starts, which is then refused.
            case .pending, .assigned, .failed, .cancelled: break
            }
        }
        let counted = Dictionary(edges.filter(\.isOpenBlocker).map { ($0.downstream, 1) }, uniquingKeysWith: +)
        for (task, kept) in openBlockers where kept != counted[task] ?? 0 {
            faults.append("#\(states[task]?.number ?? 0) has \(counted[task] ?? 0) open blockers, \(kept) are kept")
        }
        return faults
    }

    /// Each assignment of the hub's found a free slot. A result that is sent back goes on where it was, free or not.
    private var slotFaults: [String] {
        var (places, holders, faults) = ([String: String](), [String: String](), [String]())
        for event in events where event.fact.subject.kind == .task {
            guard let after = event.fact.after.flatMap(AgentTask.State.init(rawValue:)) else { continue }
            let task = event.fact.subject.id
            if event.fact.kind == .taskAssigned { places[task] = event.fact.data["server"]?.string }
            holders[task] = after.holdsSlot ? places[task] : nil
            guard event.fact.kind == .taskAssigned, let server = servers.first(where: { $0.name == places[task] }) else { continue }
            let used = holders.values.count { $0 == server.name }
            if used > server.capabilities.slots {
                faults.append("event \(event.sequence) gives \(server.name) task \(used) in \(server.capabilities.slots) slots")
            }
        }
        return faults
    }

    /// Nothing is where it cannot run, and nothing waits beside a free server that could run it.
    private var placementFaults: [String] {
        var faults: [String] = []
        var used: [Server.ID: Int] = [:]
        for task in tasks where task.state.holdsSlot {
            guard let server = servers.first(where: { $0.id == task.server }) else {
                faults.append("#\(task.number) is \(task.state) nowhere")
                continue
            }
            used[server.id, default: 0] += 1
            if let rule = Placement.infeasibility(of: task.content, on: server) {
                faults.append("#\(task.number) is on \(server.name), which \(rule)")
            }
        }
        let candidates = servers.map { Placement.Candidate(server: $0, usedSlots: used[$0.id] ?? 0) }
        for task in tasks where task.state == .pending && openBlockers[task.id] == 0 {
            for candidate in candidates
            where Placement.unavailability(of: candidate) == nil && Placement.infeasibility(of: task.content, on: candidate.server) == nil {
                faults.append("#\(task.number) waits although \(candidate.server.name) is ready")
            }
        }
        return faults
    }

    /// The log is without gaps, ends for each task in the state that the task has, and has it done once at most.
    private var eventFaults: [String] {
        var faults: [String] = []
        if events.map(\.sequence) != Array(1...Int64(max(1, events.count))) { faults.append("the log has gaps") }
        var (last, done) = ([String: String](), [String: Int]())
        for event in events where event.fact.subject.kind == .task {
            guard let after = event.fact.after else { continue }
            if let before = event.fact.before, before != last[event.fact.subject.id] ?? "pending" {
                faults.append("event \(event.sequence) goes on from \(before), not from \(last[event.fact.subject.id] ?? "pending")")
            }
            last[event.fact.subject.id] = after
            if after == "done" { done[event.fact.subject.id, default: 0] += 1 }
        }
        for task in tasks {
            if let logged = last[task.id.text], logged != task.state.rawValue {
                faults.append("#\(task.number) is \(task.state), logged as \(logged)")
            }
            if done[task.id.text, default: 0] != (task.state == .done ? 1 : 0) {
                faults.append("#\(task.number) is \(task.state) and was done \(done[task.id.text, default: 0]) times")
            }
        }
        return faults
    }

    private var pipelineFaults: [String] {
        let states = states
        return pipelines.flatMap { run, counts, ids -> [String] in
            let real = PipelineRun.Counts(Dictionary(ids.compactMap { states[$0].map { ($0.state, 1) } }, uniquingKeysWith: +))
            let isOver = real.open == 0
            return (real == counts ? [] : ["P\(run.number) counts \(counts.all), but it is \(real.all)"])
                + (isOver == (run.finishedAt != nil) ? [] : ["P\(run.number) has \(real.open) open tasks and is finished: \(!isOver)"])
        }
    }

    // MARK: What was answered

    /// What was answered is there, what was refused is not, and what nobody answered is there wholly or not at all.
    func faults(of operations: [Operation]) -> [String] {
        var counted: [String: Int] = [:]
        for event in events {
            counted["\(event.fact.kind.rawValue) \(event.fact.subject.id)", default: 0] += 1
            if let attempt = event.fact.data["attempt"]?.int {
                counted["\(event.fact.kind.rawValue) \(event.fact.subject.id) \(attempt)", default: 0] += 1
            }
        }
        let dropped = Set(operations.filter { $0.kind == .dropEdge }.flatMap { drop in drop.tasks.keys.map { "\(drop.subject) \($0)" } })
        var faults: [String] = []
        var sums: [String: (kind: Operation.Kind, subject: String, answered: Int, asked: Int)] = [:]
        for operation in operations {
            if operation.isFault { faults.append("\(operation.kind.rawValue) was answered with \(operation.status ?? 0)") }
            switch operation.kind {
            case .create, .pipeline: faults += self.faults(ofCreation: operation, without: dropped)
            case .start, .complete, .submit, .fail:
                let suffix = " \(operation.subject) \(operation.attempt ?? 0)"
                if operation.isDone, !operation.kind.events.contains(where: { counted[$0.rawValue + suffix] != nil }) {
                    faults.append("\(operation.kind.rawValue) of \(suffix) was answered and is not there")
                }
            case .addEdge:
                let isThere = edges.contains { $0.downstream.text == operation.subject && operation.tasks[$0.upstream.text] != nil }
                // One that was there from the creation on is answered without an event, and may be dropped as an added one.
                let isDropped = operation.tasks.keys.contains { dropped.contains("\(operation.subject) \($0)") }
                if operation.isDone, !isThere, !isDropped, counted["\(Event.Kind.taskDependencyAdded.rawValue) \(operation.subject)"] == nil
                {
                    faults.append("an edge of \(operation.subject) was answered and is not there")
                }
            case .dropEdge:
                if operation.isDone, counted["\(Event.Kind.taskDependencyRemoved.rawValue) \(operation.subject)"] == nil {
                    faults.append("an edge of \(operation.subject) was dropped and is there")
                }
            case .cancel, .retry, .approve, .revise, .release:
                var sum = sums["\(operation.kind) \(operation.subject)"] ?? (operation.kind, operation.subject, 0, 0)
                sum.answered += operation.isDone ? 1 : 0
                sum.asked += operation.isDone || operation.status == nil ? 1 : 0
                sums["\(operation.kind) \(operation.subject)"] = sum
            }
        }
        for sum in sums.values {
            let there = sum.kind.events.reduce(0) { $0 + counted["\($1.rawValue) \(sum.subject)", default: 0] }
            // Who decides what somebody has decided likewise is told so, and nothing happens.
            let least = sum.kind == .approve || sum.kind == .revise ? min(sum.answered, 1) : sum.answered
            if there > sum.asked || there < least {
                faults.append("\(sum.kind.rawValue) of \(sum.subject): \(sum.answered) answered of \(sum.asked), but \(there) are there")
            }
        }
        return faults
    }

    /// - Parameter dropped: edges that somebody wanted to drop: the ids of both ends.
    private func faults(ofCreation operation: Operation, without dropped: Set<String>) -> [String] {
        let names = Dictionary(tasks.map { ($0.content.title, $0.id) }, uniquingKeysWith: { first, _ in first })
        let made = tasks.filter { operation.tasks[$0.content.title] != nil }
        let runs = pipelines.filter { $0.run.name == operation.subject }
        let isThere = !made.isEmpty || !runs.isEmpty
        if operation.isDone, !isThere { return ["\(operation.subject) was answered and is not there"] }
        guard isThere else { return [] }
        if let status = operation.status, !operation.isDone { return ["\(operation.subject) was refused (\(status)) and is there"] }
        var faults: [String] = []
        if made.count != operation.tasks.count { faults.append("\(operation.subject) has \(made.count) of \(operation.tasks.count) tasks") }
        if operation.kind == .pipeline, runs.count != 1 { faults.append("\(operation.subject) is there \(runs.count) times") }
        for task in made {
            let wanted = Set((operation.tasks[task.content.title] ?? []).map { names[$0]?.text ?? $0 })
                .filter { !dropped.contains("\(task.id) \($0)") }
            let found = Set(edges.filter { $0.downstream == task.id }.map(\.upstream.text))
            if !wanted.isSubset(of: found) { faults.append("\(task.content.title) lacks dependencies of its creation") }
            let created = events.count { $0.fact.kind == .taskCreated && $0.fact.subject == .task(task.id) }
            if created != 1 { faults.append("\(task.content.title) was created \(created) times") }
        }
        return faults
    }
}
