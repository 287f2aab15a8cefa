import HubCore

/// How many requests of each caller wait for something: each looks again at every event, so one caller may not have any number.
final class WaitingRequests: Sendable {
    static let allowed = 64

    private let counts = Locked([String: Int]())

    /// - Throws: ``Problem`` with 429 if the caller has too many already.
    func enter(_ caller: String) throws(Problem) {
        let entered = counts.withLock { counts in
            guard counts[caller, default: 0] < Self.allowed else { return false }
            counts[caller, default: 0] += 1
            return true
        }
        guard entered else {
            throw Problem(429, "\(Self.allowed) requests of yours wait already", headers: [.retryAfter: "5"])
        }
    }

    func leave(_ caller: String) {
        counts.withLock { counts in
            let left = counts[caller, default: 1] - 1
            counts[caller] = left > 0 ? left : nil
        }
    }
}
