import Foundation

/// Time and chance for ``UpdatePoller``, so that a test can steer them.
package struct PollTiming: Sendable {
    package enum Purpose: Sendable, Equatable { case backOff, conflict, unauthorized, watchdog }

    package var now: @Sendable () -> Date
    package var sleep: @Sendable (Duration, Purpose) async throws -> Void
    /// The wait after so many failures in a row.
    package var backOff: @Sendable (Int) -> Duration

    package init(
        now: @escaping @Sendable () -> Date = { Date() },
        sleep: @escaping @Sendable (Duration, Purpose) async throws -> Void = { duration, _ in try await Task.sleep(for: duration) },
        backOff: @escaping @Sendable (Int) -> Duration = { attempt in
            var generator = SystemRandomNumberGenerator()
            return Backoff.delay(afterAttempt: attempt, using: &generator)
        }
    ) {
        (self.now, self.sleep, self.backOff) = (now, sleep, backOff)
    }
}
