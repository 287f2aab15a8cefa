import HubService
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// The hub's REST interface: agents under `/api/v1/server(s)/…`, people's scripts under `/api/v1/…` (agent protocol, section 12).
///
/// It serves from ``run()`` until graceful shutdown: then it takes no new connections, ends requests that wait for something, lets the
/// others finish, closes WebSockets with 1001, and is gone within ``Configuration/drainTime``.
package struct HubServer: Service {
    private let hub: Hub
    private let configuration: Configuration
    private let whenListening: @Sendable (_ port: Int) async -> Void
    private let log: Logger

    /// - Parameter whenListening: called once with the port that is really bound.
    package init(
        _ hub: Hub, _ configuration: Configuration, log: Logger = Logger(label: "server"),
        whenListening: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
    ) {
        (self.hub, self.configuration, self.log, self.whenListening) = (hub, configuration, log, whenListening)
    }

    /// - Throws: what binding the address throws.
    package func run() async throws {
        let responder = Responder(hub: hub, configuration: configuration, log: log)
        let open = OpenConnections(configuration.connections)
        let end = ServerEnd(open, log: log)
        let service = try listener(responder, open, until: end)
        let rules = RuleBroadcast(hub: hub, connections: configuration.agents, log: log)
        let drainTime = configuration.drainTime
        try await withTaskCancellationHandler {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await service.run() }
                group.addTask {
                    try await gracefulShutdown()
                    try await Task.sleep(for: drainTime)
                    end.force()
                }
                group.addTask { await responder.relay.run() }
                group.addTask { await rules.run() }
                // Either all is drained, or the time for it is up; cancelling ends the rest.
                try await group.next()
                group.cancelAll()
            }
        } onCancel: {
            end.force()
        }
    }

    private func listener(_ responder: Responder, _ open: OpenConnections, until end: ServerEnd) throws -> any Service {
        let limits = configuration.connections
        let upgrades = WebSocketUpgrades(responder, open)
        let channel = HTTPServerBuilder { HubChannel(responder: $0, limits: limits, upgrades: upgrades) }
        let whenListening = whenListening
        // The hub says itself where it serves; the library's line beside it is for those who look for faults.
        var libraryLog = log
        if log.logLevel == .info { libraryLog.logLevel = .notice }
        libraryLog.handler = LibraryLogHandler(libraryLog.handler, until: end)
        return try configuration.wrap(channel).buildServer(
            configuration: ServerConfiguration(
                address: .hostname(configuration.host, port: configuration.port), backlog: 1024,
                availableConnectionsDelegate: open),
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: libraryLog
        ) { request, writer, channel in
            try await responder.respond(to: request, writer, channel)
        } onServerRunning: { channel in
            await whenListening(channel.localAddress?.port ?? 0)
        }
    }
}
