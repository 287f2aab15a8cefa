/// One chat's share: buckets for messages and for edits, what a 429 froze, and for how long it made us careful.
struct ChatPace: Sendable {
    /// The bucket of a kind, and a smaller one that the lower lanes must satisfy too, so that the rest stays for the upper ones.
    private struct Buckets: Sendable {
        var all: TokenBucket
        var lower: TokenBucket

        init(isGroup: Bool, at now: Duration) {
            if isGroup {
                all = TokenBucket(rate: 20 / 60, burst: 5, at: now)
                lower = TokenBucket(rate: 16 / 60, burst: 4, at: now)
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
        let time = buckets.all.earliest(for: 1, at: now, factor: factor)
        return request.lane.mayUseReserve ? time : max(time, buckets.lower.earliest(for: 1, at: now, factor: factor))
    }

    mutating func spend(_ request: SendPacer.Request, at now: Duration) {
        let factor = factor(at: now)
        func spend(_ buckets: inout Buckets) {
            buckets.all.spend(1, at: now, factor: factor)
            if !request.lane.mayUseReserve { buckets.lower.spend(1, at: now, factor: factor) }
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
            && [messages.all, messages.lower, edits.all, edits.lower].allSatisfy { $0.isFull(at: now) }
    }
}
