import HubCore
import HubStore

/// A project with a person and a server, stored, and what the tables' cases make of them.
struct Sample: Sendable {
    let database: any SQLDatabase
    let project: Project
    let person: Person
    let server: Server
    let now = Timestamp(milliseconds: 1_700_000_000_123)

    /// Brings the schema up and stores the three.
    init(_ database: any SQLDatabase) async throws {
        self.database = database
        project = Project(
            id: .random(), name: "web", settings: .init(requirePlan: true, requireReview: true, autoAssign: false), createdAt: now)
        person = Person(id: .random(), name: "Ada", isAdministrator: true, createdAt: now)
        server = Self.server("mac-1", in: project, at: now)
        try await Schema.hub.migrate(database)
        let (project, person, server) = (project, person, server)
        try await database.write { connection in
            try ProjectTable(connection).insert(project)
            try PersonTable(connection).insert(person)
            try ServerTable(connection).put(server)
        }
    }

    static func server(_ name: String, in project: Project, at now: Timestamp) -> Server {
        Server(
            id: .random(), project: project.id, name: name,
            machine: .init(
                machineID: "m-\(name)", macAddress: "aa:bb", hostname: "\(name).local", os: "linux", address: "10.0.0.1",
                systemInfo: ["cpu": ["cores": 8], "n": .number("12345678901234567890")]),
            reported: Capabilities(
                repositories: ["web"], languages: ["swift"], environments: ["docker"], agents: ["claude"], tools: ["git"], tags: ["fast"],
                slots: 3),
            override: CapabilityOverride(languages: [], tags: ["slow"], slots: 2), state: .online, lastHeard: now,
            lastUsed: now + .seconds(1), isDrained: true, registeredAt: now, revokedAt: nil)
    }

    func write<Value: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> Value) async throws -> Value {
        try await database.write(body)
    }

    func read<Value: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> Value) async throws -> Value {
        try await database.read(body)
    }

    func task(
        _ number: Int, _ content: AgentTask.Content? = nil, by creator: Actor? = nil, _ events: [AgentTask.Event] = []
    ) throws -> AgentTask {
        var task = AgentTask(
            id: .random(), project: project.id, number: number, content: content ?? .init(title: "Task \(number)"),
            createdBy: creator ?? .person(person), at: now)
        for event in events { try task.apply(event, at: now + .seconds(number)) }
        return task
    }

    /// Stores new tasks.
    func store(_ tasks: [AgentTask]) async throws {
        try await write { connection in
            for task in tasks { try TaskTable(connection).insert(task) }
        }
    }
}
