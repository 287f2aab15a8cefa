import HubCore
import HubService
import HubStore
import LiveSessions
import NIOCore
import WebSocket
import WireProtocol

/// Reads one daemon's messages and does what they say, in their order.
struct AgentReader: Sendable {
    /// Bytes that are read before others get a turn.
    private static let turn = 64 << 10

    let socket: AgentSocket
    let agent: AgentConnection

    private var hub: Hub { socket.hub }
    private var live: LiveSessions { socket.live }
    private var server: Server.ID { agent.server.id }

    /// Until the connection ends, or is ended because of what it said.
    func run() async {
        let taken = Locked(0)
        await agent.connection.forEachMessage { message in
            let isTurnOver = taken.withLock { taken in
                taken += message.payload.readableBytes
                defer { if taken > Self.turn { taken = 0 } }
                return taken > Self.turn
            }
            if isTurnOver { await Task.yield() }
            return await take(message.payload)
        }
    }

    /// - Returns: whether the connection goes on.
    private func take(_ payload: ByteBuffer) async -> Bool {
        do {
            if let output = payload.withUnsafeReadableBytes({ SessionOutput(scanning: $0) }) {
                try await take(DaemonFrame(.sessionOutput(output)))
                return true
            }
            let json = try JSONValue(parsing: Array(buffer: payload))
            guard json.members != nil else { return await refuse("a message is no JSON object") }
            try await take(DaemonFrame(json: json))
        } catch let error as JSONSyntaxError {
            return await refuse("a message is \(error)")
        } catch let fault as WireFault {
            agent.log.debug("a message made no sense", metadata: ["fault": "\(fault)"])
        } catch {
            agent.log.error("a message could not be acted on", metadata: ["error": "\(HubError(error))"])
            // A report that was not stored comes again on the next connection.
            if agent.features.contains(.reports) { return await refuse("a report could not be stored") }
        }
        return true
    }

    private func refuse(_ reason: String) async -> Bool {
        agent.log.debug("a connection is ended", metadata: ["reason": "\(reason)"])
        await agent.connection.close(code: WebSocketCloseCode.policyViolation, reason: String(reason.prefix(100)))
        return false
    }

    private func take(_ frame: DaemonFrame) async throws {
        if let number = frame.reportNumber, number <= socket.connections.lastReport(of: server) {
            agent.send(.reportsStored(number: socket.connections.lastReport(of: server)))
            return
        }
        do {
            try await take(frame.message)
        } catch let error as HubError {
            switch error {
            // A session that is none of ours: said once, and never again.
            case .notFound, .conflict, .invalid: agent.log.debug("a report is about nothing", metadata: ["error": "\(error)"])
            default: throw error
            }
        }
        if let number = frame.reportNumber {
            socket.connections.noteReport(number, of: server)
            agent.send(.reportsStored(number: number))
        }
    }

    private func take(_ message: DaemonMessage) async throws {
        switch message {
        case .sessionOutput(let output): try await take(output)
        case .sessionStarted(let report): try await take(report)
        case .sessionRecovered(let report): try await recover(report.tmuxName)
        case .sessionsReported:
            agent.noteAllReported()
            socket.settle(agent)
        case .sessionError(let name, let error):
            guard let id = Session.ID(name) else { return }
            let view = try await hub.run(SessionFailed(id, on: server, error: error), as: .hub)
            if view.session.isOver { await live.end(id) }
        case .sessionClosed(let name, let exitCode):
            guard let id = try await session(named: name) else { return }
            try await hub.run(SessionClosed(id, on: server, exitCode: exitCode), as: .hub)
            await live.end(id)
        case .sessionScreen(let name, let lines):
            if let id = agent.session(named: name) ?? nil { await live.adopt(lines: lines, from: id) }
        case .ack(let messageID):
            guard let id = Push.ID(messageID) else { return }
            try await hub.run(ConfirmPush(id, from: server), as: .hub)
        case .ping: agent.send(.pong)
        case .fileAccept, .fileChunk, .fileComplete, .fileAck, .fileError: await socket.transfers(message, server)
        case .auth, .pong, .scrollbackCaptured, .sessionWorkingDirectory, .sessionSummary, .unknown: break
        }
    }

    // MARK: Output

    private func take(_ output: SessionOutput) async throws {
        guard let id = try await session(named: output.session) else { return }
        live.receive(output.bytes, at: output.offset, from: id)
    }

    /// The session that the daemon means; output may come before the word that it has started.
    private func session(named name: String) async throws -> Session.ID? {
        if let known = agent.session(named: name) { return known }
        let server = server
        let found = try await hub.database.read { connection in
            let sessions = SessionTable(connection)
            return try Session.ID(name).flatMap { try sessions.find($0) } ?? sessions.find(tmuxName: name, on: server)
        }
        guard let session = found, session.server == server, !session.isOver else {
            agent.name(name, nil)
            return nil
        }
        await live.attach(session, to: agent, .new)
        agent.name(name, session.id)
        return session.id
    }

    // MARK: Sessions

    private func take(_ report: WireProtocol.SessionStarted) async throws {
        agent.noteReport()
        // A session that nobody acknowledged is called by its tmux name.
        guard let id = Session.ID(report.session) else { return try await recover(report.session) }
        // Word of its beginning may have been lost with a connection.
        let (isNew, isDue) = try await hub.database.read { connection in
            let sessions = SessionTable(connection)
            return (try sessions.find(id)?.state == .starting, try sessions.isLaunchDue(id))
        }
        let isLaunched = isNew || isDue
        if isLaunched { agent.beginLaunch(of: id) }
        let view: SessionView
        do {
            view = try await hub.run(
                HubService.SessionStarted(
                    id, on: server, pid: report.pid, tmuxName: report.tmuxName, workingDirectory: report.workingDirectory,
                    note: report.note), as: .hub)
        } catch {
            agent.endLaunch(of: id)
            agent.name(report.session, nil)
            throw error
        }
        guard !view.session.isOver else {
            agent.endLaunch(of: id)
            agent.send(.sessionClose(session: report.session))
            return
        }
        agent.notePresent(id)
        agent.name(report.session, id)
        await live.attach(view.session, to: agent, report.isRecovered ? .back(offset: report.offset) : .new)
        if isLaunched { socket.launch(view.session, on: agent, isRepeated: isDue) }
    }

    /// A tmux session that a new daemon found: output comes once it is acknowledged.
    private func recover(_ tmuxName: String) async throws {
        agent.noteReport()
        guard let session = try await hub.run(HubService.SessionRecovered(tmuxName, on: server), as: .hub) else {
            agent.log.debug("a terminal is not ours", metadata: ["tmux": "\(tmuxName)"])
            return
        }
        await live.attach(session, to: agent, .found)
        agent.notePresent(session.id)
        agent.name(tmuxName, session.id)
        agent.name(session.id.text, session.id)
        agent.send(.sessionRecoveredAck(tmuxName: tmuxName, session: session.id.text))
        // Its daemon shows it in a window of another size.
        _ = agent.send(.resize(session.size), to: session.id)
        guard try await hub.database.read({ try SessionTable($0).isLaunchDue(session.id) }) else { return }
        agent.beginLaunch(of: session.id)
        socket.launch(session, on: agent, isRepeated: true)
    }
}
