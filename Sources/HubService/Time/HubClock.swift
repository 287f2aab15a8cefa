import Foundation
import HubCore

/// The time, as a parameter: tests move it by hand.
package protocol HubClock: Sendable {
    func now() -> Timestamp
    /// Returns when `time` has come.
    ///
    /// - Throws: `CancellationError`
    func sleep(until time: Timestamp) async throws
}

package struct SystemClock: HubClock {
    package init() {}

    package func now() -> Timestamp { Timestamp(Date()) }

    package func sleep(until time: Timestamp) async throws {
        let wait = time.since(now())
        if wait > .zero { try await Task.sleep(for: wait) }
    }
}
