import Cryptography
import Foundation
import HubCore
import HubService
import HubTesting
import LiveSessions
import Logging
import SQLiteDatabase
import ServiceLifecycle
import TLSSupport
import Testing

@testable import HubServer

/// A hub over a database file of its own, served on a port of the kernel's choice.
struct TestHub: Sendable {
    let hub: Hub
    let port: Int
    let project: Project.ID
    let live: LiveSessions
    let agents: ConnectedAgents
    private let group: ServiceGroup

    /// Serves for the time of `body`.
    static func serve(
        limits: ConnectionLimits = ConnectionLimits(), webSockets: [WebSocketRoute] = [], health: HubHealth = HubHealth(),
        drainTime: Duration = .seconds(10), tls: TestCertificate? = nil, profiles: LaunchProfiles = LaunchProfiles(),
        timing: AgentSocket.Timing = AgentSocket.Timing(), log: Logger = quiet,
        configure: (Hub, inout HubServer.Configuration) throws -> Void = { _, _ in },
        _ body: (TestHub) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("hub-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let database = try SQLiteDatabase(path: folder.appendingPathComponent("hub.db").path)
        let hub = Hub(database: database, vault: try Vault(masterKey: Array(repeating: 7, count: 32)), log: log)
        try await hub.prepare()
        let project = try #require(try await hub.project(named: "default")).id

        let live = try LiveSessions(hub, recordings: folder.appendingPathComponent("recordings").path, profiles: profiles, log: log)
        let connections = ConnectedAgents()
        let relay = TransferRelay(hub, connections, log: log)
        let agents = AgentSocket(
            hub, live, connections: connections, timing: timing, log: log, transfers: { _ = await relay.take($0, from: $1) },
            whenGone: { relay.disconnected($0) })
        let terminals = Task { await live.run() }

        let (ports, announce) = AsyncStream<Int>.makeStream()
        var configuration = HubServer.Configuration(
            host: "127.0.0.1", port: 0, version: "1.2.3", health: FixedHealth(answer: health), connections: limits,
            webSockets: webSockets + [agents.route, DashboardSocket(hub, live, liveness: .milliseconds(100), log: log).route],
            drainTime: drainTime
        ) { plain in
            guard let tls else { return plain }
            return try ServerTLS.builder(certificate: tls.certificate, key: tls.key, over: plain)
        }
        (configuration.agents, configuration.relay) = (connections, relay)
        configuration.terminals = LiveTerminals(live) { _ in nil }
        if let tls {
            configuration.wrap = { try ServerTLS.builder(certificate: tls.certificate, key: tls.key, over: $0) }
        }
        try configure(hub, &configuration)
        let server = HubServer(hub, configuration, log: log) { announce.yield($0) }
        let group = ServiceGroup(configuration: .init(services: [.init(service: server)], logger: quiet))
        let running = Task {
            // Where it does not get as far as listening, nobody waits for a port.
            defer { announce.finish() }
            try await group.run()
        }
        for await port in ports {
            let served = TestHub(hub: hub, port: port, project: project, live: live, agents: agents.connections, group: group)
            let result: Result<Void, any Error>
            do { result = .success(try await body(served)) } catch { result = .failure(error) }
            await group.triggerGracefulShutdown()
            try await running.value
            terminals.cancel()
            await terminals.value
            return try result.get()
        }
    }

    static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    func stop() async { await group.triggerGracefulShutdown() }

    var nobody: TestClient { TestClient(port: port) }

    func registrationToken() async throws -> String {
        let secret = SecretToken.random()
        try await hub.run(MakeRegistrationToken(for: project, secret: secret), as: .hub)
        return RegistrationToken(hubURL: "http://127.0.0.1:\(port)", secret: secret).text.revealed
    }

    /// Registers a machine, and gives what speaks with its key.
    func agent(_ name: String = "mac-1") async throws -> TestClient {
        let answer = try await nobody.post(
            "/api/v1/servers/register",
            ["name": .string(name), "registration_token": .string(try await registrationToken()), "machine_id": .string(name)])
        return TestClient(port: port, headers: [("X-Api-Key", try #require(answer["api_key"].string))])
    }

    func person(_ role: Role = .owner, in project: Project.ID? = nil) async throws -> TestClient {
        let token = MakeAPIToken.newToken()
        try await hub.run(MakeAPIToken(for: project ?? self.project, as: role, name: role.rawValue, token: token), as: .hub)
        return TestClient(port: port, headers: [("Authorization", "Bearer \(token.revealed)")])
    }

    /// A task that the agent's server has.
    func assignedTask(_ agent: TestClient, _ more: JSONValue = [:]) async throws -> String {
        let body: JSONValue = .object([.init("title", "Do it"), .init("spec", "now")] + (more.members ?? []))
        return try #require(try await agent.post("/api/v1/server/tasks", body)["id"].string)
    }
}

struct FixedHealth: HealthSource {
    let answer: HubHealth
    func health() async -> HubHealth { answer }
}
