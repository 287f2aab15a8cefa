import HTTPTypes
import HubService
import NIOCore
import NIOHTTPTypes

/// Keeps one connection within its limits: a body must arrive in time, a malformed request is answered in the hub's one error shape,
/// and an answer with `Connection: close` ends the connection once the rest of the request has been thrown away.
///
/// It stands between the HTTP codec and the handler of idle connections.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let limits: ConnectionLimits
    private var deadline: Scheduled<Void>?
    /// Requests whose answer is not written.
    private var unanswered = 0
    private var isReadingBody = false
    private var bodyTime = Duration.zero
    private var isBroken = false
    private var closesAfterAnswer = false
    /// The decoder reads nothing behind a request for another protocol, granted or not.
    private var isLastRequest = false
    /// The server stops.
    private(set) var isQuiescing = false
    /// Bytes that came after an answer that ends the connection.
    private var wasted = 0

    init(_ limits: ConnectionLimits) {
        self.limits = limits
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isBroken else { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            guard !closesAfterAnswer else { return end(context) }
            unanswered += 1
            isReadingBody = true
            let length = min(head.headerFields[.contentLength].flatMap { Int($0) } ?? 0, limits.maximumUpload)
            bodyTime = limits.bodyTime + .seconds(max(0, length) / limits.slowestUpload)
            isLastRequest = head.method == .connect || head.headerFields.isUpgrade()
            answerExpectation(of: head, context)
        case .body(let bytes):
            guard closesAfterAnswer, unanswered == 0 else { break }
            wasted += bytes.readableBytes
            if wasted > 4 * limits.maximumBody { return end(context) }
        case .end:
            isReadingBody = false
            deadline?.cancel()
            deadline = nil
            if closesAfterAnswer, unanswered == 0 { return end(context) }
        }
        context.fireChannelRead(data)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if isReadingBody, deadline == nil, !isBroken {
            let bound = NIOLoopBound((guardian: self, context: context), eventLoop: context.eventLoop)
            deadline = context.eventLoop.scheduleTask(in: TimeAmount(bodyTime)) {
                bound.value.guardian.end(bound.value.context)
            }
        }
        context.fireChannelReadComplete()
    }

    /// `Expect: 100-continue` (RFC 9110, section 10.1.1): the client waits for a word before it sends a body that would be taken.
    private func answerExpectation(of head: HTTPRequest, _ context: ChannelHandlerContext) {
        guard head.headerFields[.expect]?.lowercased() == "100-continue", unanswered == 1 else { return }
        if let length = head.headerFields[.contentLength], Int(length) ?? .max > limits.maximumUpload { return }
        context.writeAndFlush(wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        var isLast = false
        var data = data
        switch unwrapOutboundIn(data) {
        case .head(var head):
            if isLastRequest, unanswered == 1 {
                head.headerFields[.connection] = "close"
                data = wrapOutboundOut(.head(head))
            }
            if head.headerFields[.connection] == "close" { closesAfterAnswer = true }
        case .body: break
        case .end:
            unanswered -= 1
            // What came behind the request that ends the connection is not answered. Its own body may still be under way: a client
            // that is cut off while it sends would not read the answer.
            isLast = closesAfterAnswer && (unanswered > 0 || !isReadingBody)
        }
        context.write(data, promise: promise)
        if isLast {
            context.flush()
            end(context)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent { isQuiescing = true }
        context.fireUserInboundEventTriggered(event)
    }

    /// The codec could not read a request.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard !isBroken else { return }
        isBroken = true
        guard unanswered == 0, !(error is IOError), !(error is ChannelError) else { return end(context) }
        let reply = Problem(400, "this is not a well-formed HTTP/1.1 request", headers: [.connection: "close"]).reply
        context.write(wrapOutboundOut(.head(reply.head(at: DateText().text(at: SystemClock().now())))), promise: nil)
        context.write(wrapOutboundOut(.body(ByteBuffer(bytes: reply.bytes))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        end(context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        deadline?.cancel()
    }

    private func end(_ context: ChannelHandlerContext) {
        isBroken = true
        deadline?.cancel()
        deadline = nil
        context.close(promise: nil)
    }
}
