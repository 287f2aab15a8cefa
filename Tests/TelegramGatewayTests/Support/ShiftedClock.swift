import Foundation
import HubCore
import HubService

/// The system's clock, put forward by a test.
final class ShiftedClock: HubClock {
    private let shift = Locked(Duration.zero)

    func now() -> Timestamp { Timestamp(Date()) + shift.withLock { $0 } }
    func advance(by span: Duration) { shift.withLock { $0 += span } }

    func `sleep`(until time: Timestamp) async throws {
        while now() < time {
            try await Task.sleep(for: .milliseconds(10))  // nobody tells a sleeper that the clock was put forward
        }
    }
}
