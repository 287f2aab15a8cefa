import HubCore

/// The servers behind the API keys that were shown lately, so that a request of an agent costs no look into the database.
/// The hub is the only writer, so the cache is told of every change.
package final class KeyCache: Sendable {
    private struct State {
        var servers: [String: Server] = [:]
        var offline: Set<Server.ID> = []
    }

    private static let limit = 20_000
    private let state = Locked(State())

    package init() {}

    func server(behind hash: String) -> Server? {
        state.withLock { $0.servers[hash] }
    }

    func remember(_ server: Server, behind hash: String) {
        state.withLock { state in
            if state.servers.count >= Self.limit { state.servers.removeAll(keepingCapacity: true) }
            state.servers[hash] = server
        }
    }

    func replace(_ server: Server) {
        state.withLock { state in
            for (hash, old) in state.servers where old.id == server.id { state.servers[hash] = server }
        }
    }

    func forget(server: Server.ID) {
        state.withLock { state in
            state.servers = state.servers.filter { $0.value.id != server }
            state.offline.remove(server)
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
