/// One chat's share: buckets for messages and for edits, what a 429 froze, and for how long it made us careful.
struct ChatPace: Sendable {
    /// The bucket of a kind, and a smaller one that the lower lanes must satisfy too, so that the rest stays for the upper ones.
    private struct Buckets: Sendable {
        var all: TokenBucket
        var lower: TokenBucket
        /// Of a group: a bucket that was full lets more through in its first minute than it is refilled with.
        var minute: (all: SlidingWindow, lower: SlidingWindow)?

        init(isGroup: Bool, at now: Duration) {
            if isGroup {
                all = TokenBucket(rate: 20 / 60, burst: 5, at: now)
                lower = TokenBucket(rate: 16 / 60, burst: 4, at: now)
                minute = (SlidingWindow(limit: 20, span: .seconds(60)), SlidingWindow(limit: 16, span: .seconds(60)))
            } else {
                all = TokenBucket(rate: 1, burst: 3, at: now)
                lower = all
            }
        }
    }

    private var messages: Buckets
    private var edits: Buckets
    private(set) var frozenUntil: Duration?
    /// Part of the rate that is used until ``carefulUntil``.
    private var factor = 1.0
    private var carefulUntil: Duration = .zero

    init(isGroup: Bool, at now: Duration) {
        messages = Buckets(isGroup: isGroup, at: now)
        edits = messages
    }

    private func factor(at now: Duration) -> Double { now < carefulUntil ? factor : 1 }

    func earliest(for request: SendPacer.Request, at now: Duration) -> Duration {
        guard request.kind != .other else { return now }
        let (buckets, factor) = (request.kind == .edit ? edits : messages, factor(at: now))
        let time = max(buckets.all.earliest(for: 1, at: now, factor: factor), buckets.minute?.all.earliest(at: now) ?? now)
        if request.lane.mayUseReserve { return time }
        return max(time, buckets.lower.earliest(for: 1, at: now, factor: factor), buckets.minute?.lower.earliest(at: now) ?? now)
    }

    mutating func spend(_ request: SendPacer.Request, at now: Duration) {
        let factor = factor(at: now)
        func spend(_ buckets: inout Buckets) {
            buckets.all.spend(1, at: now, factor: factor)
            // Answers wait for nothing, and hold others up no longer than the bucket has it.
            if request.lane != .answers { buckets.minute?.all.count(at: now) }
            guard !request.lane.mayUseReserve else { return }
            buckets.lower.spend(1, at: now, factor: factor)
            buckets.minute?.lower.count(at: now)
        }
        if request.kind == .edit { spend(&edits) } else { spend(&messages) }
    }

    /// Halves the rate, down to an eighth, for ten minutes after the freeze.
    mutating func throttle(until: Duration, at now: Duration) {
        frozenUntil = max(until, frozenUntil ?? until)
        factor = max(factor(at: now) / 2, 0.125)
        carefulUntil = until + .seconds(600)
    }

    func isAtRest(at now: Duration) -> Bool {
        now >= carefulUntil && (frozenUntil ?? .zero) <= now
            && [messages, edits].allSatisfy { buckets in
                buckets.all.isFull(at: now) && buckets.lower.isFull(at: now) && buckets.minute?.all.isEmpty(at: now) ?? true
            }
    }
}
