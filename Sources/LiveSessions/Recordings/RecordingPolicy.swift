/// What recordings may take.
package struct RecordingPolicy: Sendable {
    /// Of one session, in bytes; of a longer one the oldest half goes.
    package var maximumSession: Int
    /// Of all together, in bytes; the oldest files go first.
    package var maximumTotal: Int
    package var maximumAge: Duration

    package init(maximumSession: Int = 16 << 20, maximumTotal: Int = 4 << 30, maximumAge: Duration = .seconds(30 * 24 * 3600)) {
        (self.maximumSession, self.maximumTotal, self.maximumAge) = (maximumSession, maximumTotal, maximumAge)
    }
}
