import Cryptography
import Foundation
import HubCore
import Logging
import NIOCore
import WebSocket
import WireProtocol

/// The daemon's WebSocket to the hub: connects, again and again, says who it is, and carries messages both ways (agent protocol,
/// section 6).
final class HubConnection: Sendable {
    enum Refusal: Error, CustomStringConvertible {
        case silent
        case notWelcome

        var description: String {
            switch self {
            case .silent: "the hub did not answer in time"
            case .notWelcome: "the hub does not know this agent's key, or speaks another protocol"
            }
        }
    }

    private let client: WebSocketClient
    private let hub: String
    private let key: Secret
    private let environment: [String: String]
    private let outgoing: Outgoing
    private let desk: HubDesk
    private let log: Logger
    private let current = Locked<(connection: WebSocketConnection?, isStopping: Bool)>((nil, false))

    /// Most bytes of one message with output.
    private static let pieceBytes = 16 << 10
    private static let features: Set<ClientFeature> = [.ack, .reports, .offsets, .credit, .launch, .promptFile, .sessionsReported]

    init(
        client: WebSocketClient, hub: String, key: Secret, environment: [String: String], outgoing: Outgoing, desk: HubDesk, log: Logger
    ) {
        (self.client, self.hub, self.key, self.environment) = (client, hub, key, environment)
        (self.outgoing, self.desk, self.log) = (outgoing, desk, log)
    }

    /// Runs until cancelled or ``stop()``.
    func run() async {
        var delay = RetryDelay()
        var random = SystemRandomNumberGenerator()
        while !Task.isCancelled && !current.withLock({ $0.isStopping }) {
            do {
                if try await connectOnce() { delay.reset() }
                log.info("the connection to the hub has ended")
            } catch {
                log.warning("no connection to the hub", metadata: ["why": "\(error)"])
            }
            if Task.isCancelled || current.withLock({ $0.isStopping }) { return }
            try? await Task.sleep(for: delay.next(using: &random))
        }
    }

    /// Closes with 1000, and does not connect again.
    func stop() async {
        let connection = current.withLock { current in
            current.isStopping = true
            return current.connection
        }
        await connection?.close(code: WebSocketCloseCode.normal, reason: "the agent stops")
    }

    /// - Returns: whether the hub had welcomed us.
    private func connectOnce() async throws -> Bool {
        guard let endpoint = WebSocketEndpoint(hub: hub, path: "/ws/server") else {
            throw WebSocketClientError.cannotConnect(to: hub, why: "hub_url is no address")
        }
        let proxy = try WebSocketProxy.chosen(for: endpoint, environment: environment)
        return try await client.connect(to: endpoint, through: proxy) { connection in
            let isStopping = current.withLock { current in
                current.connection = connection
                return current.isStopping
            }
            defer { current.withLock { $0.connection = nil } }
            if isStopping { return false }
            let welcome = try await authenticate(connection)
            log.info("connected to the hub", metadata: ["features": "\(welcome.features.map(\.rawValue).sorted())"])
            outgoing.open { [log] in
                log.warning("the hub does not take what is sent: the connection is given up")
                Task { await connection.close(code: WebSocketCloseCode.goingAway, reason: "too slow") }
            }
            await desk.connected(welcome)
            await relay(connection)
            outgoing.close()
            await desk.disconnected()
            return true
        }
    }

    private func authenticate(_ connection: WebSocketConnection) async throws -> Welcome {
        let client = Authentication.Client(name: "orchestratia-agent", version: AgentDaemon.version, features: Self.features)
        let message = DaemonMessage.auth(Authentication(apiKey: key.revealed, client: client))
        try await connection.send(.text(ByteBuffer(bytes: message.json.bytes)))
        let limit = Task {
            try await Task.sleep(for: .seconds(5))
            await connection.close(code: WebSocketCloseCode.normal, reason: "no answer")
        }
        defer { limit.cancel() }
        guard let first = await connection.receive() else {
            throw connection.closeInfo?.origin == .local ? Refusal.silent : Refusal.notWelcome
        }
        guard let json = try? JSONValue(parsing: Array(first.payload.readableBytesView)),
            case .authOK(let welcome)? = try? HubMessage(json: json)
        else { throw Refusal.notWelcome }
        return welcome
    }

    private func relay(_ connection: WebSocketConnection) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.write(to: connection) }
            for await message in connection.messages {
                do {
                    let frame = try HubFrame(json: JSONValue(parsing: Array(message.payload.readableBytesView)))
                    await desk.handle(frame)
                } catch {
                    // One message that we do not understand is no reason to lose the others.
                    log.warning("a message of the hub cannot be read", metadata: ["why": "\(error)"])
                }
            }
            group.cancelAll()
        }
    }

    private func write(to connection: WebSocketConnection) async {
        do {
            while !Task.isCancelled {
                switch await outgoing.next() {
                case .end: return
                case .frame(let frame): try await connection.send(.text(ByteBuffer(bytes: frame.json.bytes)))
                case .output(let session):
                    guard let piece = desk.sessions.output(of: session, atMost: Self.pieceBytes) else { continue }
                    if piece.hasMore { outgoing.mark(session) }
                    try await connection.send(.text(ByteBuffer(bytes: DaemonMessage.sessionOutput(piece.output).json.bytes)))
                }
            }
        } catch {
            // The reader learns the same from the end of the messages.
        }
    }
}
