import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import WebSocket

/// A connection to the hub's port: HTTP/1.1, or a WebSocket if its first request asks for one.
struct HubChannel: ServerChildChannel, HTTPChannelHandler {
    typealias HTTP = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>

    struct Value: ServerChildChannelValue {
        let channel: any Channel
        let kind: EventLoopFuture<Kind>
    }

    /// What a connection turned out to be.
    enum Kind: Sendable {
        case http(HTTP)
        case webSocket(WebSocketConnection, WebSocketRequest, WebSocketRoute.Handler)
        /// It ended before its first request was there.
        case nothing
    }

    let responder: HTTPChannelHandler.Responder
    let limits: ConnectionLimits
    let upgrades: WebSocketUpgrades

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            var decoderLimits = NIOHTTPDecoderLimitConfiguration()
            decoderLimits.maxHeaderFieldSize = 16_384
            decoderLimits.maxHeaderListSize = 65_536
            decoderLimits.maxHeaderFieldCount = 100
            // The first buffer stays with a connection that then says little: a request's head fits into half of NIO's own choice.
            try channel.syncOptions?.setOption(
                .recvAllocator, value: AdaptiveRecvByteBufferAllocator(minimum: 64, initial: 1024, maximum: 65_536))
            let pipeline = channel.pipeline.syncOperations
            let kind = channel.eventLoop.makePromise(of: Kind.self)
            let encoder = HTTPResponseEncoder()
            // Bytes that come right behind a request for an upgrade are frames.
            let decoder = ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes, limitConfiguration: decoderLimits))
            let codec = HTTP1ToHTTPServerCodec(secure: false)
            let guardian = ConnectionGuard(limits)
            let state = HTTPConnectionStateHandler(idleTimeout: limits.idleTime, logger: logger)
            try pipeline.addHandlers([encoder, decoder, codec, guardian, state])
            try pipeline.addHandler(
                FirstRequest(
                    upgrades, kind, guardian: guardian, http: [state, guardian, codec, encoder], decoder: decoder))
            return Value(channel: channel, kind: kind.futureResult)
        }
    }

    func handle(value: Value, logger: Logger) async {
        do {
            let kind = try await withTaskCancellationHandler {
                try await value.kind.get()
            } onCancel: {
                // A connection that is in use by then knows nothing of this, and is ended by whoever uses it.
                value.channel.triggerUserOutboundEvent(FirstRequest.GiveUp(), promise: nil)
            }
            switch kind {
            case .http(let channel): await handleHTTP(asyncChannel: channel, logger: logger)
            case .webSocket(let connection, let request, let handler):
                defer { logger.debug("a WebSocket ended", metadata: ["why": "\(connection.closeInfo.map { "\($0)" } ?? "")"]) }
                try await connection.run { try await handler($0, request) }
            case .nothing: break
            }
        } catch {
            logger.debug("a connection ended", metadata: ["error": "\(error)"])
            value.channel.close(promise: nil)
        }
    }
}
