import HubCore

/// A server opened its connection for terminals: from now on its tasks have sessions.
package struct ServerConnected: UseCase {
    package var server: Server.ID
    /// The extensions that the client announced; empty for an installed one.
    package var features: Set<String>

    package init(_ server: Server.ID, features: Set<String>) {
        (self.server, self.features) = (server, features)
    }

    package var right: Right { .hub }
    package func subject(in transaction: HubTransaction) throws -> Server { try transaction.knownServer(server) }

    package struct Outcome: Codable, Sendable {
        package var server: Server
        /// Whether the server may have terminals of before, of which it has to say what became of them.
        package var hasSessions: Bool
    }

    package func perform(on subject: Server, in transaction: HubTransaction) throws -> Outcome {
        var server = subject
        guard server.revokedAt == nil else { throw HubError.conflict("\(server.name) was revoked") }
        let before = server.terminals
        let terminals = Server.Terminals(features: features, connectedAt: transaction.now)
        server.terminals = terminals
        try transaction.save(server)
        if before?.features != features {
            try transaction.append(
                .serverChanged, on: .server(server.id), in: server.project, by: .agent(on: server),
                data: ["name": .string(server.name), "terminals": JSONValue(features.sorted())])
        }
        // The client drops what it has seen.
        if terminals.confirmsPushes { try transaction.pushes.requeue(sentTo: server.id) }
        for var task in try transaction.tasks.placed(on: server.id) where task.state.holdsSlot {
            try transaction.openMissingSession(for: &task, on: server)
        }
        let connected = server
        transaction.afterCommit { $0.keys.replace(connected) }
        if try !transaction.pushes.sendable(to: server.id, limit: 1).isEmpty { transaction.ring(server.id) }
        return Outcome(server: server, hasSessions: try !transaction.sessions.open(on: server.id).isEmpty)
    }
}

/// A server's connection is gone; its terminals may live on.
package struct ServerDisconnected: UseCase {
    package var server: Server.ID

    package init(_ server: Server.ID) {
        self.server = server
    }

    package var right: Right { .hub }
    package func subject(in transaction: HubTransaction) throws -> Server { try transaction.knownServer(server) }

    package func perform(on server: Server, in transaction: HubTransaction) throws -> Done {
        for var session in try transaction.sessions.open(on: server.id) { try transaction.disconnect(&session) }
        return Done()
    }
}

/// After a reconnect a server has said which terminals it has. What it does not have has ended: its word about the end was lost
/// (agent protocol, section 6.3).
package struct SessionsReported: UseCase {
    package var server: Server.ID
    package var present: [Session.ID]

    package init(_ server: Server.ID, present: [Session.ID]) {
        (self.server, self.present) = (server, present)
    }

    package var right: Right { .hub }
    package func subject(in transaction: HubTransaction) throws -> Server { try transaction.knownServer(server) }

    /// - Returns: the sessions that ended.
    package func perform(on server: Server, in transaction: HubTransaction) throws -> [Session] {
        let present = Set(present)
        let connectedAt = server.terminals?.connectedAt ?? transaction.now
        var ended: [Session] = []
        for var session in try transaction.sessions.open(on: server.id) {
            switch (session.state, present.contains(session.id)) {
            case (.disconnected, true): try transaction.recover(&session)
            case (.disconnected, false), (.active, false):
                // What began on this very connection is no part of the report.
                if session.state == .active, session.since >= connectedAt { continue }
                try transaction.end(&session, .closed, by: .agent(on: server), failure: Session.unreported)
                ended.append(session)
            default: break
            }
            try repeatLost(session, isPresent: present.contains(session.id), before: connectedAt, in: transaction)
        }
        transaction.afterCommit { $0.doorbell.ring(server.id) }
        return ended
    }

    /// Installed clients confirm nothing: what was sent on an earlier connection and had no effect is sent again.
    private func repeatLost(_ session: Session, isPresent: Bool, before connectedAt: Timestamp, in transaction: HubTransaction) throws {
        let lost: Push.Kind
        switch (session.state, isPresent) {
        case (.starting, false): lost = .sessionStart
        case (.active, true): lost = .sessionClose
        default: return
        }
        for push in try transaction.pushes.open(of: session.id) where push.kind == lost {
            if let sent = push.sentAt, sent < connectedAt { try transaction.pushes.requeue(push.id) }
        }
    }
}

extension HubTransaction {
    /// A terminal is there again.
    func recover(_ session: inout Session) throws {
        let before = session.state
        session.run(at: now)
        try sessions.save(session)
        try append(
            .sessionRecovered, on: .session(session.id), in: session.project, by: try reporter(of: session), before: before.rawValue,
            after: session.state.rawValue, data: try facts(of: session))
        ring(session.server)
    }

    /// A task that was placed before its server had terminals, or whose terminal never ran.
    fileprivate func openMissingSession(for task: inout AgentTask, on server: Server) throws {
        if let id = task.session, try sessions.find(id)?.state != .failed { return }
        let version = task.version
        try openSession(for: &task, on: server)
        task.touch(at: now)
        try tasks.save(task, replacing: version)
        try tellAssignment(of: task)
    }
}
