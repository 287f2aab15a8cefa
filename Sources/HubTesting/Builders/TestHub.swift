import Cryptography
import HubCore
import HubService
import HubStore
import SQLiteDatabase

/// A hub over a real database file and a clock that tests move: with a project, its administrator and shortcuts to the rest.
package struct TestHub: Sendable {
    package let hub: Hub
    package let clock: ManualClock
    package let database: SQLiteDatabase
    package let project: Project
    package let administrator: Person
    package let directory: TemporaryDirectory

    package static let masterKey = [UInt8](repeating: 7, count: 32)

    /// A fresh hub whose administrator, Ada, is paired.
    package init() async throws {
        let (directory, clock) = (try TemporaryDirectory(), ManualClock())
        let (hub, database) = try await Self.open(directory, clock)
        let code = SecretToken.random()
        try await hub.run(MakePairingCode(code), as: .hub)
        let paired = try await hub.run(
            RedeemCode(code.secret.revealed, identity: ("telegram", "1"), name: "Ada"), as: .stranger(name: "Ada", over: .telegram))
        guard let project = try await hub.project(named: "default") else { throw HubError.notFound("the project default") }
        (self.hub, self.clock, self.database, self.directory) = (hub, clock, database, directory)
        (self.project, administrator) = (project, paired.person)
    }

    private init(_ hub: Hub, _ database: SQLiteDatabase, like old: TestHub) {
        (self.hub, self.database, clock, project, administrator, directory) =
            (hub, database, old.clock, old.project, old.administrator, old.directory)
    }

    private static func open(_ directory: TemporaryDirectory, _ clock: ManualClock) async throws -> (Hub, SQLiteDatabase) {
        let database = try SQLiteDatabase(path: directory.file("hub.db"))
        let hub = Hub(database: database, vault: try Vault(masterKey: masterKey), clock: clock)
        try await hub.prepare()
        return (hub, database)
    }

    /// Another hub on the same file, as after a crash: nothing of this one is closed or flushed.
    package func reopened() async throws -> TestHub {
        let (hub, database) = try await Self.open(directory, clock)
        return TestHub(hub, database, like: self)
    }

    package var admin: Caller { .person(administrator, over: .telegram) }

    /// Somebody new with a role in a project, `default` unless named.
    package func person(_ name: String, _ role: Role, in project: Project? = nil) async throws -> Caller {
        let code = SecretToken.random()
        try await hub.run(MakeInvite(to: (project ?? self.project).id, as: role, code: code), as: admin)
        let joined = try await hub.run(
            RedeemCode(code.secret.revealed, identity: ("telegram", name), name: name), as: .stranger(name: name, over: .telegram))
        return .person(joined.person, over: .telegram)
    }

    /// A registered server, online.
    @discardableResult
    package func server(
        _ name: String, slots: Int = Capabilities.defaultSlots, capabilities: Capabilities? = nil, machine: String? = nil,
        in project: Project? = nil, key: Secret = RegisterServer.newKey()
    ) async throws -> Server {
        let secret = SecretToken.random()
        try await hub.run(MakeRegistrationToken(for: (project ?? self.project).id, secret: secret), as: admin)
        var offered = capabilities ?? Capabilities()
        offered.slots = slots
        return try await hub.run(
            RegisterServer(
                token: RegistrationToken(hubURL: "http://127.0.0.1:1", secret: secret).text.revealed, name: name,
                machine: .sample(id: machine ?? "machine-\(name)"), capabilities: offered, key: key),
            as: .stranger(name: name, over: .rest))
    }

    /// A new task, by the administrator unless told otherwise.
    package func create(
        _ title: String = "Mend the door", priority: AgentTask.Priority = .normal, after upstreams: [AgentTask] = [],
        by caller: Caller? = nil, _ change: (inout AgentTask.Content) -> Void = { _ in }
    ) async throws -> AgentTask {
        var content = AgentTask.Content(title: title, priority: priority)
        change(&content)
        let dependencies = upstreams.map { Upstream(.id($0.id)) }
        return try await hub.run(CreateTask(project: project.id, content: content, dependencies: dependencies), as: caller ?? admin).task
    }

    package func task(_ task: AgentTask) async throws -> TaskView {
        try await hub.ask(GetTask(.id(task.id)), as: .hub).view
    }

    /// Every event of the project, oldest first.
    package func events() async throws -> [Event] {
        try await database.read { try EventTable($0).after(0, limit: 100_000) }
    }

    package func eventCount() async throws -> Int { try await events().count }

    /// The kinds of the events about a task, oldest first.
    package func story(of task: AgentTask) async throws -> [Event.Kind] {
        try await events().filter { $0.fact.subject == .task(task.id) }.map(\.fact.kind)
    }
}

extension Server.Machine {
    package static func sample(id: String) -> Self {
        .init(
            machineID: id, macAddress: "aa:bb:cc:dd:ee:ff", hostname: "host", os: "linux", address: "127.0.0.1",
            systemInfo: ["cpu_count": 8])
    }
}

extension Server {
    package var agent: Caller { .agent(self, over: .rest) }
}

extension AgentTask {
    /// A report on the attempt that this value shows.
    package var report: AgentReport { AgentReport(.id(id), attempt: attempt) }
    package var reference: TaskReference { .id(id) }
}
