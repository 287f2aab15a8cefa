import HubCore
import HummingbirdCore

/// Counts connections, HTTP and WebSockets apart. The listener takes no new ones while there are too many of HTTP, which every connection
/// is at first, or too many at all.
final class OpenConnections: AvailableConnectionsDelegate {
    private struct Counts: Sendable {
        var all = 0
        var webSockets = 0
    }

    private let counts = Locked(Counts())
    private let maximumHTTP: Int
    private let maximumWebSockets: Int
    private let maximumOpen: Int

    init(_ limits: ConnectionLimits) {
        (maximumHTTP, maximumWebSockets) = (limits.maximumConnections, limits.maximumWebSockets)
        maximumOpen = limits.maximumOpen
    }

    /// Of all kinds.
    var count: Int { counts.withLock { $0.all } }

    func connectionOpened() { counts.withLock { $0.all += 1 } }
    func connectionClosed() { counts.withLock { $0.all -= 1 } }
    func isAcceptingNewConnections() -> Bool { counts.withLock { $0.all - $0.webSockets < maximumHTTP && $0.all < maximumOpen } }

    /// - Returns: whether there is room for one more; it is counted then.
    func addWebSocket() -> Bool {
        counts.withLock {
            guard $0.webSockets < maximumWebSockets else { return false }
            $0.webSockets += 1
            return true
        }
    }

    func removeWebSocket() { counts.withLock { $0.webSockets -= 1 } }
}
