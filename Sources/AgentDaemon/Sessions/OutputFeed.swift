import Foundation
import HubCore

/// The output of one session on its way to the hub: kept in a ring, sent piece by piece as far as the hub allows.
///
/// The terminal's reader waits in ``space()`` while too much is unsent, so a program that floods is slowed down by its own
/// terminal. While there is no connection nobody waits: the ring keeps the end, and what falls out of it is a hole that the
/// offsets show.
final class OutputFeed: Sendable {
    /// What the hub of the current connection can do.
    struct Rules: Sendable {
        var numbersOutput = false
        /// Output may be sent up to this offset.
        var creditUntil: Int64 = .max
        /// Nothing is sent before the hub said from where.
        var isHeld = false
    }

    private struct State {
        var ring: OutputRing
        var sent: Int64 = 0
        var rules: Rules?
        var hasEnded = false
        var lastOutput: ContinuousClock.Instant?
        var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
        var count = 0
    }

    /// Unsent bytes at which the terminal is no longer read.
    private static let window: Int64 = 256 << 10
    private let state: Locked<State>
    private let ready: @Sendable () -> Void

    /// - Parameter ready: called when there is something that may be sent.
    init(capacity: Int, ready: @escaping @Sendable () -> Void) {
        state = Locked(State(ring: OutputRing(capacity: capacity)))
        self.ready = ready
    }

    /// Bytes of output so far.
    var offset: Int64 { state.withLock { $0.ring.end } }
    var lastOutput: ContinuousClock.Instant? { state.withLock { $0.lastOutput } }

    /// The last `count` bytes.
    func tail(_ count: Int) -> [UInt8] {
        state.withLock { state in
            let from = max(state.ring.start, state.ring.end - Int64(count))
            return state.ring.bytes(from: from, count: count)
        }
    }

    func append(_ bytes: [UInt8]) {
        let isReady = change { state in
            state.ring.append(bytes)
            state.lastOutput = .now
        }
        if isReady { ready() }
    }

    /// The next piece that may be sent, with its offset where the hub counts.
    func take(atMost limit: Int) -> (bytes: [UInt8], offset: Int64?)? {
        let (piece, released): ((bytes: [UInt8], offset: Int64?)?, [CheckedContinuation<Void, Never>]) = state.withLock { state in
            guard Self.maySend(state), let rules = state.rules else { return (nil, []) }
            let offset = max(state.sent, state.ring.start)
            let count = Int(min(Int64(limit), rules.creditUntil - offset))
            let bytes = state.ring.bytes(from: offset, count: count)
            guard !bytes.isEmpty else { return (nil, []) }
            state.sent = offset + Int64(bytes.count)
            return ((bytes, rules.numbersOutput ? offset : nil), Self.released(&state))
        }
        for continuation in released { continuation.resume() }
        return piece
    }

    var hasMore: Bool { state.withLock { Self.maySend($0) } }

    /// A connection stands. Output of before goes out only if the hub asks for it.
    func connect(_ rules: Rules) {
        let isReady = change { state in
            state.rules = rules
            state.sent = state.ring.end
        }
        if isReady { ready() }
    }

    /// For a session that begins on this connection: all of its output is sent.
    func begin(_ rules: Rules) {
        let isReady = change { $0.rules = rules }
        if isReady { ready() }
    }

    func disconnect() { _ = change { $0.rules = nil } }

    func grant(until offset: Int64) {
        let isReady = change { $0.rules?.creditUntil = offset }
        if isReady { ready() }
    }

    /// Sends again from `offset` on, or from the oldest byte there is, or from the end if that is earlier.
    func replay(from offset: Int64) {
        let isReady = change { state in
            state.sent = min(max(offset, state.ring.start), state.ring.end)
            state.rules?.isHeld = false
        }
        if isReady { ready() }
    }

    func end() { _ = change { $0.hasEnded = true } }

    /// Returns when more output can be taken, or the caller's task is cancelled.
    func space() async {
        let number = state.withLock { state in
            state.count += 1
            return state.count
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let goesOn = state.withLock { state in
                    if Self.hasSpace(state) || Task.isCancelled { return true }
                    state.waiting[number] = continuation
                    return false
                }
                if goesOn { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: number) }?.resume()
        }
    }

    var readersWaiting: Int { state.withLock { $0.waiting.count } }

    /// Whether everything that may ever be sent has been.
    var isDrained: Bool { state.withLock { $0.rules == nil || $0.sent >= $0.ring.end } }

    private func change(_ body: (inout State) -> Void) -> Bool {
        let (isReady, released) = state.withLock { state in
            body(&state)
            return (Self.maySend(state), Self.released(&state))
        }
        for continuation in released { continuation.resume() }
        return isReady
    }

    private static func maySend(_ state: State) -> Bool {
        guard let rules = state.rules, !rules.isHeld else { return false }
        return state.sent < state.ring.end && max(state.sent, state.ring.start) < rules.creditUntil
    }

    private static func hasSpace(_ state: State) -> Bool {
        state.rules == nil || state.hasEnded || state.ring.end - state.sent < window
    }

    private static func released(_ state: inout State) -> [CheckedContinuation<Void, Never>] {
        guard !state.waiting.isEmpty, hasSpace(state) else { return [] }
        defer { state.waiting = [:] }
        return Array(state.waiting.values)
    }
}
