import HubCore
import NIOCore
import WebSocket

/// Messages on their way to one peer: bounded, sent one after the other by one task. Whoever adds never waits; a peer that does not
/// take them loses its connection instead of holding anybody up.
final class OutboundQueue: Sendable {
    /// Most bytes that wait.
    static let limit = 8 << 20

    private struct State {
        var frames: [(bytes: [UInt8], sent: (@Sendable (Bool) -> Void)?)] = []
        var count = 0
        var isClosed = false
        var hasOverflowed = false
        var waiter: CheckedContinuation<Void, Never>?

        mutating func takeWaiter() -> CheckedContinuation<Void, Never>? {
            defer { waiter = nil }
            return waiter
        }
    }

    private let state = Locked(State())

    /// The peer did not keep up, and the queue has ended for it.
    var hasOverflowed: Bool { state.withLock { $0.hasOverflowed } }

    /// - Parameter sent: called once with whether the kernel has the bytes.
    /// - Returns: `false` if the queue has ended, or ends by this.
    @discardableResult
    func add(_ bytes: [UInt8], sent: (@Sendable (Bool) -> Void)? = nil) -> Bool {
        let (isTaken, waiter) = state.withLock { state in
            guard !state.isClosed else { return (false, nil as CheckedContinuation<Void, Never>?) }
            guard state.count + bytes.count <= Self.limit else {
                (state.isClosed, state.hasOverflowed) = (true, true)
                return (false, state.takeWaiter())
            }
            state.frames.append((bytes, sent))
            state.count += bytes.count
            return (true, state.takeWaiter())
        }
        waiter?.resume()
        if !isTaken { sent?(false) }
        return isTaken
    }

    /// Returns when the kernel has the bytes, or the queue has ended.
    func send(_ bytes: [UInt8]) async -> Bool {
        await withCheckedContinuation { continuation in
            add(bytes) { continuation.resume(returning: $0) }
        }
    }

    /// Sends until the queue ends, the connection does, or the task is cancelled.
    func run(over connection: WebSocketConnection) async {
        while !Task.isCancelled {
            let frames = state.withLock { state in
                defer { (state.frames, state.count) = ([], 0) }
                return state.frames
            }
            var isBroken = false
            do { try await connection.send(frames.map { .text(ByteBuffer(bytes: $0.bytes)) }) } catch { isBroken = true }
            for frame in frames { frame.sent?(!isBroken) }
            if isBroken { break }
            guard await wait() else { break }
        }
        close()
    }

    /// Nothing more is taken, and what waits is not sent.
    func close() {
        let (frames, waiter) = state.withLock { state in
            state.isClosed = true
            defer { (state.frames, state.count) = ([], 0) }
            return (state.frames, state.takeWaiter())
        }
        waiter?.resume()
        for frame in frames { frame.sent?(false) }
    }

    /// - Returns: `false` when the queue has ended.
    private func wait() async -> Bool {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let mustGo = state.withLock { state in
                    guard state.frames.isEmpty, !state.isClosed, !Task.isCancelled else { return true }
                    state.waiter = continuation
                    return false
                }
                if mustGo { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.takeWaiter() }?.resume()
        }
        return state.withLock { !$0.isClosed }
    }
}
