import HubCore
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket

@testable import WebSocket

/// A WebSocket server on a port of the kernel's choice.
struct TestServer: Sendable {
    private let listener: any NIOCore.Channel
    let endpoint: WebSocketEndpoint
    var port: Int { endpoint.port }

    /// Serves for the time of `body`.
    ///
    /// - Parameter greeting: bytes that are sent in one piece with the answer to the handshake.
    @discardableResult static func serve<Value>(
        options: WebSocketOptions = .server, greeting: [UInt8] = [],
        _ handler: @escaping @Sendable (WebSocketConnection) async throws -> Void,
        _ body: (TestServer) async throws -> Value
    ) async throws -> Value {
        let tasks = Locked([Task<Void, any Error>]())
        let upgrader = Upgrader(options: options, greeting: greeting) { connection in
            let task = Task { try await connection.run(handler) }
            tasks.withLock { $0.append(task) }
        }
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.pipeline.configureHTTPServerPipeline(
                    withServerUpgrade: (upgraders: [upgrader], completionHandler: { _ in }))
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let port = listener.localAddress?.port ?? 0
        defer {
            for task in tasks.withLock({ $0 }) { task.cancel() }
            listener.close(promise: nil)
        }
        guard let endpoint = WebSocketEndpoint(hub: "http://127.0.0.1:\(port)", path: "/ws") else { throw ChannelError.unknownLocalAddress }
        return try await body(TestServer(listener: listener, endpoint: endpoint))
    }
}

private struct Upgrader: HTTPServerProtocolUpgrader {
    let options: WebSocketOptions
    let greeting: [UInt8]
    let opened: @Sendable (WebSocketConnection) -> Void
    private let base = NIOWebSocketServerUpgrader { channel, _ in
        channel.eventLoop.makeSucceededFuture([:])
    } upgradePipelineHandler: { channel, _ in
        channel.eventLoop.makeSucceededVoidFuture()
    }

    init(options: WebSocketOptions, greeting: [UInt8], opened: @escaping @Sendable (WebSocketConnection) -> Void) {
        (self.options, self.greeting, self.opened) = (options, greeting, opened)
    }

    var supportedProtocol: String { base.supportedProtocol }
    var requiredUpgradeHeaders: [String] { [] }

    func buildUpgradeResponse(
        channel: any NIOCore.Channel, upgradeRequest: HTTPRequestHead, initialResponseHeaders: HTTPHeaders
    ) -> EventLoopFuture<HTTPHeaders> {
        base.buildUpgradeResponse(channel: channel, upgradeRequest: upgradeRequest, initialResponseHeaders: initialResponseHeaders)
    }

    func upgrade(context: ChannelHandlerContext, upgradeRequest: HTTPRequestHead) -> EventLoopFuture<Void> {
        let channel = context.channel
        return channel.eventLoop.makeCompletedFuture { [options, greeting, opened] in
            if !greeting.isEmpty { context.writeAndFlush(NIOAny(ByteBuffer(bytes: greeting)), promise: nil) }
            opened(try WebSocketConnection.add(to: channel, as: .server, options))
        }
    }
}

/// A listener that runs one handler per connection.
struct TestListener: Sendable {
    let port: Int

    @discardableResult static func serve<Value>(
        _ handler: @escaping @Sendable () -> any ChannelHandler & Sendable, _ body: (TestListener) async throws -> Value
    ) async throws -> Value {
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { $0.pipeline.addHandler(handler()) }
            .bind(host: "127.0.0.1", port: 0).get()
        defer { listener.close(promise: nil) }
        return try await body(TestListener(port: listener.localAddress?.port ?? 0))
    }
}

/// Answers the first bytes that come with fixed ones, or with nothing.
final class CannedAnswer: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer
    let answer: String

    init(_ answer: String) { self.answer = answer }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !answer.isEmpty else { return }
        context.writeAndFlush(NIOAny(ByteBuffer(string: answer)), promise: nil)
    }
}
