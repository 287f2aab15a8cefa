/// So many tokens, refilled at a steady rate. Time is a duration since any fixed moment.
struct TokenBucket: Sendable, Equatable {
    let burst: Double
    /// Tokens a second.
    let rate: Double
    private var tokens: Double
    private var refilledAt: Duration

    init(rate: Double, burst: Double, at now: Duration) {
        (self.rate, self.burst, tokens, refilledAt) = (rate, burst, burst, now)
    }

    /// Tokens at `now`, when refilled at `factor` of the rate. Negative after ``spend(_:at:factor:)`` beyond what was there.
    private func level(at now: Duration, factor: Double) -> Double {
        min(burst, tokens + max(0, (now - refilledAt).seconds) * rate * factor)
    }

    /// When `cost` tokens are there; a cost above the burst waits for a full bucket.
    func earliest(for cost: Double, at now: Duration, factor: Double) -> Duration {
        let missing = min(cost, burst) - level(at: now, factor: factor)
        // A nanosecond of rounding must not make a caller come back in vain.
        guard missing > 1e-6 else { return now }
        return now + .nanoseconds(Int64((missing / (rate * factor) * 1e9).rounded(.up)))
    }

    /// Takes tokens, also those that are not there: they are owed, at most a burst's worth.
    mutating func spend(_ cost: Double, at now: Duration, factor: Double) {
        tokens = max(-burst, level(at: now, factor: factor) - cost)
        refilledAt = max(now, refilledAt)
    }

    func isFull(at now: Duration) -> Bool { level(at: now, factor: 1) >= burst }
}

extension Duration {
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
