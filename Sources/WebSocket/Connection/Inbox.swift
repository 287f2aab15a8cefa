import HubCore
import NIOCore

/// What came from the peer and waits for the one consumer. The event loop puts in, the consumer takes out.
final class Inbox: Sendable {
    private struct State {
        var messages = CircularBuffer<WebSocketMessage>()
        var bytes = 0
        var isHoldingReads = false
        var closure: WebSocketClosure?
        /// Nobody wants more than what has come already.
        var isAbandoned = false
        /// How many messages were asked for.
        var asked = 0
        /// The time for this call was over before it was made.
        var expired = 0
        var waiter: CheckedContinuation<WebSocketMessage?, Never>?
        /// Waits for a message without taking it.
        var scout: CheckedContinuation<Bool, Never>?

        mutating func takeScout() -> CheckedContinuation<Bool, Never>? {
            defer { scout = nil }
            return scout
        }

        /// The next message, and whether reading may go on.
        mutating func pop(limit: Int) -> (message: WebSocketMessage, hasRoom: Bool)? {
            guard let message = messages.popFirst() else { return nil }
            bytes -= message.payload.readableBytes
            let hasRoom = isHoldingReads && bytes <= limit / 2 && messages.count <= Inbox.mostMessages / 2
            if hasRoom { isHoldingReads = false }
            return (message, hasRoom)
        }
    }

    private let state = Locked(State())
    private let limit: Int
    /// Messages are bounded in number too: empty ones take memory as well.
    private static let mostMessages = 1024

    init(limit: Int) {
        self.limit = limit
    }

    var closure: WebSocketClosure? { state.withLock { $0.closure } }

    /// Messages after the end are dropped.
    func put(_ message: WebSocketMessage) {
        let (waiter, scout): (CheckedContinuation<WebSocketMessage?, Never>?, CheckedContinuation<Bool, Never>?) = state.withLock { state in
            guard state.closure == nil else { return (nil, nil) }
            if let waiter = state.waiter {
                state.waiter = nil
                return (waiter, nil)
            }
            state.messages.append(message)
            state.bytes += message.payload.readableBytes
            return (nil, state.takeScout())
        }
        waiter?.resume(returning: message)
        scout?.resume(returning: true)
    }

    /// No message comes any more; the first word on why is the one that counts.
    func finish(_ closure: WebSocketClosure) {
        state.withLock { state in
            if state.closure == nil { state.closure = closure }
        }
        cancelWaiting()
    }

    /// Whether the next read must wait. If so, a later ``take(_:)`` says when there is room.
    func holdsReads() -> Bool {
        state.withLock { state in
            state.isHoldingReads = state.bytes >= limit || state.messages.count >= Self.mostMessages
            return state.isHoldingReads
        }
    }

    /// Gives the next message, now or when it comes; `nil` at the end, and to a consumer that was cancelled or followed by another.
    ///
    /// - Returns: whether reading may go on.
    func take(_ consumer: CheckedContinuation<WebSocketMessage?, Never>) -> Bool {
        let (resumed, message, hasRoom): (CheckedContinuation<WebSocketMessage?, Never>?, WebSocketMessage?, Bool) = state.withLock {
            state in
            state.asked += 1
            if let (message, hasRoom) = state.pop(limit: limit) { return (consumer, message, hasRoom) }
            if state.closure != nil || state.isAbandoned || state.expired == state.asked || Task.isCancelled {
                return (consumer, nil, false)
            }
            defer { state.waiter = consumer }
            return (state.waiter, nil, false)
        }
        resumed?.resume(returning: message)
        return hasRoom
    }

    /// The next message if one is there, and whether reading may go on.
    func poll() -> (message: WebSocketMessage?, hasRoom: Bool) {
        state.withLock { state in state.pop(limit: limit).map { ($0.message, $0.hasRoom) } ?? (nil, false) }
    }

    /// Tells whether there is a message, now or when it comes; `false` at the end, and to a consumer that was cancelled.
    func awaitMessage(_ consumer: CheckedContinuation<Bool, Never>) {
        let answer: Bool? = state.withLock { state in
            if !state.messages.isEmpty { return true }
            if state.closure != nil || state.isAbandoned || Task.isCancelled { return false }
            state.scout = consumer
            return nil
        }
        if let answer { consumer.resume(returning: answer) }
    }

    func cancelWaiting() {
        let (waiter, scout) = state.withLock { state in
            defer { state.waiter = nil }
            return (state.waiter, state.takeScout())
        }
        waiter?.resume(returning: nil)
        scout?.resume(returning: false)
    }

    /// Which call of ``take(_:)`` comes next.
    var nextTurn: Int { state.withLock { $0.asked + 1 } }

    /// The same for one call of ``take(_:)``; later ones go on waiting.
    func cancelWaiting(inTurn turn: Int) {
        let waiter = state.withLock { state -> CheckedContinuation<WebSocketMessage?, Never>? in
            if state.asked < turn { state.expired = turn }
            guard state.asked == turn else { return nil }
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume(returning: nil)
    }

    /// What has come already is still given out, and nothing more.
    func abandon() {
        state.withLock { $0.isAbandoned = true }
        cancelWaiting()
    }
}
