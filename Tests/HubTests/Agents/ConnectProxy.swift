import Foundation
import HubCore
import NIOCore
import NIOPosix

import class HubCore.Locked

/// An HTTP proxy that makes tunnels (RFC 9110, section 9.3.6) for who has its password, and knows the way to one place.
final class ConnectProxy: Sendable {
    private struct State {
        /// What was asked for and granted: `host:port`.
        var tunnels: [String] = []
        var refusals = 0
        var channels: [any NIOCore.Channel] = []
    }

    private let place: String
    private let port: Int
    private let user: String
    private let state = Locked(State())
    private let listener = Locked<(any NIOCore.Channel)?>(nil)

    private init(_ place: String, _ port: Int, _ user: String) {
        (self.place, self.port, self.user) = (place, port, user)
    }

    /// - Parameters:
    ///   - place: `host:port` as clients ask for it.
    ///   - port: where it really is, on loopback.
    ///   - user: `name:password`.
    static func open(to place: String, at port: Int, user: String) async throws -> ConnectProxy {
        let proxy = ConnectProxy(place, port, user)
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                proxy.state.withLock { $0.channels.append(channel) }
                return channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Asked(proxy)) }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        proxy.listener.withLock { $0 = listener }
        return proxy
    }

    /// Without the user.
    var authority: String { "127.0.0.1:\(listener.withLock { $0?.localAddress?.port } ?? 0)" }
    var tunnels: [String] { state.withLock { $0.tunnels } }
    var refusals: Int { state.withLock { $0.refusals } }

    func close() {
        listener.withLock { $0 }?.close(promise: nil)
        for channel in state.withLock({ $0.channels }) { channel.close(promise: nil) }
    }

    /// - Returns: the status line, and whether it is a tunnel.
    private func answer(_ head: String) -> (String, isTunnel: Bool) {
        let lines = head.split(separator: "\r\n")
        let words = (lines.first ?? "").split(separator: " ")
        guard words.count == 3, words[0] == "CONNECT" else { return ("405 Method Not Allowed", false) }
        let credentials = "Basic " + Data(user.utf8).base64EncodedString()
        let given = lines.first { $0.lowercased().hasPrefix("proxy-authorization:") }?.split(separator: ":", maxSplits: 1).last
        return state.withLock { state in
            guard let given, given.trimmingCharacters(in: .whitespaces) == credentials else {
                state.refusals += 1
                return ("407 Proxy Authentication Required", false)
            }
            guard words[1] == place else { return ("502 Bad Gateway", false) }
            state.tunnels.append(String(words[1]))
            return ("200 Connection established", true)
        }
    }

    private final class Asked: ChannelInboundHandler, RemovableChannelHandler {
        typealias InboundIn = ByteBuffer
        private let proxy: ConnectProxy
        private var head = ByteBuffer()

        init(_ proxy: ConnectProxy) {
            self.proxy = proxy
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            head.writeImmutableBuffer(unwrapInboundIn(data))
            let text = String(buffer: head)
            guard text.hasSuffix("\r\n\r\n") else { return }
            let (status, isTunnel) = proxy.answer(text)
            let near = context.channel
            let answer = ByteBuffer(string: "HTTP/1.1 \(status)\r\n\(isTunnel ? "" : "Content-Length: 0\r\nConnection: close\r\n")\r\n")
            guard isTunnel else {
                return near.writeAndFlush(answer).whenComplete { _ in near.close(promise: nil) }
            }
            // Nothing is read until both ends are joined.
            near.setOption(.autoRead, value: false).whenComplete { _ in }
            context.pipeline.syncOperations.removeHandler(self, promise: nil)
            ClientBootstrap(group: near.eventLoop).channelOption(.autoRead, value: false).connect(host: "127.0.0.1", port: proxy.port)
                .flatMap { far in
                    near.pipeline.addHandler(Passing(to: far)).and(far.pipeline.addHandler(Passing(to: near))).flatMap { _, _ in
                        near.writeAndFlush(answer)
                    }.flatMap { near.setOption(.autoRead, value: true) }.flatMap { far.setOption(.autoRead, value: true) }
                }
                .whenFailure { _ in near.close(promise: nil) }
        }
    }

    private final class Passing: ChannelInboundHandler, Sendable {
        typealias InboundIn = ByteBuffer
        private let other: any NIOCore.Channel

        init(to other: any NIOCore.Channel) {
            self.other = other
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) { other.writeAndFlush(unwrapInboundIn(data), promise: nil) }
        func channelInactive(context: ChannelHandlerContext) {
            other.writeAndFlush(ByteBuffer()).whenComplete { [other] _ in other.close(promise: nil) }
        }
        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}
