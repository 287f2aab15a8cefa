/// Why no connection came about.
package enum WebSocketClientError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The name is unknown, or nobody listens there.
    case cannotConnect(to: String, why: String)
    /// Nobody answered in time.
    case timedOut(connectingTo: String)
    /// The proxy said no; `status` is `nil` if what it said is no HTTP.
    case proxyRefused(status: Int?)
    /// The certificate is not trusted, for example.
    case tlsFailed(String)
    /// The server answered the request with a status of its own.
    case refused(status: Int)
    /// What answered speaks no WebSocket, or hung up.
    case handshakeFailed(String)

    package var description: String {
        switch self {
        case .cannotConnect(let place, let why): "cannot connect to \(place): \(why)"
        case .timedOut(let place): "\(place) did not answer in time"
        case .proxyRefused(let status?): "the proxy refused the connection with status \(status)"
        case .proxyRefused(nil): "the proxy gave no valid answer"
        case .tlsFailed(let why): "no secure connection: \(why)"
        case .refused(let status): "the server refused the WebSocket with status \(status)"
        case .handshakeFailed(let why): "the WebSocket handshake failed: \(why)"
        }
    }
}
