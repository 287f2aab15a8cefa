import HubCore

/// A heartbeat whose facts about the machine differ from what is stored.
package struct UpdateServer: UseCase {
    package var server: Server.ID
    package var systemInfo: JSONValue
    package var capabilities: Capabilities

    package init(_ server: Server.ID, systemInfo: JSONValue, capabilities: Capabilities) {
        (self.server, self.systemInfo, self.capabilities) = (server, systemInfo, capabilities)
    }

    package var right: Right { .hub }
    package func subject(in transaction: HubTransaction) throws -> Server { try transaction.knownServer(server) }

    package func perform(on subject: Server, in transaction: HubTransaction) throws -> Done {
        var server = subject
        let old = server.capabilities
        (server.machine.systemInfo, server.reported, server.lastHeard) = (systemInfo, capabilities, transaction.now)
        try transaction.save(server)
        if server.capabilities != old {
            try transaction.append(.serverChanged, on: .server(server.id), in: server.project, by: .agent(on: server))
            try transaction.fill(server.id, in: server.project)
        }
        let changed = server
        transaction.afterCommit { $0.keys.replace(changed) }
        return Done()
    }
}

/// A silent server spoke again.
package struct MarkServerOnline: UseCase {
    package var server: Server.ID

    package init(_ server: Server.ID) {
        self.server = server
    }

    package var right: Right { .hub }
    package func subject(in transaction: HubTransaction) throws -> Server { try transaction.knownServer(server) }

    package func perform(on subject: Server, in transaction: HubTransaction) throws -> Done {
        var server = subject
        guard server.state == .offline, server.revokedAt == nil else { return Done() }
        let away = transaction.now.since(server.lastHeard)
        (server.state, server.lastHeard) = (.online, transaction.now)
        try transaction.save(server)
        try transaction.append(
            .serverOnline, on: .server(server.id), in: server.project, by: .agent(on: server), before: Server.State.offline.rawValue,
            after: Server.State.online.rawValue,
            data: ["name": .string(server.name), "away_seconds": JSONValue(away.milliseconds / 1000)])
        try transaction.fill(server.id, in: server.project)
        let due = transaction.now + Server.silenceUntilOffline
        transaction.afterCommit { $0.timers.add(.silence(subject.id), due: due) }
        return Done()
    }
}

/// A server has been silent for too long.
package struct MarkServerOffline: UseCase {
    package var server: Server.ID
    /// When it was heard last, as the hub's memory has it.
    package var lastHeard: Timestamp

    package init(_ server: Server.ID, lastHeard: Timestamp) {
        (self.server, self.lastHeard) = (server, lastHeard)
    }

    package var right: Right { .hub }
    package func subject(in transaction: HubTransaction) throws -> Server { try transaction.knownServer(server) }

    package func perform(on subject: Server, in transaction: HubTransaction) throws -> Done {
        var server = subject
        guard server.state == .online else { return Done() }
        (server.state, server.lastHeard) = (.offline, max(lastHeard, server.lastHeard))
        try transaction.save(server)
        let tasks = try transaction.tasks.placed(on: server.id)
        try transaction.append(
            .serverOffline, on: .server(server.id), in: server.project, by: .hub, before: Server.State.online.rawValue,
            after: Server.State.offline.rawValue,
            data: ["name": .string(server.name), "tasks": .array(tasks.map { JSONValue($0.number) })])
        if server.terminals != nil {
            for var session in try transaction.sessions.open(on: server.id) { try transaction.disconnect(&session) }
        }
        let due = server.lastHeard + Server.silenceUntilOffline + Server.graceUntilRelease
        transaction.afterCommit {
            $0.keys.mark(subject.id, .offline)
            $0.timers.add(.lease(subject.id), due: due)
        }
        return Done()
    }
}

/// A server is still gone when its lease ends: its work goes back, but for what waits for a person.
package struct ReleaseLostWork: UseCase {
    package var server: Server.ID

    package init(of server: Server.ID) {
        self.server = server
    }

    package var right: Right { .hub }
    package func subject(in transaction: HubTransaction) throws -> Server { try transaction.knownServer(server) }

    package func perform(on server: Server, in transaction: HubTransaction) throws -> Done {
        guard server.isGone(at: transaction.now) else { return Done() }
        for var task in try transaction.tasks.placed(on: server.id) where task.state.isReleasedWhenServerIsLost {
            // What was put there by hand after the loss has a grace of its own.
            guard task.since + Server.graceUntilRelease <= transaction.now else { continue }
            try transaction.lose(&task, on: server.name)
        }
        return Done()
    }
}

/// Ends a server's key and gives all its work back.
package struct RevokeServer: UseCase {
    package var server: String
    package var project: Project.ID

    package init(_ server: String, in project: Project.ID) {
        (self.server, self.project) = (server, project)
    }

    package var right: Right { .permission(.revokeServer) }
    package func subject(in transaction: HubTransaction) throws -> Server { try transaction.server(named: server, in: project) }
    package func scope(of subject: Server) -> Scope { Scope(project: project) }

    package func perform(on subject: Server, in transaction: HubTransaction) throws -> Server {
        var server = subject
        guard server.revokedAt == nil else { return server }
        (server.state, server.revokedAt) = (.offline, transaction.now)
        try transaction.save(server)
        try transaction.credentials.revoke(keysOf: server.id, at: transaction.now)
        try transaction.append(.serverRevoked, on: .server(server.id), in: server.project, data: ["name": .string(server.name)])
        for var task in try transaction.tasks.placed(on: server.id) {
            try transaction.move(&task, .released(.byHand), as: .taskReleased, data: ["cause": "by_hand", "server": .string(server.name)])
        }
        if server.terminals != nil {
            for var session in try transaction.sessions.open(on: server.id) {
                try transaction.end(&session, .closed, failure: "its server was revoked")
            }
        }
        transaction.afterCommit {
            $0.keys.forget(server: subject.id)
            $0.liveness.forgetLoad(of: subject.id)
        }
        return server
    }
}

extension HubTransaction {
    func knownServer(_ id: Server.ID) throws -> Server {
        guard let server = try servers.find(id) else { throw HubError.notFound("there is no server \(id)") }
        return server
    }
}
