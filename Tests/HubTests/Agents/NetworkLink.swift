import HubCore
import NIOCore
import NIOPosix

/// The network between machines and a hub: a port that stays the same wherever the hub is, and that can be cut at any byte.
final class NetworkLink: Sendable {
    private struct State {
        var target: Int?
        var channels: [ObjectIdentifier: any NIOCore.Channel] = [:]
        /// Bytes towards the hub that still get through.
        var budget: Int?
        var cuts = 0
    }

    private let state = Locked(State())
    private let listener = Locked<(any NIOCore.Channel)?>(nil)

    static func open() async throws -> NetworkLink {
        let link = NetworkLink()
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { link.join($0) }
            .bind(host: "127.0.0.1", port: 0).get()
        link.listener.withLock { $0 = listener }
        return link
    }

    var url: String { "http://127.0.0.1:\(listener.withLock { $0?.localAddress?.port } ?? 0)" }

    /// How often ``cut(after:)`` has struck.
    var cuts: Int { state.withLock { $0.cuts } }

    /// Carries connections to this port from now on; `nil`: they are refused.
    func lead(to port: Int?) { state.withLock { $0.target = port } }

    /// Ends all connections.
    func cut() {
        let channels = state.withLock { state in
            defer { state.channels = [:] }
            return state.channels.values.map { $0 }
        }
        for channel in channels { channel.close(promise: nil) }
    }

    /// Lets so many bytes through towards the hub, then drops what follows and ends all connections: most likely within a frame.
    func cut(after bytes: Int) { state.withLock { $0.budget = bytes } }

    func close() {
        listener.withLock { $0 }?.close(promise: nil)
        cut()
    }

    private func join(_ near: any NIOCore.Channel) -> EventLoopFuture<Void> {
        guard let port = state.withLock({ $0.target }) else { return near.close() }
        return ClientBootstrap(group: near.eventLoop)
            .channelOption(.autoRead, value: false)
            .connect(host: "127.0.0.1", port: port)
            .flatMap { far in
                self.state.withLock { state in
                    for channel in [near, far] { state.channels[ObjectIdentifier(channel)] = channel }
                }
                return near.pipeline.addHandler(Pipe(to: far, over: self, isTowardsHub: true))
                    .and(far.pipeline.addHandler(Pipe(to: near, over: self, isTowardsHub: false)))
                    .flatMap { _, _ in near.setOption(.autoRead, value: true) }
                    .flatMap { far.setOption(.autoRead, value: true) }
            }
    }

    private func forget(_ channel: any NIOCore.Channel) { state.withLock { $0.channels[ObjectIdentifier(channel)] = nil } }

    /// - Returns: how many bytes get through, and whether the connection ends behind them.
    private func pass(_ count: Int) -> (bytes: Int, isCut: Bool) {
        state.withLock { state in
            guard let budget = state.budget else { return (count, false) }
            guard count > budget else {
                state.budget = budget - count
                return (count, false)
            }
            state.budget = nil
            state.cuts += 1
            return (budget, true)
        }
    }

    private final class Pipe: ChannelInboundHandler, Sendable {
        typealias InboundIn = ByteBuffer
        private let other: any NIOCore.Channel
        private let link: NetworkLink
        private let isTowardsHub: Bool

        init(to other: any NIOCore.Channel, over link: NetworkLink, isTowardsHub: Bool) {
            (self.other, self.link, self.isTowardsHub) = (other, link, isTowardsHub)
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            var bytes = unwrapInboundIn(data)
            guard isTowardsHub else { return other.writeAndFlush(bytes, promise: nil) }
            let (count, isCut) = link.pass(bytes.readableBytes)
            let written = other.writeAndFlush(bytes.readSlice(length: count) ?? ByteBuffer())
            if isCut { written.whenComplete { [link] _ in link.cut() } }
        }

        func channelInactive(context: ChannelHandlerContext) {
            link.forget(context.channel)
            // Behind what was written before.
            other.writeAndFlush(ByteBuffer()).whenComplete { [other] _ in other.close(promise: nil) }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}
