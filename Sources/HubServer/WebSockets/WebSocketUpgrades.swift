import HTTPTypes
import HubService
import NIOCore

/// Which requests become WebSockets.
struct WebSocketUpgrades: Sendable {
    private let routes: [String: WebSocketRoute]
    private let responder: Responder

    init(_ responder: Responder) {
        self.responder = responder
        routes = Dictionary(responder.configuration.webSockets.map { ($0.path, $0) }) { first, _ in first }
    }

    func route(of request: HTTPRequest) -> WebSocketRoute? {
        guard let path = request.path, let route = routes[String(path.prefix { $0 != "?" })] else { return nil }
        return WebSocketHandshake.isWellFormed(request) ? route : nil
    }

    /// Who asks; `nil` if the route is not for them. The plain answer to the same request then says why.
    func caller(of request: HTTPRequest, _ access: Access, from address: String) async -> Caller? {
        switch try? await responder.authenticate(request.headerFields, access, from: address) {
        case .nobody: .stranger(name: address, over: .rest)
        case .agent(let server, let session): .agent(server, session: session, over: .rest)
        case .person(let person): .person(person, over: .rest)
        case nil: nil
        }
    }
}
