/// How long to wait before the next attempt to connect: 1, 2, 4, 8, 16, 30, 30 … seconds (agent protocol, section 6.1), and up to
/// a quarter more, so that a hub that comes back is not asked by all at once.
struct RetryDelay: Sendable {
    private var failures = 0

    mutating func reset() { failures = 0 }

    mutating func next(using generator: inout some RandomNumberGenerator) -> Duration {
        let seconds = min(30.0, Double(1 << min(failures, 5)))
        failures += 1
        return .seconds(seconds * Double.random(in: 1...1.25, using: &generator))
    }
}
