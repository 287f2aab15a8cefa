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

    package init(_ hub: Hub, _ live: LiveSessions, liveness: Duration = .seconds(20), log: Logger = Logger(label: "dashboards")) {
        (self.hub, self.live, self.liveness, self.log) = (hub, live, liveness, log)
    }

    package var route: WebSocketRoute {
        WebSocketRoute(path: "/ws/dashboard", access: .optionalPerson, options: .unauthenticated) { connection, request in
            await serve(connection, request)
        }
    }

    private func serve(_ connection: WebSocketConnection, _ request: WebSocketRequest) async {
        do throws(Refusal) {
            let (person, token) = try await person(behind: request, connection)
            connection.raiseLimit(to: Self.maximumMessage)
            await Dashboard(person: person, token: token, hub: hub, live: live, connection: connection, liveness: liveness, log: log).run()
        } catch {
            await connection.close(code: WebSocketCloseCode.policyViolation, reason: error.reason)
        }
    }

    private struct Refusal: Error {
        var reason = "the first message must authenticate with a valid token, within 5 s"
    }

    private func person(
        behind request: WebSocketRequest, _ connection: WebSocketConnection
    ) async throws(Refusal) -> (person: Person, token: Secret) {
        if let person = request.caller.person, let bearer = request.bearer { return (person, bearer) }
        let first = await connection.receive(within: Self.authenticationTime)
        guard let first, let json = try? JSONValue(parsing: Array(buffer: first.payload)),
            case .auth(let token)? = try? DashboardMessage(json: json)
        else { throw Refusal() }
        let found: Person?
        do {
            found = try await hub.authenticate(bearer: token)
        } catch {
            // One that is cancelled ends with its connection.
            if !(error is CancellationError) {
                log.error("a token could not be looked at", metadata: ["error": "\(HubError(error))"])
            }
            throw Refusal()
        }
        guard let found else {
            throw Refusal(
                reason: request.wrongKeys.refusal(of: "this token", from: connection.remoteAddress, at: hub.clock.now()))
        }
        return (found, Secret(token))
    }
}
