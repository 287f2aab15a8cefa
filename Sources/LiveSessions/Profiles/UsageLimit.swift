import Foundation
import HubCore

/// That an agent's account is used up, and until when.
package struct UsageLimit: Hashable, Sendable {
    /// What the agent says.
    package var text: String
    /// When it ends, in the agent's words: `5:10pm (Europe/Paris)`, `3 days 6 hours 57 minutes`.
    package var reset: String?

    package init(text: String, reset: String? = nil) {
        (self.text, self.reset) = (text, reset)
    }

    /// The time that the agent's words mean.
    ///
    /// - Parameter zone: of the agent's machine; used where the words name none.
    /// - Returns: `nil` where they cannot be understood; otherwise a time after `now`, within 32 days.
    package func resetsAt(after now: Timestamp, zone: TimeZone) -> Timestamp? {
        guard let words = reset?.lowercased() else { return nil }
        if let span = Self.span(in: words) { return now + span }
        guard let clock = Self.clock(in: words) else { return nil }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = reset.flatMap(Self.zone) ?? zone
        let today = now.date
        if let (month, day) = Self.day(in: words) {
            var parts = calendar.dateComponents([.year], from: today)
            (parts.month, parts.day, parts.hour, parts.minute) = (month, day, clock.hour, clock.minute)
            guard let date = calendar.date(from: parts) else { return nil }
            let time = date > today ? date : calendar.date(byAdding: .year, value: 1, to: date) ?? date
            return time.timeIntervalSince(today) < 32 * 86_400 ? Timestamp(time) : nil
        }
        let parts = DateComponents(hour: clock.hour, minute: clock.minute)
        return calendar.nextDate(after: today, matching: parts, matchingPolicy: .nextTime).map(Timestamp.init)
    }

    private static let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]

    /// `3 days 6 hours 57 minutes`, `2h 5m`.
    private static func span(in words: String) -> Duration? {
        let pattern = /(\d{1,4})\s*(d|h|m)(?:ays?|ours?|rs?|in(?:ute)?s?)?(?![a-z0-9])/
        var seconds = 0
        for match in words.matches(of: pattern) {
            seconds += (Int(match.1) ?? 0) * (match.2 == "d" ? 86_400 : match.2 == "h" ? 3600 : 60)
        }
        return seconds > 0 && seconds < 32 * 86_400 ? .seconds(seconds) : nil
    }

    /// `5:10pm`, `3:28 PM`, `11am`, `22:05`.
    private static func clock(in words: String) -> (hour: Int, minute: Int)? {
        let whole = words.firstMatch(of: /(?:^|[^\d:])(\d{1,2}):(\d{2})\s*(am|pm)?/)
        let short = words.firstMatch(of: /(?:^|[^\d:])(\d{1,2})\s*(am|pm)\b/)
        guard var hour = (whole?.1 ?? short?.1).flatMap({ Int($0) }) else { return nil }
        let minute = whole.flatMap { Int($0.2) } ?? 0
        if let half = whole?.3 ?? short?.2 {
            guard (1...12).contains(hour) else { return nil }
            hour = hour % 12 + (half == "pm" ? 12 : 0)
        }
        return hour < 24 && minute < 60 ? (hour, minute) : nil
    }

    /// `Aug 8th`.
    private static func day(in words: String) -> (month: Int, day: Int)? {
        guard let match = words.firstMatch(of: /\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? (\d{1,2})(?!\d|:)/),
            let month = months.firstIndex(of: String(match.1)), let day = Int(match.2), (1...31).contains(day)
        else { return nil }
        return (month + 1, day)
    }

    /// `(Europe/Paris)`, `(UTC)`, `GMT-3`.
    private static func zone(in words: String) -> TimeZone? {
        if let match = words.firstMatch(of: /\(([A-Za-z_+\/-]{2,40}[0-9]{0,2})\)/) { return TimeZone(identifier: String(match.1)) }
        if let match = words.firstMatch(of: /\b(?:GMT|UTC)([+-]\d{1,2})?/) {
            return TimeZone(secondsFromGMT: (match.1.flatMap { Int($0) } ?? 0) * 3600)
        }
        return nil
    }
}
