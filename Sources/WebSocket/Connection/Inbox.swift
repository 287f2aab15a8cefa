import HubCore
import NIOCore

/// What came from the peer and waits for the one consumer. The event loop puts in, the consumer takes out.
final class Inbox: Sendable {
    private struct State {
        var messages = CircularBuffer<WebSocketMessage>()
        var bytes = 0
        var isHoldingReads = false
        var closure: WebSocketClosure?
        var waiter: CheckedContinuation<WebSocketMessage?, Never>?
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
        let waiter: CheckedContinuation<WebSocketMessage?, Never>? = state.withLock { state in
            guard state.closure == nil else { return nil }
            if let waiter = state.waiter {
                state.waiter = nil
                return waiter
            }
            state.messages.append(message)
            state.bytes += message.payload.readableBytes
            return nil
        }
        waiter?.resume(returning: message)
    }

    /// No message comes any more; the first word on why is the one that counts.
    func finish(_ closure: WebSocketClosure) {
        let waiter: CheckedContinuation<WebSocketMessage?, Never>? = state.withLock { state in
            if state.closure == nil { state.closure = closure }
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume(returning: nil)
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
            if let message = state.messages.popFirst() {
                state.bytes -= message.payload.readableBytes
                let hasRoom = state.isHoldingReads && state.bytes <= limit / 2 && state.messages.count <= Self.mostMessages / 2
                if hasRoom { state.isHoldingReads = false }
                return (consumer, message, hasRoom)
            }
            if state.closure != nil || Task.isCancelled { return (consumer, nil, false) }
            defer { state.waiter = consumer }
            return (state.waiter, nil, false)
        }
        resumed?.resume(returning: message)
        return hasRoom
    }

    func cancelWaiting() {
        let waiter = state.withLock { state in
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume(returning: nil)
    }
}
