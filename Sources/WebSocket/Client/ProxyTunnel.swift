import NIOCore

/// Asks a proxy for a tunnel, and leaves the pipeline when it stands.
final class ProxyTunnel: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private static let longestHead = 16_384
    private let request: String
    private let opened: EventLoopPromise<Void>
    private var answer = ByteBuffer()

    init(to endpoint: WebSocketEndpoint, over proxy: WebSocketProxy, _ opened: EventLoopPromise<Void>) {
        var request = "CONNECT \(endpoint.hostWithPort) HTTP/1.1\r\nHost: \(endpoint.hostWithPort)\r\n"
        if let authorization = proxy.authorization { request += "Proxy-Authorization: \(authorization)\r\n" }
        (self.request, self.opened) = (request + "\r\n", opened)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: request)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        answer.writeImmutableBuffer(unwrapInboundIn(data))
        let bytes = answer.readableBytesView
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else {
            if bytes.count > Self.longestHead { opened.fail(WebSocketClientError.proxyRefused(status: nil)) }
            return
        }
        let line = String(decoding: bytes.prefix { $0 != 0x0D }, as: UTF8.self).split(separator: " ")
        guard line.count >= 2, line[0].hasPrefix("HTTP/1."), let status = Int(line[1]) else {
            return opened.fail(WebSocketClientError.proxyRefused(status: nil))
        }
        // Who is asked speaks second: bytes behind the head can be none of the server's.
        guard (200...299).contains(status), end.upperBound == bytes.endIndex else {
            return opened.fail(WebSocketClientError.proxyRefused(status: status))
        }
        let opened = opened
        context.pipeline.syncOperations.removeHandler(context: context).assumeIsolated().whenComplete { _ in opened.succeed() }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { opened.fail(error) }
    func handlerRemoved(context: ChannelHandlerContext) {
        if !context.channel.isActive { opened.fail(WebSocketClientError.proxyRefused(status: nil)) }
    }
}
