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

    package struct Timing: Sendable {
        /// For the first frame.
        package var authentication: Duration = .seconds(5)
        /// How long a client is quiet about its terminals before those that it has not named have ended.
        package var reports: Duration = .seconds(3)
        /// The same for one whose reports are numbered, and so lost by no haste of its own.
        package var numberedReports: Duration = .seconds(20)
        /// The same for one that says when it has named all (``ClientFeature/sessionsReported``): taking up a terminal may take a while.
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
        WebSocketRoute(path: "/ws/server", options: .unauthenticated) { connection, request in
            await serve(connection, request.wrongKeys)
        }
    }

    /// The task of a connection lives as long as it does, and keeps the memory that it ever needed: so it only waits, and what there is to
    /// do is done in tasks that end.
    private func serve(_ connection: WebSocketConnection, _ wrongKeys: WrongKeys) async {
        guard let agent = await Self.apart({ await admit(connection, wrongKeys) }) else { return }
        await AgentReader(socket: self, agent: agent).run()
        await Self.apart { await end(agent) }
    }

    private static func apart<Value: Sendable>(_ work: @escaping @Sendable () async -> Value) async -> Value {
        let task = Task { await work() }
        return await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            task.cancel()
        }
    }

    // MARK: The beginning

    /// - Returns: `nil` for a connection that was refused, and is closed.
    private func admit(_ connection: WebSocketConnection, _ wrongKeys: WrongKeys) async -> AgentConnection? {
        guard let first = await connection.receive(within: timing.authentication) else {
            return await refuse(connection, "the first message must authenticate, within 5 s")
        }
        do {
            guard case .auth(let authentication) = try DaemonMessage(json: JSONValue(parsing: Array(buffer: first.payload))) else {
                return await refuse(connection, "the first message must be of type auth")
            }
            guard let server = try await hub.authenticate(apiKey: authentication.apiKey) else {
                return await refuse(
                    connection, wrongKeys.refusal(of: "this API key", from: connection.remoteAddress, at: hub.clock.now()))
            }
            return try await welcome(server, authentication, connection)
        } catch let error as HubError {
            log.error("a server could not connect", metadata: ["error": "\(error)"])
            return await refuse(connection, "try again later", code: WebSocketCloseCode.internalError)
        } catch {
            log.debug("a first message made no sense", metadata: ["error": "\(error)"])
            return await refuse(connection, "the first message must be of type auth")
        }
    }

    private func refuse(
        _ connection: WebSocketConnection, _ reason: String, code: UInt16 = WebSocketCloseCode.policyViolation
    ) async -> AgentConnection? {
        await connection.close(code: code, reason: reason)
        return nil
    }

    private func welcome(
        _ server: Server, _ authentication: Authentication, _ connection: WebSocketConnection
    ) async throws -> AgentConnection {
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
        // A queue that has ended ends the reading, and so the connection.
        agent.outbound.whenEnded { connection.endMessages() }
        agent.listener = hub.doorbell.listen(for: server.id) { [weak agent] in
            if let agent, agent.noteRing() { deliver(to: agent) }
        }
        let connected: ServerConnected.Outcome
        do {
            connected = try await hub.run(ServerConnected(server.id, features: Set(features.map(\.rawValue))), as: .hub)
        } catch {
            await leave(agent)
            throw error
        }
        connection.raiseLimit(to: WebSocketOptions.server.maximumMessage)
        agent.send(
            .authOK(
                Welcome(
                    server: server.id.text, features: features, resumeFrom: connections.lastReport(of: server.id),
                    initialCredit: features.contains(.credit) ? LiveSessions.initialCredit : 0)))
        log.info("a server is connected", metadata: ["features": "\(features.map(\.rawValue).sorted().joined(separator: " "))"])
        if agent.openDelivery() { deliver(to: agent) }
        // It could not say anything before; and what begins from now on is no part of the report.
        agent.noteReport()
        if connected.hasSessions { settleOnceQuiet(agent) } else { _ = agent.beginSettling() }
        keepAlive(agent, key: authentication.apiKey)
        return agent
    }

    // MARK: The end

    private func end(_ agent: AgentConnection) async {
        await leave(agent)
        let isSlow = agent.outbound.hasOverflowed
        await agent.connection.close(
            code: isSlow ? WebSocketCloseCode.policyViolation : WebSocketCloseCode.normal,
            reason: isSlow ? "the messages of the hub were not taken" : "")
    }

    /// What is to be done once a connection is gone, whyever it is.
    private func leave(_ agent: AgentConnection) async {
        await agent.endJobs()
        if let listener = agent.listener { hub.doorbell.remove(listener) }
        await live.detach(agent)
        await whenGone(agent.server.id)
        if connections.isCurrent(agent) {
            do {
                try await hub.run(ServerDisconnected(agent.server.id), as: .hub)
            } catch {
                agent.log.error("a server's end could not be noted", metadata: ["error": "\(HubError(error))"])
            }
            connections.remove(agent)
            agent.log.info("a server's connection has ended")
        }
        agent.finish()
    }

    // MARK: While it is open

    /// All that this hub can make use of.
    private static let features = Set(ClientFeature.allCases)

    private func deliver(to agent: AgentConnection) {
        agent.add { await PushDelivery(socket: self, agent: agent).run() }
    }

    /// An open connection is a sign of life, as long as its key is valid.
    private func keepAlive(_ agent: AgentConnection, key: String) {
        agent.connection.schedule(in: timing.liveness) { [weak agent] in
            agent?.add { [weak agent] in
                guard let agent else { return }
                do {
                    if try await hub.authenticate(apiKey: key) == nil {
                        return await agent.connection.close(
                            code: WebSocketCloseCode.policyViolation, reason: "this API key is not valid any more")
                    }
                } catch is CancellationError {
                    return
                } catch {
                    // The connection has ended.
                    if Task.isCancelled { return }
                    log.error("a key could not be looked at", metadata: ["error": "\(HubError(error))"])
                }
                keepAlive(agent, key: key)
            }
        }
    }

    // MARK: What a reconnected server has

    /// Ends what the server does not have any more, once it has been quiet about its terminals for long enough.
    private func settleOnceQuiet(_ agent: AgentConnection) {
        let quiet =
            agent.features.contains(.sessionsReported)
            ? timing.announcedReports : agent.features.contains(.reports) ? timing.numberedReports : timing.reports
        agent.connection.schedule(in: max(.milliseconds(1), agent.reportsExpected(quiet: quiet))) { [weak agent] in
            guard let agent else { return }
            if agent.reportsExpected(quiet: quiet) == .zero { settle(agent) } else { settleOnceQuiet(agent) }
        }
    }

    /// Ends what the server has not reported.
    func settle(_ agent: AgentConnection) {
        guard agent.beginSettling() else { return }
        agent.add {
            do {
                let ended = try await hub.run(SessionsReported(agent.server.id, present: Array(agent.present)), as: .hub)
                for session in ended { await live.end(session.id) }
            } catch {
                if Task.isCancelled { return }
                log.error("a server's terminals could not be settled", metadata: ["error": "\(HubError(error))"])
            }
        }
    }
}
