import Foundation
import HubCore
import HubService
import HubStore
import SQLiteDatabase

/// A hub in this process on a database file of its own.
struct BenchHub {
    let hub: Hub
    let database: SQLiteDatabase
    private let project: Project.ID
    private let folder: String

    struct Failed: Error {}

    init() async throws {
        folder = NSTemporaryDirectory() + "/orchestratia-bench-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        database = try SQLiteDatabase(path: folder + "/hub.db")
        hub = Hub(database: database, vault: try Vault(masterKey: [UInt8](repeating: 7, count: 32)))
        try await hub.prepare()
        guard let found = try await hub.project(named: "default") else { throw Failed() }
        project = found.id
    }

    func remove() {
        // A temporary folder that stays does no harm.
        try? database.close()
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Servers of ten kinds.
    func servers(_ count: Int, slots: Int? = nil, state: Server.State = .online) async throws -> [Server] {
        let (project, now) = (project, hub.clock.now())
        let servers = (0..<count).map { number in
            Server(
                id: .random(), project: project, name: "server-\(number)",
                machine: .init(machineID: "\(number)", macAddress: "", hostname: "h", os: "linux", address: "", systemInfo: .null),
                reported: Capabilities(
                    repositories: ["repo-\(number % 10)"], languages: Set((0..<3).map { "language-\((number / 10 + $0) % 10)" }),
                    slots: slots ?? (count == 1 ? 1 : 4)),
                state: state, lastHeard: now, registeredAt: now)
        }
        try await database.write { connection in for server in servers { try ServerTable(connection).put(server) } }
        return servers
    }

    func create() async throws -> AgentTask {
        try await hub.run(CreateTask(project: project, content: .init(title: "first")), as: .hub).task
    }

    func task(_ id: AgentTask.ID) async throws -> AgentTask {
        guard let task = try await database.read({ try TaskTable($0).find(id) }) else { throw Failed() }
        return task
    }

    func assigned(_ id: AgentTask.ID, to server: Server) async throws -> AgentTask {
        let task = try await task(id)
        return task.state == .pending ? try await hub.run(AssignTask(.id(id), to: .server(server.name)), as: .hub).task : task
    }

    func assignedCount() async throws -> Int {
        let project = project
        return try await hub.ask(CountTasks(in: project), as: .hub)[.assigned] ?? 0
    }

    /// - Returns: milliseconds of the completion.
    func complete(_ task: AgentTask, on server: Server) async throws -> Double {
        let (report, agent) = (AgentReport(.id(task.id)), Caller.agent(server, over: .rest))
        try await hub.run(StartTask(report), as: agent)
        let begin = ContinuousClock.now
        try await hub.run(CompleteTask(report, result: "done"), as: agent)
        return milliseconds(ContinuousClock.now - begin)
    }

    /// Stores waiting tasks, of a hundred kinds if nothing comes before them.
    ///
    /// - Parameter upstreams: what each waits for; with `isChained` each but the first waits for the one before it.
    @discardableResult
    func insert(
        _ count: Int, isChained: Bool = false, upstreams: @escaping @Sendable (Int) -> [AgentTask.ID]? = { _ in nil }
    ) async throws -> [AgentTask.ID] {
        let (project, now) = (project, hub.clock.now())
        return try await database.write { connection in
            let (tasks, edges) = (TaskTable(connection), DependencyTable(connection))
            var ids: [AgentTask.ID] = []
            for index in 0..<count {
                var content = AgentTask.Content(title: "task \(index)")
                let before = isChained && index > 0 ? [ids[index - 1]] : upstreams(index) ?? []
                if !isChained, before.isEmpty {
                    content.repository = "repo-\(index % 10)"
                    content.requirements.languages = ["language-\(index / 10 % 10)"]
                }
                let task = AgentTask(
                    id: .random(), project: project, number: try tasks.takeNumber(in: project), content: content, createdBy: .hub, at: now)
                try tasks.insert(task)
                for upstream in before {
                    try edges.put(Dependency(upstream: upstream, downstream: task.id, kind: .blocks), at: now)
                }
                ids.append(task.id)
            }
            return ids
        }
    }

    /// Each task waits for three of the layer before.
    func insertLayers(_ layers: Int, width: Int) async throws -> [AgentTask.ID] {
        let (project, now) = (project, hub.clock.now())
        return try await database.write { connection in
            let (tasks, edges) = (TaskTable(connection), DependencyTable(connection))
            var all: [AgentTask.ID] = []
            for layer in 0..<layers {
                for index in 0..<width {
                    let task = AgentTask(
                        id: .random(), project: project, number: try tasks.takeNumber(in: project), content: .init(title: "task"),
                        createdBy: .hub, at: now)
                    try tasks.insert(task)
                    for offset in 0..<3 where layer > 0 {
                        let upstream = all[(layer - 1) * width + (index + offset) % width]
                        try edges.put(Dependency(upstream: upstream, downstream: task.id, kind: .blocks), at: now)
                    }
                    all.append(task.id)
                }
            }
            return all
        }
    }
}
