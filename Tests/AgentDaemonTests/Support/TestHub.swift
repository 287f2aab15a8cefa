import Foundation
import HubCore
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket
import Testing
import WebSocket
import WireProtocol

/// A hub of a few lines that speaks the agent protocol: it writes down what comes, and says what a test tells it to.
final class TestHub: Sendable {
    struct Request: Sendable {
        let method: String
        let path: String
        let key: String?
        let body: [UInt8]
    }

    typealias Answer = (status: Int, body: [UInt8])

    private struct State {
        var features: Set<ClientFeature>
        var credit: Int64
        var resumeFrom: Int64 = 0
        var connection: WebSocketConnection?
        var connections = 0
        var frames: [DaemonFrame] = []
        var requests: [Request] = []
        var output: [String: [UInt8]] = [:]
        var offsets: [String: [Int64?]] = [:]
        var storesReports = true
    }

    private let state: Locked<State>
    private let listener: any NIOCore.Channel
    private let answer: @Sendable (Request) -> Answer?
    var url: String { "http://127.0.0.1:\(listener.localAddress?.port ?? 0)" }

    static let allFeatures = Set(ClientFeature.allCases)

    private init(_ state: Locked<State>, _ listener: any NIOCore.Channel, _ answer: @escaping @Sendable (Request) -> Answer?) {
        (self.state, self.listener, self.answer) = (state, listener, answer)
    }

    static func serve<Value>(
        features: Set<ClientFeature> = allFeatures, credit: Int64 = 1 << 30,
        answer: @escaping @Sendable (Request) -> Answer? = { _ in nil }, _ body: (TestHub) async throws -> Value
    ) async throws -> Value {
        let state = Locked(State(features: features, credit: credit))
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                let upgrader = HubUpgrader { connection in
                    Task { await Self.talk(connection, state) }
                }
                let requests = RequestHandler { request in
                    state.withLock { $0.requests.append(request) }
                    return answer(request) ?? (200, Array("[]".utf8))
                }
                return channel.pipeline.configureHTTPServerPipeline(
                    withServerUpgrade: (
                        upgraders: [upgrader],
                        completionHandler: { context in _ = context.pipeline.syncOperations.removeHandler(requests) }
                    )
                ).flatMap { channel.pipeline.addHandler(requests) }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        defer { listener.close(promise: nil) }
        return try await body(TestHub(state, listener, answer))
    }

    private static func talk(_ connection: WebSocketConnection, _ state: Locked<State>) async {
        guard let first = await connection.receive(), case .auth? = try? DaemonMessage(json: json(first)) else { return }
        let welcome = state.withLock { state in
            Welcome(
                server: "server", features: state.features, resumeFrom: state.resumeFrom,
                initialCredit: state.features.contains(.credit) ? state.credit : 0)
        }
        try? await connection.send(.text(ByteBuffer(bytes: HubMessage.authOK(welcome).json.bytes)))
        // From here on a test may say something: whatever a daemon hears before it is welcomed, it takes for no hub's.
        state.withLock { state in
            state.connection = connection
            state.connections += 1
        }
        for await message in connection.messages {
            guard let value = try? json(message), let frame = try? DaemonFrame(json: value) else { continue }
            let confirmed = state.withLock { state -> Int64? in
                state.frames.append(frame)
                if case .sessionOutput(let output) = frame.message {
                    state.output[output.session, default: []] += output.bytes
                    state.offsets[output.session, default: []].append(output.offset)
                }
                guard state.storesReports, let number = frame.reportNumber else { return nil }
                state.resumeFrom = max(state.resumeFrom, number)
                return number
            }
            if let confirmed {
                try? await connection.send(.text(ByteBuffer(bytes: HubMessage.reportsStored(number: confirmed).json.bytes)))
            }
        }
    }

    private static func json(_ message: WebSocketMessage) throws -> JSONValue {
        try JSONValue(parsing: Array(message.payload.readableBytesView))
    }

    var frames: [DaemonFrame] { state.withLock { $0.frames } }
    var messages: [DaemonMessage] { frames.map(\.message) }
    var requests: [Request] { state.withLock { $0.requests } }
    var connections: Int { state.withLock { $0.connections } }
    func output(_ session: String) -> String {
        String(decoding: state.withLock { $0.output[session] ?? [] }.filter { $0 != 13 }, as: UTF8.self)
    }
    func outputBytes(_ session: String) -> Int { state.withLock { $0.output[session]?.count ?? 0 } }
    func offsets(_ session: String) -> [Int64?] { state.withLock { $0.offsets[session] ?? [] } }
    func forgetOutput(_ session: String) {
        state.withLock { state in
            state.output[session] = nil
            state.offsets[session] = nil
        }
    }
    func storesReports(_ value: Bool) { state.withLock { $0.storesReports = value } }

