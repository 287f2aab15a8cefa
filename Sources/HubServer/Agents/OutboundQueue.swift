import HubCore
import NIOCore
import WebSocket

/// Messages on their way to one peer: bounded, sent one after the other. Whoever adds never waits; a peer that does not take them loses
/// its connection instead of holding anybody up.
///
/// No task belongs to it: what is added goes to the connection's event loop, together with what was added meanwhile, as soon as the kernel
/// has what went before.
final class OutboundQueue: Sendable {
    /// Most bytes that wait.
    static let limit = 8 << 20

    private struct Frame {
        let bytes: [UInt8]
        let sent: (@Sendable (Bool) -> Void)?
    }

    private struct State {
        var frames: [Frame] = []
        var count = 0
        var isSending = false
        var isClosed = false
        var hasOverflowed = false
        var ended: (@Sendable () -> Void)?

        mutating func takeFrames() -> [Frame] {
            defer { (frames, count) = ([], 0) }
            return frames
        }

        mutating func takeEnded() -> (@Sendable () -> Void)? {
            defer { ended = nil }
            return ended
        }
    }

    private let connection: WebSocketConnection
    private let state = Locked(State())

    init(_ connection: WebSocketConnection) {
        self.connection = connection
    }

    /// The peer did not keep up, and the queue has ended for it.
    var hasOverflowed: Bool { state.withLock { $0.hasOverflowed } }

    /// Calls `ended` once, when nothing more is sent: at once if it has come to that already.
    func whenEnded(_ ended: @escaping @Sendable () -> Void) {
        let isClosed = state.withLock { state in
            if !state.isClosed { state.ended = ended }
            return state.isClosed
        }
        if isClosed { ended() }
    }

    /// - Parameter sent: called once with whether the kernel has the bytes.
    /// - Returns: `false` if the queue has ended, or ends by this.
    @discardableResult
    func add(_ bytes: [UInt8], sent: (@Sendable (Bool) -> Void)? = nil) -> Bool {
        enum Outcome {
            case taken(mustBegin: Bool)
            case refused
            case overflowed
        }
        let outcome: Outcome = state.withLock { state in
            guard !state.isClosed else { return .refused }
            guard state.count + bytes.count <= Self.limit else {
                state.hasOverflowed = true
                return .overflowed
            }
            state.frames.append(Frame(bytes: bytes, sent: sent))
            state.count += bytes.count
            defer { state.isSending = true }
            return .taken(mustBegin: !state.isSending)
        }
        switch outcome {
        case .taken(let mustBegin):
            if mustBegin { sendNext() }
            return true
        case .overflowed: close()
        case .refused: break
        }
        sent?(false)
        return false
    }

    /// Returns when the kernel has the bytes, or the queue has ended.
    func send(_ bytes: [UInt8]) async -> Bool {
        await withCheckedContinuation { continuation in
            add(bytes) { continuation.resume(returning: $0) }
        }
    }

    /// Sends what waits, and goes on until nothing does.
    private func sendNext() {
        let frames = state.withLock { state in
            let frames = state.takeFrames()
            if frames.isEmpty { state.isSending = false }
            return frames
        }
        guard !frames.isEmpty else { return }
        connection.send(frames.map { .text(ByteBuffer(bytes: $0.bytes)) }) { [self] isSent in
            for frame in frames { frame.sent?(isSent) }
            if isSent { sendNext() } else { close() }
        }
    }

    /// Nothing more is taken, and what waits is not sent.
    func close() {
        let (frames, ended) = state.withLock { state in
            state.isClosed = true
            return (state.takeFrames(), state.takeEnded())
        }
        for frame in frames { frame.sent?(false) }
        ended?()
    }
}
