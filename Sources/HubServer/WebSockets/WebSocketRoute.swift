import Cryptography
import HTTPTypes
import HubService
import WebSocket

/// An address under `/ws/` that speaks WebSocket.
package struct WebSocketRoute: Sendable {
    /// Serves one connection; the connection is closed when it returns, with 1011 if it throws. It must end soon after the messages do.
    package typealias Handler = @Sendable (WebSocketConnection, WebSocketRequest) async throws -> Void

    let path: String
    let access: Access
    let options: WebSocketOptions
    let handler: Handler

    /// - Parameters:
    ///   - path: exact, without open parts.
    ///   - access: checked before the upgrade; who may not gets a plain HTTP answer in the hub's one error shape.
    package init(path: String, access: Access = .open, options: WebSocketOptions = .server, handler: @escaping Handler) {
        (self.path, self.access, self.options, self.handler) = (path, access, options, handler)
    }

    /// What a plain request for this address gets.
    var plainRoute: Route {
        Route(method: .get, path: path, access: access) { _ in
            throw Problem(
                426, "this address speaks WebSocket (version 13): ask for the upgrade in the first request of a connection",
                headers: [.upgrade: "websocket", .secWebSocketVersion: "13"])
        }
    }
}

/// The request that a WebSocket began with.
package struct WebSocketRequest: Sendable {
    /// By the key that the route asks for; a stranger where it asks for none.
    package let caller: Caller
    /// What it showed with `Authorization: Bearer`.
    let bearer: Secret?
    package let userAgent: String?
    /// What counts the wrong keys of the whole server, for a route whose first message holds the key.
    let wrongKeys: WrongKeys
    private let query: QueryItems

    init(_ request: HTTPRequest, caller: Caller, wrongKeys: WrongKeys) {
        (self.caller, self.wrongKeys) = (caller, wrongKeys)
        let words = request.headerFields[.authorization]?.split(separator: " ") ?? []
        bearer = words.count == 2 && words[0].lowercased() == "bearer" ? Secret(String(words[1])) : nil
        userAgent = request.headerFields[.userAgent]
        query = QueryItems((request.path ?? "").split(separator: "?", maxSplits: 1).dropFirst().first.map(String.init))
    }

    /// `nil` where it is absent or empty.
    package func query(_ name: String) -> String? { query[name] }
}
