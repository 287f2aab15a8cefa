import HTTPTypes
import HubService
import HummingbirdCore
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import WebSocket

/// Stands at the end of a new connection's pipeline until its first request shows what the connection is.
///
/// Silent and slow connections, and the end of the server, are dealt with by the handlers in front of it, as for all of HTTP.
final class FirstRequest: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// The server waits no longer for a first request.
    struct GiveUp: Sendable {}

    private let upgrades: WebSocketUpgrades
    private let kind: EventLoopPromise<HubChannel.Kind>
    private let guardian: ConnectionGuard
    /// What speaks HTTP, last first.
    private let http: [any RemovableChannelHandler]
    private let decoder: ByteToMessageHandler<HTTPRequestDecoder>
    /// A request that somebody decides on.
    private var pending: [HTTPRequestPart] = []
    private var isReadHeldBack = false

    init(
        _ upgrades: WebSocketUpgrades, _ kind: EventLoopPromise<HubChannel.Kind>, guardian: ConnectionGuard,
        http: [any RemovableChannelHandler], decoder: ByteToMessageHandler<HTTPRequestDecoder>
    ) {
        (self.upgrades, self.kind, self.guardian, self.http, self.decoder) = (upgrades, kind, guardian, http, decoder)
    }

    /// The connection has ended, if nothing is decided yet: of two outcomes a promise takes the first.
    func handlerRemoved(context: ChannelHandlerContext) { kind.succeed(.nothing) }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard event is GiveUp else { return context.triggerUserOutboundEvent(event, promise: promise) }
        context.close(promise: promise)
    }

    func read(context: ChannelHandlerContext) {
        if pending.isEmpty { context.read() } else { isReadHeldBack = true }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = unwrapInboundIn(data)
        guard pending.isEmpty else { return pending.append(part) }
        guard case .head(let request) = part, let route = upgrades.route(of: request) else { return becomeHTTP(context, [part]) }
        pending = [part]
        let address = context.channel.remoteAddress?.ipAddress ?? ""
        let channel = context.channel
        context.eventLoop.makeFutureWithTask { [upgrades] () -> Result<Caller, Problem> in
            do throws(Problem) {
                return .success(try await upgrades.caller(of: request, route.access, from: address))
            } catch {
                return .failure(error)
            }
        }.and(WebSocketHandshake.answer(to: request, on: channel)).assumeIsolated().whenComplete { [self] result in
            decided(context, request, route, result)
        }
    }

    private func decided(
        _ context: ChannelHandlerContext, _ request: HTTPRequest, _ route: WebSocketRoute,
        _ outcome: Result<(Result<Caller, Problem>, ByteBuffer), any Error>
    ) {
        let parts = pending
        pending = []
        guard context.channel.isActive, !guardian.isQuiescing else { return context.close(promise: nil) }
        let wantsRead = isReadHeldBack
        let channel = context.channel
        do {
            let (caller, answer) = try outcome.get()
            let webSocket = WebSocketRequest(request, caller: try caller.get(), wrongKeys: upgrades.wrongKeys)
            if case .end? = parts.last {
                try upgrades.admit(channel)
                becomeWebSocket(context, route, webSocket, answer)
            } else {
                becomeHTTP(context, parts)
            }
        } catch {
            refuse(context, error as? Problem ?? Problem(error))
        }
        if wantsRead { channel.read() }
    }

    /// Answers here, so that nothing is decided twice. The guard ends the connection behind the answer: of a request for another protocol
    /// it is the last.
    private func refuse(_ context: ChannelHandlerContext, _ problem: Problem) {
        let (head, body) = upgrades.answer(to: problem)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(body)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    private func becomeHTTP(_ context: ChannelHandlerContext, _ parts: [HTTPRequestPart]) {
        do {
            kind.succeed(
                .http(
                    try HubChannel.HTTP(
                        wrappingChannelSynchronously: context.channel, configuration: .init(isOutboundHalfClosureEnabled: true))))
            for part in parts { context.fireChannelRead(wrapInboundOut(part)) }
            context.fireChannelReadComplete()
            context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
        } catch {
            fail(context, error)
        }
    }

    private func becomeWebSocket(
        _ context: ChannelHandlerContext, _ route: WebSocketRoute, _ request: WebSocketRequest, _ answer: ByteBuffer
    ) {
        let (channel, pipeline) = (context.channel, context.pipeline.syncOperations)
        do {
            // A WebSocket has no half of a connection, and to TLS the option would mean a goodbye that the other side never ends.
            try channel.syncOptions?.setOption(.allowRemoteHalfClosure, value: false)
            // Past the encoder, which is about to leave.
            try pipeline.context(handlerType: HTTPResponseEncoder.self).writeAndFlush(NIOAny(answer), promise: nil)
            let connection = try WebSocketConnection.add(to: channel, as: .server, route.options)
            for handler in http { pipeline.removeHandler(handler, promise: nil) }
            // It leaves last: it hands on what it has read beyond the request.
            pipeline.removeHandler(decoder, promise: nil)
            kind.succeed(.webSocket(connection, request, route.handler))
            pipeline.removeHandler(context: context, promise: nil)
        } catch {
            fail(context, error)
        }
    }

    private func fail(_ context: ChannelHandlerContext, _ error: any Error) {
        kind.fail(error)
        context.close(promise: nil)
    }
}

@available(*, unavailable)
extension FirstRequest: Sendable {}
