import HTTPTypes
import HubService
import NIOCore

/// Which requests become WebSockets.
struct WebSocketUpgrades: Sendable {
    private let routes: [String: WebSocketRoute]
    private let responder: Responder
    private let open: OpenConnections

    init(_ responder: Responder, _ open: OpenConnections) {
        (self.responder, self.open) = (responder, open)
        routes = Dictionary(responder.configuration.webSockets.map { ($0.path, $0) }) { first, _ in first }
    }

    func route(of request: HTTPRequest) -> WebSocketRoute? {
        guard let path = request.path, let route = routes[String(path.prefix { $0 != "?" })] else { return nil }
        return WebSocketHandshake.isWellFormed(request) ? route : nil
    }

    var wrongKeys: WrongKeys { responder.wrongKeys }

    /// Who asks.
    ///
    /// - Throws: why the route is not for them.
    func caller(of request: HTTPRequest, _ access: Access, from address: String) async throws(Problem) -> Caller {
        switch try await responder.authenticate(request.headerFields, access, from: address) {
        case .nobody: .stranger(name: address, over: .rest)
        case .agent(let server, let session): .agent(server, session: session, over: .rest)
        case .person(let person): .person(person, over: .rest)
        }
    }

    /// Counts a connection as a WebSocket until it ends.
    ///
    /// - Throws: 503 if there are too many.
    func admit(_ channel: any Channel) throws(Problem) {
        guard open.addWebSocket() else {
            throw Problem(503, "the hub has as many WebSockets as it takes: try again later", headers: [.retryAfter: "30"])
        }
        channel.closeFuture.whenComplete { [open] _ in open.removeWebSocket() }
        // Where the listener waits for an HTTP connection to end, this is as good.
        channel.parent?.read()
    }

    /// What answers a request that is refused.
    func answer(to problem: Problem) -> (head: HTTPResponse, body: ByteBuffer) {
        responder.note(problem)
        let reply = problem.reply
        return (reply.head(at: responder.dates.text(at: responder.hub.clock.now())), ByteBuffer(bytes: reply.bytes))
    }
}
