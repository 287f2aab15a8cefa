import ChatOps
import Cryptography
import Foundation
import HTTPClient
import HubCore
import HubServer
import HubService
import LiveSessions
import Logging
import NIOCore
import Pictures
import SQLiteDatabase
import ServiceLifecycle
import TLSSupport
import TelegramBot
import TelegramGateway

/// A hub with all its parts, wired and running: what `serve` and `demo` have in common.
struct RunningHub: Sendable {
    let hub: Hub
    let gateway: TelegramGateway
    let live: LiveSessions
    let operations: ControlOperations
    let log: Logger
    /// The address that is really listened at, `http://127.0.0.1:8080`; where these are all of the machine, the loopback one.
    let url: String

    /// Opens the database, starts every part in order, calls `whenServing` once HTTP serves, and returns when the hub was told to stop
    /// (SIGTERM, SIGINT, or the end of `meanwhile`) and has drained.
    ///
    /// - Parameter meanwhile: runs beside the hub; its end ends the hub.
    /// - Throws: ``ConfigurationError``, ``DatabaseLock/Taken``, ``SQLFault``, and what `whenServing` and `meanwhile` throw.
    static func run(
        _ configuration: HubConfiguration, meanwhile: (@Sendable (RunningHub) async throws -> Void)? = nil,
        whenServing: @escaping @Sendable (RunningHub) async throws -> Void
    ) async throws {
        let log = HubLogHandler.logger(configuration)
        let open = try await OpenHub(configuration, log: log)
        if open.isNewKey, let path = configuration.masterKeyFile {
            log.warning("a master key was made: back it up, without it stored bot tokens cannot be read", metadata: ["file": "\(path)"])
        }
        let (hub, database) = (open.hub, open.database)
        try await hub.watchServers()

        let transport = try CurlMultiLoop(try configuration.curlSettings())
        let address = Locked(configuration.hubURL())
        let publicURL: @Sendable () -> String = { address.withLock { $0 } }
        let live = try LiveSessions(hub, recordings: configuration.recordings, profiles: try configuration.profiles(), log: log)
        let gateway = try await TelegramGateway.build(
            hub, configuration, transport: transport, live: live, publicURL: publicURL, log: log)
        let operations = ControlOperations(hub: hub, database: database, gateway: gateway, publicURL: publicURL)

        let connections = ConnectedAgents()
        let relay = TransferRelay(hub, connections, log: log)
        let agents = AgentSocket(
            hub, live, connections: connections, log: log, transfers: { _ = await relay.take($0, from: $1) },
            whenGone: { relay.disconnected($0) })

        let (serving, whenBound) = AsyncStream.makeStream(of: Int.self)
        let isBound = Locked(false)
        var serverConfiguration = HubServer.Configuration(
            host: configuration.listen.host, port: configuration.listen.port, version: Program.version,
            health: HubHealthSource(gateway),
            webSockets: [agents.route, DashboardSocket(hub, live, log: log).route], wrap: try configuration.wrapping())
        serverConfiguration.drainTime = StopTimes.requests
        serverConfiguration.connections.maximumOpen = OpenFileLimit.connections(of: OpenFileLimit.raise())
        (serverConfiguration.agents, serverConfiguration.relay) = (connections, relay)
        serverConfiguration.terminals = LiveTerminals(live) { try? ScreenPicture.png(of: $0) }
        serverConfiguration.programs = configuration.programs ?? HubConfiguration.programFolder
        let server = HubServer(hub, serverConfiguration, log: log) { port in
            isBound.withLock { $0 = true }
            whenBound.yield(port)
        }
        let control = ControlServer(path: ControlSocket.path(for: configuration.database), log: log) { await operations.perform($0) }

        // Started in this order, stopped in reverse.
        let services: [ServiceGroupConfiguration.ServiceConfiguration] = [
            .init(service: Running { await transport.shutdown() }),
            .init(service: Cancellable { await hub.runTimers() }),
            // Outlives the server, so that what the last connections brought is recorded.
            .init(service: Cancellable { await live.run() }),
            .init(service: server),
            .init(service: Cancellable { try await control.run() }),
            .init(service: gateway),
            .init(
                service: Cancellable {
                    guard let port = await serving.first(where: { _ in true }) else { return }
                    address.withLock { $0 = configuration.hubURL(port: port) }
                    let running = RunningHub(
                        hub: hub, gateway: gateway, live: live, operations: operations, log: log, url: configuration.localURL(port: port))
                    try await whenServing(running)
                    if let meanwhile {
                        try await meanwhile(running)
                    } else {
                        try await Task.sleep(for: .seconds(Int64.max >> 8))
                    }
                }, successTerminationBehavior: .gracefullyShutdownGroup,
                failureTerminationBehavior: .gracefullyShutdownGroup),
        ]
        var group = ServiceGroupConfiguration(
            services: services, gracefulShutdownSignals: [.sigterm, .sigint], cancellationSignals: [], logger: log)
        group.maximumGracefulShutdownDuration = StopTimes.whole
        // Whatever does not even heed that is cut off, as by a crash: nothing that was promised to anybody is only in memory.
        group.maximumCancellationDuration = StopTimes.cancellation
        do {
            try await ServiceGroup(configuration: group).run()
        } catch is CancellationError {
            // The end of a service that was cancelled at shutdown.
        } catch let error as IOError where !isBound.withLock({ $0 }) {
            throw Failure(listeningAt: configuration.listen.description, error, option: "--listen")
        }
        try database.close()
    }
}

/// Runs until shutdown begins, then is cancelled.
private struct Cancellable: Service {
    let body: @Sendable () async throws -> Void

    init(_ body: @escaping @Sendable () async throws -> Void) {
        self.body = body
    }

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            do { try await body() } catch is CancellationError {}
        }
    }
}

/// Does nothing but hold its place, and its last act when all that came after it has stopped.
private struct Running: Service {
    let end: @Sendable () async -> Void

    init(untilStopped end: @escaping @Sendable () async -> Void) {
        self.end = end
    }

    func run() async throws {
        try? await gracefulShutdown()
        await end()
    }
}
