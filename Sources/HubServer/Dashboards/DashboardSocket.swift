import HubCore
import HubService
import LiveSessions
import Logging
import NIOCore
import WebSocket
import WireProtocol

/// `/ws/dashboard`: events and live terminals for people's programs (docs/dashboard-socket.md). Whoever shows no Bearer token with the
/// request authenticates with the first message.
package struct DashboardSocket: Sendable {
    /// For the first message.
    private static let authenticationTime: Duration = .seconds(5)
    /// In bytes, of somebody who is known.
    private static let maximumMessage = 1 << 20

    let hub: Hub
    let live: LiveSessions
    let log: Logger
    private let wrongTokens = WrongKeys()

    package init(_ hub: Hub, _ live: LiveSessions, log: Logger = Logger(label: "dashboards")) {
        (self.hub, self.live, self.log) = (hub, live, log)
    }

    package var route: WebSocketRoute {
        WebSocketRoute(path: "/ws/dashboard", access: .optionalPerson, options: .unauthenticated) { connection, request in
            await serve(connection, request.caller)
        }
    }

    private func serve(_ connection: WebSocketConnection, _ caller: Caller) async {
        guard let person = await person(behind: caller, connection) else {
            return await connection.close(
                code: WebSocketCloseCode.policyViolation, reason: "the first message must authenticate with a valid token, within 5 s")
        }
        connection.raiseLimit(to: Self.maximumMessage)
        await Dashboard(person: person, hub: hub, live: live, connection: connection, log: log).run()
    }

    private func person(behind caller: Caller, _ connection: WebSocketConnection) async -> Person? {
        if let person = caller.person { return person }
        let first = await connection.receive(within: Self.authenticationTime)
        guard let first, let json = try? JSONValue(parsing: Array(buffer: first.payload)),
            case .auth(let token)? = try? DashboardMessage(json: json)
        else { return nil }
        do {
            if let person = try await hub.authenticate(bearer: token) { return person }
            _ = wrongTokens.count(connection.remoteAddress, at: hub.clock.now())
        } catch {
            log.error("a token could not be looked at", metadata: ["error": "\(HubError(error))"])
        }
        return nil
    }
}