    func send(_ message: HubMessage, id: String? = nil) async throws {
        guard let connection = state.withLock({ $0.connection }) else { throw CancellationError() }
        try await connection.send(.text(ByteBuffer(bytes: HubFrame(message, messageID: id).json.bytes)))
    }

    func type(_ text: String, into session: String) async throws {
        try await send(.sessionInput(session: session, bytes: Array(text.utf8)))
    }

    /// Breaks the connection without a word.
    func cut() async {
        let connection = state.withLock { state in
            defer { state.connection = nil }
            return state.connection
        }
        await connection?.close(code: WebSocketCloseCode.goingAway, reason: "")
    }

    func waitForConnection(_ number: Int = 1) async -> Bool { await eventually { self.connections >= number } }

    /// The first message for which `pick` has an answer, once it is there.
    func first<Value>(_ pick: @escaping (DaemonMessage) -> Value?) async -> Value? {
        _ = await eventually { self.messages.contains { pick($0) != nil } }
        return messages.lazy.compactMap(pick).first
    }

    /// Whether the session prints `text`; where it does not, what is known of it is said.
    func waitForOutput(_ text: String, of session: String, sourceLocation: SourceLocation = #_sourceLocation) async -> Bool {
        if await eventually({ self.output(session).contains(text) }) { return true }
        let story = messages.compactMap { message in
            switch message {
            case .sessionStarted(let report) where report.session == session: "\(report)"
            case .sessionError(session, _), .sessionClosed(session, _): "\(message)"
            default: nil
            }
        }
        Issue.record("\(story), output: \(output(session).suffix(2000))", sourceLocation: sourceLocation)
        return false
    }

    func closed(_ session: String) async -> Int?? {
        await first { if case .sessionClosed(session, let code) = $0 { .some(code) } else { nil } }
    }

    func started(_ session: String) async -> SessionStarted? {
        await first { if case .sessionStarted(let report) = $0, report.session == session { report } else { nil } }
    }

    func refusal(_ session: String) async -> String? {
        await first { if case .sessionError(session, let error) = $0 { error } else { nil } }
    }
}

private struct HubUpgrader: HTTPServerProtocolUpgrader {
    let opened: @Sendable (WebSocketConnection) -> Void
    private let base = NIOWebSocketServerUpgrader { channel, _ in
        channel.eventLoop.makeSucceededFuture([:])
    } upgradePipelineHandler: { channel, _ in
        channel.eventLoop.makeSucceededVoidFuture()
    }

    init(opened: @escaping @Sendable (WebSocketConnection) -> Void) { self.opened = opened }

    var supportedProtocol: String { base.supportedProtocol }
    var requiredUpgradeHeaders: [String] { [] }

    func buildUpgradeResponse(
        channel: any NIOCore.Channel, upgradeRequest: HTTPRequestHead, initialResponseHeaders: HTTPHeaders
    ) -> EventLoopFuture<HTTPHeaders> {
        base.buildUpgradeResponse(channel: channel, upgradeRequest: upgradeRequest, initialResponseHeaders: initialResponseHeaders)
    }

    func upgrade(context: ChannelHandlerContext, upgradeRequest: HTTPRequestHead) -> EventLoopFuture<Void> {
        let channel = context.channel
        return channel.eventLoop.makeCompletedFuture { [opened] in
            opened(try WebSocketConnection.add(to: channel, as: .server, .server))
        }
    }
}

/// `@unchecked Sendable`: NIO calls it on its channel's event loop alone.
private final class RequestHandler: ChannelInboundHandler, RemovableChannelHandler, @unchecked Sendable {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let answer: @Sendable (TestHub.Request) -> TestHub.Answer
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []

    init(_ answer: @escaping @Sendable (TestHub.Request) -> TestHub.Answer) { self.answer = answer }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): (self.head, body) = (head, [])
        case .body(let part): body += part.readableBytesView
        case .end:
            guard let head else { return }
            let (status, bytes) = answer(
                TestHub.Request(method: head.method.rawValue, path: head.uri, key: head.headers.first(name: "X-API-Key"), body: body))
            let fields: HTTPHeaders = ["content-length": String(bytes.count), "content-type": "application/json"]
            let response = HTTPResponseHead(version: .http1_1, status: .init(statusCode: status), headers: fields)
            context.write(wrapOutboundOut(.head(response)), promise: nil)
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: bytes)))), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
    }
}
