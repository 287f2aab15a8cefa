/// How long to wait before trying again: 1 s, twice as long each time, at most 60 s, with jitter.
package enum Backoff {
    package static let longest: Duration = .seconds(60)

    /// - Parameter attempt: failures so far, from 1 on.
    /// - Returns: between half and the whole of 1, 2, 4 … 60 s.
    package static func delay(afterAttempt attempt: Int, using generator: inout some RandomNumberGenerator) -> Duration {
        let whole = min(1 << min(max(attempt, 1) - 1, 6), 60) * 1000
        return .milliseconds(Int.random(in: (whole / 2)...whole, using: &generator))
    }
}
