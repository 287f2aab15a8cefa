/// How often the hub tries a task again by itself when an attempt fails or loses its server, and after what pauses. A task without one
/// fails once and waits for a person.
package struct RetryPolicy: Hashable, Sendable, Codable {
    /// How many attempts there are in all, the first among them.
    package var attempts: Int
    /// The pause after the first failure, in seconds.
    package var start: Int
    /// How much longer each further pause is than the one before.
    package var factor: Int
    /// No pause is longer, in seconds.
    package var maximum: Int

    package static let standardStart = 60
    package static let standardFactor = 2
    package static let standardMaximum = 3600

    package init(
        attempts: Int, start: Int = standardStart, factor: Int = standardFactor, maximum: Int? = nil
    ) {
        (self.attempts, self.start, self.factor) = (attempts, start, factor)
        self.maximum = maximum ?? max(start, Self.standardMaximum)
    }

    /// Tries nothing again: what an edit gives to take a policy away.
    package static let none = RetryPolicy(attempts: 1)
    package var isNone: Bool { attempts <= 1 }

    /// - Parameter failures: how many attempts have failed, from 1.
    package func pause(after failures: Int) -> Duration {
        var pause = min(start, maximum)
        for _ in 1..<max(1, failures) where pause < maximum {
            // Both are small: see `checked`.
            pause = min(maximum, pause * factor)
        }
        return .seconds(pause)
    }

    /// Whether another attempt is due when so many have failed.
    package func allowsAnother(after failures: Int) -> Bool { failures < attempts }

    package enum Fault: Error, Hashable, Sendable, CustomStringConvertible {
        case attempts(Int)
        case start(Int)
        case factor(Int)
        case maximum(Int)

        package var description: String {
            switch self {
            case .attempts(let count): "retry.attempts is 1 (never again) to \(RetryPolicy.attemptRange.upperBound), not \(count)"
            case .start(let seconds): "retry.backoff_seconds is 1 to \(RetryPolicy.pauseRange.upperBound), not \(seconds)"
            case .factor(let factor): "retry.backoff_factor is 1 to \(RetryPolicy.factorRange.upperBound), not \(factor)"
            case .maximum(let seconds):
                "retry.backoff_max_seconds is at least backoff_seconds and at most \(RetryPolicy.pauseRange.upperBound), not \(seconds)"
            }
        }
    }

    package static let attemptRange = 0...20
    package static let factorRange = 1...10
    /// Up to a day.
    package static let pauseRange = 1...86_400

    /// - Throws: ``Fault`` for the first rule that is broken.
    package func checked() throws(Fault) -> RetryPolicy {
        guard Self.attemptRange.contains(attempts) else { throw .attempts(attempts) }
        guard Self.pauseRange.contains(start) else { throw .start(start) }
        guard Self.factorRange.contains(factor) else { throw .factor(factor) }
        guard Self.pauseRange.contains(maximum), maximum >= start else { throw .maximum(maximum) }
        return self
    }
}

extension RetryPolicy {
    /// `{"attempts", "backoff_seconds", "backoff_factor", "backoff_max_seconds"}`, as it is stored and sent.
    package var json: JSONValue {
        [
            "attempts": JSONValue(attempts), "backoff_seconds": JSONValue(start), "backoff_factor": JSONValue(factor),
            "backoff_max_seconds": JSONValue(maximum),
        ]
    }

    /// What ``json`` gave; `nil` for anything without a number of attempts.
    package init?(stored json: JSONValue?) {
        guard let json, let attempts = json["attempts"]?.int else { return nil }
        self.init(
            attempts: attempts, start: json["backoff_seconds"]?.int ?? Self.standardStart,
            factor: json["backoff_factor"]?.int ?? Self.standardFactor, maximum: json["backoff_max_seconds"]?.int)
    }
}
