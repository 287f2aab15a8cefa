import HubCore
import TelegramBot

/// An update that an earlier hub stored and did not handle to the end.
struct LeftUpdate: Sendable {
    let update: RawUpdate
    let receivedAt: Timestamp
    /// How often it was in hand after a start, each time until the hub ended.
    let tries: Int

    /// In hand so often, the last times alone, it is put aside: it may well be what ends the hub.
    static let maximumTries = 3
}
