import HubCore

/// Counts requests with a wrong key by address: more than twenty a minute are refused, and not looked at as an offer to guess on
/// (domain page, "Tries"). Good keys behind the same address are not touched.
struct WrongKeyLimit: Sendable {
    static let allowed = 20
    static let window: Duration = .seconds(60)
    /// Addresses that are remembered.
    static let maximumAddresses = 10_000

    private struct Count: Sendable {
        var began: Timestamp
        var wrong: Int
    }

    private var counts: [String: Count] = [:]

    /// Notes a wrong key.
    ///
    /// - Returns: until when the address shows too many, if it does.
    mutating func count(_ address: String, at now: Timestamp) -> Timestamp? {
        let origin = Self.origin(of: address)
        if counts.count >= Self.maximumAddresses, counts[origin] == nil { makeRoom(at: now) }
        var count = counts[origin] ?? Count(began: now, wrong: 0)
        if now >= count.began + Self.window { count = Count(began: now, wrong: 0) }
        count.wrong += 1
        counts[origin] = count
        return count.wrong > Self.allowed ? count.began + Self.window : nil
    }

    private mutating func makeRoom(at now: Timestamp) {
        counts = counts.filter { now < $0.value.began + Self.window }
        // Under attack from that many addresses at once, forgetting costs less than memory without bound.
        if counts.count >= Self.maximumAddresses { counts.removeAll() }
    }

    /// One customer has a whole /64 of IPv6.
    private static func origin(of address: String) -> String {
        guard address.contains(":") else { return address }
        return address.split(separator: ":", omittingEmptySubsequences: false).prefix(4).joined(separator: ":")
    }
}

/// The one count of a server, over HTTP and in the first messages of WebSockets.
final class WrongKeys: Sendable {
    private let limit = Locked(WrongKeyLimit())

    func count(_ address: String, at now: Timestamp) -> Timestamp? {
        limit.withLock { $0.count(address, at: now) }
    }

    /// Notes a wrong key of a first message.
    ///
    /// - Returns: why the connection is closed.
    func refusal(of key: String, from address: String, at now: Timestamp) -> String {
        count(address, at: now).map { Problem.tooManyTries(until: $0, at: now).detail } ?? "\(key) is not valid"
    }
}
