import Foundation

extension CronExpression {
    /// How far the search goes: 29 February on a given day of the week comes back within 28 years, and every 40 at the turn of a century.
    private static let horizonInDays = 366 * 41

    /// The first instant after `start`. A time that the clocks skip is due once, at the end of the gap; one that they show twice is due
    /// the first time only.
    package func next(after start: Timestamp, in zone: TimeZone) -> Timestamp? {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        let from = Date(timeIntervalSince1970: Double(start.milliseconds) / 1000)
        var utc = Calendar(identifier: .gregorian)
        utc.timeZone = .gmt
        // Days are counted on a calendar without gaps, and each is then looked up in the zone.
        let local = calendar.dateComponents([.year, .month, .day], from: from)
        guard let first = utc.date(from: local) else { return nil }
        for offset in 0..<Self.horizonInDays {
            guard let date = utc.date(byAdding: .day, value: offset, to: first) else { return nil }
            let day = utc.dateComponents([.year, .month, .day, .weekday], from: date)
            guard let year = day.year, let month = day.month, let number = day.day, let weekday = day.weekday,
                matches(month: month, day: number, weekday: weekday - 1)
            else { continue }
            if let found = earliest(after: start, year, month, number, in: zone, utc) { return found }
        }
        return nil
    }

    private func earliest(after start: Timestamp, _ year: Int, _ month: Int, _ day: Int, in zone: TimeZone, _ utc: Calendar) -> Timestamp? {
        var found: Timestamp?
        for hour in hours {
            for minute in minutes {
                guard let wall = utc.date(from: DateComponents(year: year, month: month, day: day, hour: hour, minute: minute)) else {
                    continue
                }
                let instant = Self.instant(ofWall: wall, in: zone)
                if instant > start, found.map({ instant < $0 }) ?? true { found = instant }
            }
        }
        return found
    }

    /// - Parameter wall: the wall clock's time, as if it were UTC.
    static func instant(ofWall wall: Date, in zone: TimeZone) -> Timestamp {
        func stamp(_ date: Date) -> Timestamp { Timestamp(milliseconds: Int64((date.timeIntervalSince1970 * 1000).rounded())) }
        // The offset is one of those around; of two that fit, the larger one comes first.
        let offsets = [-86_400.0, 86_400].map { Double(zone.secondsFromGMT(for: wall.addingTimeInterval($0))) }
        for offset in offsets.sorted(by: >) {
            let candidate = wall.addingTimeInterval(-offset)
            if Double(zone.secondsFromGMT(for: candidate)) == offset { return stamp(candidate) }
        }
        // Skipped: the moment at which the clocks are put forward.
        let before = wall.addingTimeInterval(-(offsets.max() ?? 0))
        return stamp(zone.nextDaylightSavingTimeTransition(after: before.addingTimeInterval(-1)) ?? before)
    }
}
