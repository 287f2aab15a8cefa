import HubCore

/// Wakes whoever sends a server its pushes. Rung after the commit that made one; a ring says only "look".
package final class Doorbell: Sendable {
    /// Who listens, until it is given to ``remove(_:)``.
    package final class Listener: Sendable {
        fileprivate let server: Server.ID
        fileprivate let ring: @Sendable () -> Void

        fileprivate init(_ server: Server.ID, _ ring: @escaping @Sendable () -> Void) {
            (self.server, self.ring) = (server, ring)
        }
    }

    private let listeners = Locked([Server.ID: [Listener]]())

    package init() {}

    /// Calls `ring` at every ring from now on, on the thread of whoever rings: it must not wait for anything.
    package func listen(for server: Server.ID, _ ring: @escaping @Sendable () -> Void) -> Listener {
        let listener = Listener(server, ring)
        listeners.withLock { $0[server, default: []].append(listener) }
        return listener
    }

    package func remove(_ listener: Listener) {
        listeners.withLock { listeners in
            listeners[listener.server]?.removeAll { $0 === listener }
            if listeners[listener.server]?.isEmpty == true { listeners[listener.server] = nil }
        }
    }

    package func ring(_ server: Server.ID) {
        for listener in listeners.withLock({ $0[server] ?? [] }) { listener.ring() }
    }
}
