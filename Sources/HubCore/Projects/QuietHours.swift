import Foundation

/// The hours in which a project tells nobody anything but what is marked urgent, on the wall clock of its time zone (chat page, "Ground
/// rules").
package struct QuietHours: Hashable, Sendable, Codable, CustomStringConvertible {
    /// Minutes after midnight.
    package let start: Int
    /// Minutes after midnight; not after ``start`` where the hours go over midnight.
    package let end: Int

    /// Reads `22:00-07:00`, also `22-7`. `nil` for anything else, and for hours that begin when they end.
    package init?(_ text: some StringProtocol) {
        let parts = String(text.filter { !$0.isWhitespace }).split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let start = Self.minutes(parts[0]), let end = Self.minutes(parts[1]), start != end else { return nil }
        (self.start, self.end) = (start, end)
    }

    private static func minutes(_ text: some StringProtocol) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        func number(_ digits: some StringProtocol, _ range: ClosedRange<Int>) -> Int? {
            guard (1...2).contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
            return Int(digits).flatMap { range.contains($0) ? $0 : nil }
        }
        guard (1...2).contains(parts.count), let hour = number(parts[0], 0...23) else { return nil }
        guard parts.count == 2 else { return hour * 60 }
        guard parts[1].utf8.count == 2, let minute = number(parts[1], 0...59) else { return nil }
        return hour * 60 + minute
    }

    package var description: String {
        func text(_ minutes: Int) -> String {
            let (hour, minute) = minutes.quotientAndRemainder(dividingBy: 60)
            return "\(hour < 10 ? "0" : "")\(hour):\(minute < 10 ? "0" : "")\(minute)"
        }
        return "\(text(start))-\(text(end))"
    }

    /// When the quiet hours end that `now` lies in; `nil` outside of them. A time that the clocks skip counts as the moment at which they
    /// are put forward, one that they show twice as the first of the two.
    package func end(at now: Timestamp, in zone: TimeZone) -> Timestamp? {
        var (local, utc) = (Calendar(identifier: .gregorian), Calendar(identifier: .gregorian))
        (local.timeZone, utc.timeZone) = (zone, .gmt)
        let today = local.dateComponents([.year, .month, .day], from: Date(timeIntervalSince1970: Double(now.milliseconds) / 1000))
        guard let midnight = utc.date(from: today) else { return nil }
        for days in [-1, 0] {
            let day = midnight.addingTimeInterval(Double(days) * 86_400)
            let length = end > start ? end - start : end - start + 1440
            let begins = CronExpression.instant(ofWall: day.addingTimeInterval(Double(start) * 60), in: zone)
            let ends = CronExpression.instant(ofWall: day.addingTimeInterval(Double(start + length) * 60), in: zone)
            if begins <= now, now < ends { return ends }
        }
        return nil
    }
}

extension Project.Settings {
    /// The zone of ``timeZone``; UTC where none is set.
    package var zone: TimeZone { timeZone.flatMap { TimeZone(identifier: $0) } ?? .gmt }

    /// When the quiet hours end that `now` lies in; `nil` where nothing is to be held.
    package func quietEnd(at now: Timestamp) -> Timestamp? { quietHours?.end(at: now, in: zone) }
}
