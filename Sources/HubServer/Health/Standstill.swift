import HubCore

/// Watches, from one look to the next, whether somebody with work to do gets on with it.
///
/// Only looks that find the same place, each with work left, make a standstill: who is slow, or has just got something to do, is in none.
package final class Standstill: Sendable {
    private let seen = Locked<(place: Int64, since: ContinuousClock.Instant)?>(nil)

    package init() {}

    /// - Parameters:
    ///   - place: how far the work is.
    ///   - end: how far it would be if all were done.
    /// - Returns: for how long it is known to have been at this place; `nil` if nothing is left to do.
    package func look(at place: Int64, of end: Int64, now: ContinuousClock.Instant) -> Duration? {
        seen.withLock { seen in
            guard place < end else {
                seen = nil
                return nil
            }
            if let last = seen, last.place == place { return now - last.since }
            seen = (place, now)
            return .zero
        }
    }
}
