import NIOCore

/// An open WebSocket, of either role: whole messages in, whole messages out.
///
/// Whoever does not consume ``messages`` stops the peer, after a bounded number of bytes, by not reading from the socket.
package final class WebSocketConnection: Sendable {
    /// Nothing can be sent any more: one of the two ends has closed the connection, or it broke.
    package struct Closed: Error, CustomStringConvertible {
        package var description: String { "the WebSocket is closed" }
    }

    /// The peer's IP address, empty where it has none.
    package let remoteAddress: String
    private let channel: any Channel
    private let inbox: Inbox

    private init(_ channel: any Channel, _ inbox: Inbox) {
        (self.channel, self.inbox) = (channel, inbox)
        remoteAddress = channel.remoteAddress?.ipAddress ?? ""
    }

    /// Puts the protocol at the end of a channel's pipeline, behind nothing but TLS. To be called on the channel's event loop.
    package static func add(to channel: any Channel, as role: WebSocketRole, _ options: WebSocketOptions) throws -> WebSocketConnection {
        let inbox = Inbox(limit: options.unreadBytes)
        let pipeline = channel.pipeline.syncOperations
        let decoder = FrameDecoder(limit: options.maximumMessage)
        try pipeline.addHandler(ByteToMessageHandler(decoder))
        try pipeline.addHandler(WebSocketHandler(role, options, inbox, decoder))
        return WebSocketConnection(channel, inbox)
    }

    /// How the connection ended; `nil` while it is open. It is known when ``messages`` ends.
    package var closeInfo: WebSocketClosure? { inbox.closure }

    /// For one consumer. It ends with the connection, or when the consumer's task is cancelled.
    package var messages: Messages { Messages(connection: self) }

    package struct Messages: AsyncSequence, AsyncIteratorProtocol, Sendable {
        package typealias Element = WebSocketMessage
        package typealias Failure = Never
        fileprivate let connection: WebSocketConnection

        package func makeAsyncIterator() -> Messages { self }
        package mutating func next() async -> WebSocketMessage? { await connection.receive() }
        package mutating func next(isolation actor: isolated (any Actor)?) async -> WebSocketMessage? { await connection.receive() }
    }

    /// The next of ``messages``.
    package func receive() async -> WebSocketMessage? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if inbox.take(continuation) { channel.eventLoop.execute { [channel] in channel.read() } }
            }
        } onCancel: {
            inbox.cancelWaiting()
        }
    }

    /// Hands each message to `take`, one after the other, until one of the calls says `false` or no message comes any more. Instead of
    /// ``messages``.
    ///
    /// The calls are made in tasks that live only while there are messages, so that waiting for one takes little memory.
    package func forEachMessage(_ take: @escaping @Sendable (WebSocketMessage) async -> Bool) async {
        while await awaitMessage() {
            let burst = Task {
                while let message = poll() {
                    guard await take(message) else { return false }
                }
                return true
            }
            let goesOn = await withTaskCancellationHandler {
                await burst.value
            } onCancel: {
                burst.cancel()
            }
            guard goesOn else { return }
        }
    }

    private func awaitMessage() async -> Bool {
        await withTaskCancellationHandler {
            await withCheckedContinuation { inbox.awaitMessage($0) }
        } onCancel: {
            inbox.cancelWaiting()
        }
    }

    private func poll() -> WebSocketMessage? {
        let (message, hasRoom) = inbox.poll()
        if hasRoom { channel.eventLoop.execute { [channel] in channel.read() } }
        return message
    }

    /// The next of ``messages``, or `nil` if none comes within `time`.
    package func receive(within time: Duration) async -> WebSocketMessage? {
        let turn = inbox.nextTurn
        let alarm = channel.eventLoop.scheduleTask(in: TimeAmount(time)) { [inbox] in inbox.cancelWaiting(inTurn: turn) }
        defer { alarm.cancel() }
        return await receive()
    }

    /// Ends ``messages`` behind what has come already; the connection stays open.
    package func endMessages() { inbox.abandon() }

    /// Runs `action` on the connection's event loop, unless the connection has ended by then.
    package func schedule(in time: Duration, _ action: @escaping @Sendable () -> Void) {
        channel.eventLoop.scheduleTask(in: TimeAmount(time)) { [weak self] in
            if self?.channel.isActive == true { action() }
        }
    }

    /// Takes messages of up to this many bytes, of a peer that has shown who it is, for example. A limit that is higher already stays.
    ///
    /// It holds before anything that is sent later is on its way, so a peer that waits for an answer may send longer messages behind it.
    package func raiseLimit(to maximumMessage: Int) {
        channel.triggerUserOutboundEvent(LimitOrder(maximumMessage: maximumMessage), promise: nil)
    }

    /// Sends a message and waits until the kernel has it, so that a slow peer slows its senders down. Several tasks may send at once;
    /// a message that waits when its sender is cancelled is still sent as a whole.
    ///
    /// - Throws: ``Closed``, or `CancellationError`
    package func send(_ message: WebSocketMessage) async throws { try await send([message]) }

    /// The same with several messages, one behind the other, which go to the kernel together.
    package func send(_ messages: [WebSocketMessage]) async throws {
        guard let last = messages.last else { return }
        let flushed = channel.eventLoop.makePromise(of: Void.self)
        do {
            try await withTaskCancellationHandler {
                channel.eventLoop.execute { [channel] in
                    for message in messages.dropLast() { channel.write(message, promise: nil) }
                    channel.writeAndFlush(last, promise: flushed)
                }
                try await flushed.futureResult.get()
            } onCancel: {
                // The first outcome of a promise is the one that counts.
                flushed.fail(CancellationError())
            }
        } catch let error as CancellationError {
            throw error
        } catch {
            throw Closed()
        }
    }

    /// The same without waiting: `flushed` is called on the connection's event loop with whether the kernel has the messages.
    package func send(_ messages: [WebSocketMessage], flushed: @escaping @Sendable (Bool) -> Void) {
        channel.eventLoop.execute { [channel] in
            guard let last = messages.last else { return flushed(true) }
            for message in messages.dropLast() { channel.write(message, promise: nil) }
            let promise = channel.eventLoop.makePromise(of: Void.self)
            promise.futureResult.whenComplete { result in
                if case .success = result { flushed(true) } else { flushed(false) }
            }
            channel.writeAndFlush(last, promise: promise)
        }
    }

    /// Closes with a closing handshake, and waits for its end, or for the end of the time that it may take. A second call only waits.
    package func close(code: UInt16 = WebSocketCloseCode.normal, reason: String = "") async {
        channel.triggerUserOutboundEvent(CloseOrder(frame: CloseFrame(code: code, reason: reason)), promise: nil)
        try? await channel.closeFuture.get()
    }

    /// Runs `body`, and closes the connection afterwards: with 1000, or with 1011 if it throws. When the task is cancelled the
    /// connection closes with 1001, and is gone within a second.
    package func run<Value>(_ body: (WebSocketConnection) async throws -> Value) async throws -> Value {
        try await withTaskCancellationHandler {
            do {
                let value = try await body(self)
                await close()
                return value
            } catch {
                await close(code: WebSocketCloseCode.internalError)
                throw error
            }
        } onCancel: {
            let frame = CloseFrame(code: WebSocketCloseCode.goingAway, reason: "")
            channel.triggerUserOutboundEvent(CloseOrder(frame: frame, isUrgent: true), promise: nil)
        }
    }
}
