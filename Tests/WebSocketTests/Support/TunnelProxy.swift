import HubCore
import NIOCore
import NIOPosix

/// An HTTP proxy that takes `CONNECT` and connects to one port of this machine, whatever name is asked for.
final class TunnelProxy: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer
    private let port: Int
    private let upstream = Locked<(any NIOCore.Channel)?>(nil)
    /// The heads of the requests.
    let requests: Locked<[String]>

    init(to port: Int, _ requests: Locked<[String]>) {
        (self.port, self.requests) = (port, requests)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        if let upstream = upstream.withLock({ $0 }) { return upstream.writeAndFlush(bytes, promise: nil) }
        requests.withLock { $0.append(String(buffer: bytes)) }
        let client = context.channel
        ClientBootstrap(group: context.eventLoop)
            .channelInitializer { $0.pipeline.addHandler(Back(to: client)) }
            .connect(host: "127.0.0.1", port: port)
            .whenSuccess { [upstream] channel in
                upstream.withLock { $0 = channel }
                client.writeAndFlush(ByteBuffer(string: "HTTP/1.1 200 Connection established\r\nX-Proxy: yes\r\n\r\n"), promise: nil)
            }
    }

    func channelInactive(context: ChannelHandlerContext) { upstream.withLock { $0 }?.close(promise: nil) }

    private final class Back: ChannelInboundHandler, Sendable {
        typealias InboundIn = ByteBuffer
        let client: any NIOCore.Channel
        init(to client: any NIOCore.Channel) { self.client = client }
        func channelRead(context: ChannelHandlerContext, data: NIOAny) { client.writeAndFlush(unwrapInboundIn(data), promise: nil) }
        func channelInactive(context: ChannelHandlerContext) { client.close(promise: nil) }
    }
}
