import Cryptography
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
    /// How often a token is looked at again that nothing was heard of.
    let liveness: Duration
    let log: Logger
    private let wrongTokens = WrongKeys()

    package init(_ hub: Hub, _ live: LiveSessions, liveness: Duration = .seconds(20), log: Logger = Logger(label: "dashboards")) {
        (self.hub, self.live, self.liveness, self.log) = (hub, live, liveness, log)
    }

    package var route: WebSocketRoute {
        WebSocketRoute(path: "/ws/dashboard", access: .optionalPerson, options: .unauthenticated) { connection, request in
            await serve(connection, request.caller, request.bearer)
        }
    }

    private func serve(_ connection: WebSocketConnection, _ caller: Caller, _ bearer: Secret?) async {
        guard let (person, token) = await person(behind: caller, bearer, connection) else {
            return await connection.close(
                code: WebSocketCloseCode.policyViolation, reason: "the first message must authenticate with a valid token, within 5 s")
        }
        connection.raiseLimit(to: Self.maximumMessage)
        await Dashboard(person: person, token: token, hub: hub, live: live, connection: connection, liveness: liveness, log: log).run()
    }

    private func person(
        behind caller: Caller, _ bearer: Secret?, _ connection: WebSocketConnection
    ) async -> (person: Person, token: Secret)? {
        if let person = caller.person, let bearer { return (person, bearer) }
        let first = await connection.receive(within: Self.authenticationTime)
        guard let first, let json = try? JSONValue(parsing: Array(buffer: first.payload)),
            case .auth(let token)? = try? DashboardMessage(json: json)
        else { return nil }
        do {
            if let person = try await hub.authenticate(bearer: token) { return (person, Secret(token)) }
            _ = wrongTokens.count(connection.remoteAddress, at: hub.clock.now())
        } catch is CancellationError {
            // The connection ends.
        } catch {
            log.error("a token could not be looked at", metadata: ["error": "\(HubError(error))"])
        }
        return nil
    }
}
