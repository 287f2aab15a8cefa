import Foundation

/// A clock that stands still until it is told.
final class Ticker: @unchecked Sendable {
    // `time` is only touched while `lock` is held.
    private let lock = NSLock()
    private var time = Date(timeIntervalSince1970: 1_800_000_000)
    var now: Date { lock.withLock { time } }
    func advance(_ seconds: TimeInterval) { lock.withLock { time += seconds } }
}
