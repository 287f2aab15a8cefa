import HubCore
import NIOCore
import NIOHTTP1
import NIOWebSocket

/// The handshake of a client: checks the server's answer as NIO does, and puts our own protocol into the pipeline.
struct ClientUpgrade: NIOTypedHTTPClientProtocolUpgrader {
    typealias UpgradeResult = WebSocketConnection

    let options: WebSocketOptions
    /// Makes the key, and compares the server's answer to it.
    private let base = NIOTypedWebSocketClientUpgrader<Void> { channel, _ in channel.eventLoop.makeSucceededVoidFuture() }

    init(_ options: WebSocketOptions) {
        self.options = options
    }

    var supportedProtocol: String { base.supportedProtocol }
    var requiredUpgradeHeaders: [String] { base.requiredUpgradeHeaders }
    func addCustom(upgradeRequestHeaders headers: inout HTTPHeaders) { base.addCustom(upgradeRequestHeaders: &headers) }

    func shouldAllowUpgrade(upgradeResponse response: HTTPResponseHead) -> Bool {
        // We offer no extension and no subprotocol, so there is none to be chosen.
        base.shouldAllowUpgrade(upgradeResponse: response) && !response.headers.contains(name: "Sec-WebSocket-Extensions")
            && !response.headers.contains(name: "Sec-WebSocket-Protocol")
    }

    func upgrade(channel: any NIOCore.Channel, upgradeResponse: HTTPResponseHead) -> EventLoopFuture<WebSocketConnection> {
        channel.eventLoop.makeCompletedFuture { try WebSocketConnection.add(to: channel, as: .client, options) }
    }
}

/// Remembers what happened during a handshake: NIO's upgrader tells neither the status of a refusal nor the first error.
final class HandshakeWatch: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPClientResponsePart

    struct Record: Sendable {
        var status: Int?
        var error: (any Error)?
        var hasTimedOut = false
    }

    private let record: Locked<Record>

    init(_ record: Locked<Record>) {
        self.record = record
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .head(let head) = unwrapInboundIn(data) { record.withLock { $0.status = Int(head.status.code) } }
        // Before leaving: the context of a removed handler forwards nothing.
        context.fireChannelRead(data)
        context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        record.withLock { if $0.error == nil { $0.error = error } }
        context.fireErrorCaught(error)
    }
}
