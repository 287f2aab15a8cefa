import NIOCore
import NIOWebSocket

/// What the owner of a connection asks of its handler.
struct CloseOrder: Sendable {
    var frame: CloseFrame
    /// The peer has a second at most.
    var isUrgent = false
}

/// All that RFC 6455 asks of an endpoint beyond framing, for both roles, on the channel's event loop: masks, reserved bits, fragments,
/// UTF-8, pings, the closing handshake, and the end of the server.
///
/// Below it are frames coming in and bytes going out; above it are messages going out. What comes in goes to the inbox.
final class WebSocketHandler: ChannelDuplexHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundIn = WebSocketMessage
    typealias OutboundOut = ByteBuffer

    private enum State {
        case open
        /// A close frame is on its way, or has come: no message is sent or taken any more.
        case closing
        case closed
    }

    private let role: WebSocketRole
    private let options: WebSocketOptions
    private let inbox: Inbox
    private var assembly: MessageAssembly
    private var keepalive: Keepalive
    private var state = State.open
    private var isPaused = false
    /// The last ping that could not be answered, because the peer takes nothing.
    private var unansweredPing: ByteBuffer?
    private var deadline: Scheduled<Void>?

    init(_ role: WebSocketRole, _ options: WebSocketOptions, _ inbox: Inbox) {
        (self.role, self.options, self.inbox) = (role, options, inbox)
        (assembly, keepalive) = (MessageAssembly(options), Keepalive(options))
    }

    func handlerAdded(context: ChannelHandlerContext) {
        keepalive.start(on: context.eventLoop) { [self] in ping(context) }
    }

    func handlerRemoved(context: ChannelHandlerContext) { end() }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    private func end() {
        state = .closed
        keepalive.stop()
        deadline?.cancel()
        inbox.finish(WebSocketClosure(code: WebSocketCloseCode.abnormal, reason: "", origin: .network))
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is ChannelShouldQuiesceEvent:
            startClosing(context, CloseFrame(code: WebSocketCloseCode.goingAway, reason: "the server stops"))
        // The peer sends nothing any more: no handshake can be agreed on.
        case ChannelEvent.inputClosed: context.close(promise: nil)
        default: break
        }
        context.fireUserInboundEventTriggered(event)
    }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard let order = event as? CloseOrder else { return context.triggerUserOutboundEvent(event, promise: promise) }
        startClosing(context, order.frame)
        if order.isUrgent, state == .closing {
            deadline?.cancel()
            arm(context, min(.seconds(1), options.closeTimeout))
        }
        promise?.succeed()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case NIOWebSocketError.invalidFrameLength: hangUp(context, .tooBig)
        case is NIOWebSocketError: hangUp(context, .malformed("a malformed control frame"))
        // What comes after the decoder gave up is not looked at; the hanging up is under way.
        case is ByteToMessageDecoderError where state != .open: break
        default: context.close(promise: nil)
        }
    }

    // MARK: - From the peer

    func read(context: ChannelHandlerContext) {
        isPaused = state == .open && inbox.holdsReads()
        if isPaused { keepalive.paused() } else { context.read() }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        // Part of a large frame is a sign of life too.
        keepalive.heard()
        context.fireChannelReadComplete()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard state != .closed else { return }
        do throws(ProtocolViolation) {
            let frame = unwrapInboundIn(data)
            guard (frame.maskKey != nil) == (role == .server) else { throw .malformed("a wrong use of masks") }
            guard !frame.rsv1, !frame.rsv2, !frame.rsv3 else { throw .malformed("reserved bits are set") }
            var payload = frame.data
            if let key = frame.maskKey { payload.applyMask(key.number, from: payload.readerIndex) }
            try take(frame.opcode, payload, isLast: frame.fin, context)
        } catch {
            hangUp(context, error)
        }
    }

    private func take(
        _ opcode: WebSocketOpcode, _ payload: ByteBuffer, isLast: Bool, _ context: ChannelHandlerContext
    ) throws(ProtocolViolation) {
        switch opcode {
        case .connectionClose: try takeClose(CloseFrame(reading: payload), context)
        case .ping: answer(payload, context)
        case .pong: break
        case .text, .binary:
            guard state == .open else { return }
            if let message = try assembly.begin(isText: opcode == .text, payload, isLast: isLast) { inbox.put(message) }
        case .continuation:
            guard state == .open else { return }
            if let message = try assembly.continue(with: payload, isLast: isLast) { inbox.put(message) }
        default: throw .malformed("an unknown kind of frame")
        }
    }

    /// RFC 6455, section 5.5.3: of several pings only the last needs an answer, so a peer that takes none piles none up.
    private func answer(_ ping: ByteBuffer, _ context: ChannelHandlerContext) {
        guard state == .open else { return }
        guard context.channel.isWritable else { return unansweredPing = ping }
        send(context, .pong, ping)
        context.flush()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable, let ping = unansweredPing {
            unansweredPing = nil
            answer(ping, context)
        }
        context.fireChannelWritabilityChanged()
    }

    // MARK: - To the peer

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard state == .open else {
            promise?.fail(WebSocketConnection.Closed())
            return
        }
        switch unwrapOutboundIn(data) {
        case .text(let payload): send(context, .text, payload, promise)
        case .binary(let payload): send(context, .binary, payload, promise)
        }
    }

    private func send(
        _ context: ChannelHandlerContext, _ opcode: WebSocketOpcode, _ payload: ByteBuffer, _ promise: EventLoopPromise<Void>? = nil
    ) {
        let buffers = FrameWriting.frame(opcode, payload, mask: role == .client ? .random(in: .min ... .max) : nil)
        for (index, buffer) in buffers.enumerated() {
            context.write(wrapOutboundOut(buffer), promise: index == buffers.count - 1 ? promise : nil)
        }
    }

    private func ping(_ context: ChannelHandlerContext) {
        guard state == .open else { return }
        let flushed = context.eventLoop.makePromise(of: Void.self)
        flushed.futureResult.assumeIsolated().whenSuccess { [self] in keepalive.pingLeft() }
        keepalive.pinged(isPaused: isPaused) { [self] in
            hangUp(context, ProtocolViolation(code: WebSocketCloseCode.internalError, reason: "no answer to a ping"))
        }
        send(context, .ping, ByteBuffer(), flushed)
        context.flush()
    }

    // MARK: - The closing handshake (RFC 6455, section 7)

    private func takeClose(_ frame: CloseFrame, _ context: ChannelHandlerContext) {
        let isAnswer = state == .closing
        if !isAnswer {
            enterClosing(WebSocketClosure(code: frame.code, reason: frame.reason, origin: .peer))
            arm(context, options.closeTimeout)
            let answered = context.eventLoop.makePromise(of: Void.self)
            send(context, .connectionClose, CloseFrame(code: frame.code, reason: "").payload, answered)
            // The server ends the TCP connection; a client waits for that (section 7.1.1), but not for ever.
            if role == .server { answered.futureResult.assumeIsolated().whenComplete { _ in context.close(promise: nil) } }
            context.flush()
        } else if role == .server {
            context.close(promise: nil)
        }
    }

    private func startClosing(_ context: ChannelHandlerContext, _ frame: CloseFrame, then sent: EventLoopPromise<Void>? = nil) {
        guard state == .open else { return }
        enterClosing(WebSocketClosure(code: frame.code, reason: frame.reason, origin: .local))
        arm(context, options.closeTimeout)
        send(context, .connectionClose, frame.payload, sent)
        context.flush()
        // The peer's answer must be read, even if the consumer had paused.
        if isPaused { context.channel.read() }
    }

    /// Tells the peer what it did wrong, and ends this direction. What still comes is thrown away: to close a socket with unread bytes
    /// would reset the connection, and the peer might never see the reason.
    private func hangUp(_ context: ChannelHandlerContext, _ violation: ProtocolViolation) {
        guard state == .open else {
            if state == .closing { context.close(promise: nil) }
            return
        }
        let sent = context.eventLoop.makePromise(of: Void.self)
        sent.futureResult.assumeIsolated().whenComplete { _ in context.close(mode: .output, promise: nil) }
        startClosing(context, CloseFrame(code: violation.code, reason: violation.reason), then: sent)
    }

    private func enterClosing(_ closure: WebSocketClosure) {
        state = .closing
        keepalive.stop()
        unansweredPing = nil
        inbox.finish(closure)
    }

    private func arm(_ context: ChannelHandlerContext, _ time: Duration) {
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(time)) { context.close(promise: nil) }
    }
}

@available(*, unavailable)
extension WebSocketHandler: Sendable {}
