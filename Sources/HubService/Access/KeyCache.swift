import HubCore

/// The servers behind the API keys that were shown lately, so that a request of an agent costs no look into the database.
/// The hub is the only writer, so the cache is told of every change.
package final class KeyCache: Sendable {
    private struct State {
        /// A server has one valid key at a time.
        var servers: [Server.ID: (server: Server, hash: String)] = [:]
        var owners: [String: Server.ID] = [:]
        var offline: Set<Server.ID> = []
        var edition = 0
    }

    private static let limit = 20_000
    private let state = Locked(State())

    package init() {}

    func server(behind hash: String) -> Server? {
        state.withLock { state in state.owners[hash].flatMap { state.servers[$0]?.server } }
    }

    /// Changes with everything that is forgotten. Taken before a look into the database and given to
    /// ``remember(_:behind:asOf:)``, so that a key that is revoked meanwhile does not come back.
    var edition: Int {
        state.withLock { $0.edition }
    }

    func remember(_ server: Server, behind hash: String, asOf edition: Int) {
        state.withLock { state in
            guard state.edition == edition else { return }
            if state.servers.count >= Self.limit {
                state.servers.removeAll(keepingCapacity: true)
                state.owners.removeAll(keepingCapacity: true)
            }
            if let old = state.servers.updateValue((server, hash), forKey: server.id) { state.owners[old.hash] = nil }
            state.owners[hash] = server.id
        }
    }

    func replace(_ server: Server) {
        state.withLock { $0.servers[server.id]?.server = server }
    }

    func forget(server: Server.ID) {
        state.withLock { state in
            state.edition += 1
            state.offline.remove(server)
            if let old = state.servers.removeValue(forKey: server) { state.owners[old.hash] = nil }
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
