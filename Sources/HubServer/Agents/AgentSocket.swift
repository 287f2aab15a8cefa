import HubCore
import HubService
import LiveSessions
import Logging
import NIOCore
import WebSocket
import WireProtocol

/// `/ws/server`: what daemons speak to the hub (agent protocol, sections 6 and 12).
///
/// The first frame authenticates, within five seconds. The newest connection of a server wins. Messages that make no sense are passed
/// over; only what is no JSON object at all ends the connection.
package struct AgentSocket: Sendable {
    /// Gets the messages of file transfers between servers.
    package typealias Transfers = @Sendable (DaemonMessage, Server.ID) async -> Void

    package let connections: ConnectedAgents
    let hub: Hub
    let live: LiveSessions
    let transfers: Transfers
    let whenGone: @Sendable (Server.ID) async -> Void
    let timing: Timing
    let log: Logger
    private let wrongKeys = WrongKeys()

    package struct Timing: Sendable {
        /// For the first frame.
        package var authentication: Duration = .seconds(5)
        /// How long an installed client is quiet about its terminals before those that it has not named have ended.
        package var reports: Duration = .seconds(3)
        /// The same for a client that says when it has named all: taking up a terminal may take it a while.
        package var announcedReports: Duration = .seconds(60)
        /// How often an open connection counts as a sign of life, and its key is looked at again.
        package var liveness: Duration = .seconds(20)
        /// How long a shell may take to show its prompt, and a program to show that it can be told something.
        package var launch: Duration = .seconds(30)

        package init() {}
    }

    package init(
        _ hub: Hub, _ live: LiveSessions, connections: ConnectedAgents = ConnectedAgents(), timing: Timing = Timing(),
        log: Logger = Logger(label: "agents"), transfers: @escaping Transfers = { _, _ in },
        whenGone: @escaping @Sendable (Server.ID) async -> Void = { _ in }
    ) {
        (self.hub, self.live, self.connections, self.timing) = (hub, live, connections, timing)
        (self.log, self.transfers, self.whenGone) = (log, transfers, whenGone)
    }

    package var route: WebSocketRoute {
        WebSocketRoute(path: "/ws/server", options: .unauthenticated) { connection, _ in await serve(connection) }
    }

    private func serve(_ connection: WebSocketConnection) async {
        guard let first = await firstMessage(of: connection) else {
            return await connection.close(
                code: WebSocketCloseCode.policyViolation, reason: "the first message must authenticate, within 5 s")
        }
        do {
            guard case .auth(let authentication) = try DaemonMessage(json: JSONValue(parsing: Array(buffer: first.payload))) else {
                return await connection.close(code: WebSocketCloseCode.policyViolation, reason: "the first message must be of type auth")
            }
            guard let server = try await hub.authenticate(apiKey: authentication.apiKey) else {
                _ = wrongKeys.count(connection.remoteAddress, at: hub.clock.now())
                return await connection.close(code: WebSocketCloseCode.policyViolation, reason: "this API key is not valid")
            }
            try await serve(server, authentication, connection)
        } catch let error as HubError {
            log.error("a server could not connect", metadata: ["error": "\(error)"])
            await connection.close(code: WebSocketCloseCode.internalError, reason: "try again later")
        } catch {
            log.debug("a first message made no sense", metadata: ["error": "\(error)"])
            await connection.close(code: WebSocketCloseCode.policyViolation, reason: "the first message must be of type auth")
        }
    }

    private func firstMessage(of connection: WebSocketConnection) async -> WebSocketMessage? {
        await withTaskGroup(of: WebSocketMessage?.self) { group in
            group.addTask {
                var messages = connection.messages
                return await messages.next()
            }
            group.addTask { [timing] in
                // Cancelled when the message is there.
                try? await Task.sleep(for: timing.authentication)
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
    }

    private func serve(_ server: Server, _ authentication: Authentication, _ connection: WebSocketConnection) async throws {
        var log = log
        log[metadataKey: "server"] = "\(server.name)"
        let features = (authentication.client?.features ?? []).intersection(Self.features)
        let agent = AgentConnection(server, features, connection, log: log)
        if let older = connections.replace(with: agent) {
            log.debug("a newer connection takes the place of an older one")
            older.outbound.close()
            // Waited for below: closing may take as long as the peer likes, up to a limit.
            await withDiscardingTaskGroup { group in
                group.addTask { await older.connection.close(code: WebSocketCloseCode.normal, reason: "a newer connection of this server") }
                await older.waitUntilFinished()
            }
        }
        let end = AgentConnectionEnd(agent: agent, socket: self)
        do {
            let rings = hub.doorbell.rings(for: server.id)
            try await hub.run(ServerConnected(server.id, features: Set(features.map(\.rawValue))), as: .hub)
            connection.raiseLimit(to: WebSocketOptions.server.maximumMessage)
            agent.send(
                .authOK(
                    Welcome(
                        server: server.id.text, features: features, resumeFrom: connections.lastReport(of: server.id),
                        initialCredit: features.contains(.credit) ? LiveSessions.initialCredit : 0)))
            log.info("a server is connected", metadata: ["features": "\(features.map(\.rawValue).sorted().joined(separator: " "))"])
            await withDiscardingTaskGroup { group in
                group.addTask {
                    await agent.outbound.run(over: connection)
                    agent.stop()
                }
                group.addTask {
                    await AgentReader(socket: self, agent: agent).run()
                    agent.stop()
                }
                group.addTask { await keepAlive(agent, key: authentication.apiKey) }
                group.addTask { await settleReports(of: agent) }
                group.addTask { await PushDelivery(socket: self, agent: agent).run(rings) }
                for await job in agent.jobs { group.addTask { await job() } }
                group.cancelAll()
            }
        } catch {
            await end.run()
            throw error
        }
        await end.run()
        let isSlow = agent.outbound.hasOverflowed
        await connection.close(
            code: isSlow ? WebSocketCloseCode.policyViolation : WebSocketCloseCode.normal,
            reason: isSlow ? "the messages of the hub were not taken" : "")
    }

    /// All that this hub can make use of.
    private static let features = Set(ClientFeature.allCases)

    /// An open connection is a sign of life, as long as its key is valid.
    private func keepAlive(_ agent: AgentConnection, key: String) async {
        while !Task.isCancelled {
            // Cancelled when the connection ends, which ends the loop.
            try? await Task.sleep(for: timing.liveness)
            guard !Task.isCancelled else { return }
            do {
                if try await hub.authenticate(apiKey: key) == nil {
                    await agent.connection.close(code: WebSocketCloseCode.policyViolation, reason: "this API key is not valid any more")
                    return
                }
            } catch {
                log.error("a key could not be looked at", metadata: ["error": "\(HubError(error))"])
            }
        }
    }

    /// Ends what a reconnected server does not have any more.
    private func settleReports(of agent: AgentConnection) async {
        let quiet = agent.features.contains(.reports) ? timing.announcedReports : timing.reports
        while !agent.hasReported(quiet: quiet) {
            // Cancelled when the connection ends.
            try? await Task.sleep(for: .milliseconds(50))
            if Task.isCancelled { return }
        }
        do {
            let ended = try await hub.run(SessionsReported(agent.server.id, present: Array(agent.present)), as: .hub)
            for session in ended { await live.end(session.id) }
        } catch {
            log.error("a server's terminals could not be settled", metadata: ["error": "\(HubError(error))"])
        }
    }
}

/// What is to be done once a connection is gone, whyever it is.
private struct AgentConnectionEnd {
    let agent: AgentConnection
    let socket: AgentSocket

    func run() async {
        await socket.live.detach(agent)
        await socket.whenGone(agent.server.id)
        if socket.connections.isCurrent(agent) {
            do {
                try await socket.hub.run(ServerDisconnected(agent.server.id), as: .hub)
            } catch {
                agent.log.error("a server's end could not be noted", metadata: ["error": "\(HubError(error))"])
            }
            socket.connections.remove(agent)
            agent.log.info("a server's connection has ended")
        }
        agent.finish()
    }
}
