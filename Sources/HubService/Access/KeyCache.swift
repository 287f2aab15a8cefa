import HubCore

/// The agents behind the API keys that were shown lately, so that a request of an agent costs no look into the database.
/// The hub is the only writer, so the cache is told of every change.
package final class KeyCache: Sendable {
    private struct State {
        var servers: [Server.ID: Server] = [:]
        var owners: [String: Owner] = [:]
        /// The keys of a server, those of its sessions included.
        var hashes: [Server.ID: Set<String>] = [:]
        /// The keys of a session.
        var sessions: [Session.ID: Set<String>] = [:]
        var offline: Set<Server.ID> = []
        var edition = 0

        mutating func remove(_ hash: String) {
            guard let owner = owners.removeValue(forKey: hash) else { return }
            hashes[owner.server]?.remove(hash)
            guard let session = owner.session else { return }
            sessions[session]?.remove(hash)
            if sessions[session]?.isEmpty == true { sessions[session] = nil }
        }
    }

    private struct Owner {
        let server: Server.ID
        let session: Session.ID?
    }

    private static let limit = 20_000
    private let state = Locked(State())

    package init() {}

    func agent(behind hash: String) -> AgentIdentity? {
        state.withLock { state in
            guard let owner = state.owners[hash], let server = state.servers[owner.server] else { return nil }
            return AgentIdentity(server: server, session: owner.session)
        }
    }

    /// Changes with everything that is forgotten. Taken before a look into the database and given to
    /// ``remember(_:behind:asOf:)``, so that a key that is revoked meanwhile does not come back.
    var edition: Int {
        state.withLock { $0.edition }
    }

    func remember(_ agent: AgentIdentity, behind hash: String, asOf edition: Int) {
        state.withLock { state in
            guard state.edition == edition else { return }
            if state.owners.count >= Self.limit {
                (state.servers, state.owners, state.hashes, state.sessions) = ([:], [:], [:], [:])
            }
            state.servers[agent.server.id] = agent.server
            state.owners[hash] = Owner(server: agent.server.id, session: agent.session)
            state.hashes[agent.server.id, default: []].insert(hash)
            if let session = agent.session { state.sessions[session, default: []].insert(hash) }
        }
    }

    func replace(_ server: Server) {
        state.withLock { state in
            if state.servers[server.id] != nil { state.servers[server.id] = server }
        }
    }

    func forget(server: Server.ID) {
        state.withLock { state in
            state.edition += 1
            state.offline.remove(server)
            for hash in state.hashes[server] ?? [] { state.remove(hash) }
            (state.servers[server], state.hashes[server]) = (nil, nil)
        }
    }

    func forget(session: Session.ID) {
        state.withLock { state in
            state.edition += 1
            for hash in state.sessions[session] ?? [] { state.remove(hash) }
        }
    }

    func isOffline(_ server: Server.ID) -> Bool {
        state.withLock { $0.offline.contains(server) }
    }

    func mark(_ server: Server.ID, _ mark: Server.State) {
        state.withLock { state in
            switch mark {
            case .online: state.offline.remove(server)
            case .offline: state.offline.insert(server)
            }
        }
    }
}
