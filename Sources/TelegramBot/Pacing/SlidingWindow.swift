/// At most so many within any span of that length. Time is a duration since any fixed moment.
struct SlidingWindow: Sendable, Equatable {
    let limit: Int
    let span: Duration
    /// Of the last ``limit`` at most, oldest first.
    private var times: [Duration] = []

    init(limit: Int, span: Duration) {
        (self.limit, self.span) = (limit, span)
    }

    func earliest(at now: Duration) -> Duration {
        guard times.count >= limit, let oldest = times.first else { return now }
        return max(now, oldest + span)
    }

    mutating func count(at now: Duration) {
        times.append(now)
        if times.count > limit { times.removeFirst() }
    }

    func isEmpty(at now: Duration) -> Bool { times.allSatisfy { $0 + span <= now } }
}
