import HubCore

/// Slows guessing down: after five wrong tries of one origin it must wait a minute, then two, up to an hour (domain page, "Tries").
/// An hour without a wrong try is forgiven.
package final class TryLimiter: Sendable {
    private struct Record {
        var wrong = 0
        var blockedUntil: Timestamp?
        var wait: Duration = .seconds(60)
        var last: Timestamp
    }

    private static let tries = 5
    private static let longestWait: Duration = .seconds(3600)
    private static let limit = 100_000
    private let records = Locked([String: Record]())

    package init() {}

    /// - Throws: ``HubError/tooManyTries(until:)``
    package func check(_ origin: String, at now: Timestamp) throws {
        if let until = records.withLock({ $0[origin]?.blockedUntil }), now < until { throw HubError.tooManyTries(until: until) }
    }

    package func failed(_ origin: String, at now: Timestamp) {
        records.withLock { records in
            if records.count >= Self.limit { records = records.filter { now.since($0.value.last) < Self.longestWait } }
            var record = records[origin].flatMap { now.since($0.last) < Self.longestWait ? $0 : nil } ?? Record(last: now)
            record.wrong += 1
            record.last = now
            if record.wrong >= Self.tries {
                record.blockedUntil = now + record.wait
                record.wait = min(record.wait * 2, Self.longestWait)
                record.wrong = 0
            }
            records[origin] = record
        }
    }

    package func succeeded(_ origin: String) {
        records.withLock { _ = $0.removeValue(forKey: origin) }
    }
}
