import Foundation

/// A point in time in whole milliseconds since 1970-01-01T00:00:00Z, as it is stored and sent.
package struct Timestamp: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let milliseconds: Int64

    package init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// A date beyond what fits becomes the first or last point in time that does.
    package init(_ date: Date) {
        let exact = (date.timeIntervalSince1970 * 1000).rounded(.down)
        milliseconds = Int64(exactly: exact) ?? (exact < 0 ? .min : .max)
    }

    package var date: Date { Date(timeIntervalSince1970: Double(milliseconds) / 1000) }

    package static func < (a: Self, b: Self) -> Bool { a.milliseconds < b.milliseconds }

    package static func + (time: Self, span: Duration) -> Self {
        Self(milliseconds: time.milliseconds.addingClamped(span.milliseconds))
    }

    package static func - (time: Self, span: Duration) -> Self {
        Self(milliseconds: time.milliseconds.subtractingClamped(span.milliseconds))
    }

    /// The time from `earlier` to `self`; negative if `self` comes first.
    package func since(_ earlier: Self) -> Duration {
        .milliseconds(milliseconds.subtractingClamped(earlier.milliseconds))
    }

    /// ISO 8601 in UTC with milliseconds, `2026-11-22T12:03:04.567Z`.
    package var description: String {
        let (days, inDay) = milliseconds.quotientAndFloorRemainder(dividingBy: 86_400_000)
        let date = CivilDate(daysSinceEpoch: days)
        let (seconds, fraction) = (inDay / 1000, inDay % 1000)
        return "\(date)T\(pad(seconds / 3600, 2)):\(pad(seconds / 60 % 60, 2)):\(pad(seconds % 60, 2)).\(pad(fraction, 3))Z"
    }
}

extension Timestamp: Codable {
    package init(from decoder: any Decoder) throws {
        self.init(milliseconds: try decoder.singleValueContainer().decode(Int64.self))
    }
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(milliseconds)
    }
}

extension Duration {
    /// In whole milliseconds, towards zero; clamped to what fits.
    package var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        return (overflow ? (seconds < 0 ? .min : .max) : product).addingClamped(attoseconds / 1_000_000_000_000_000)
    }
}

/// A date of the proleptic Gregorian calendar, printed as `2026-11-22`. Formatting goes through here because it is done for
/// every row that the hub sends, and needs no calendar or locale.
private struct CivilDate: CustomStringConvertible {
    let year: Int64
    let month: Int64
    let day: Int64

    init(daysSinceEpoch days: Int64) {
        // Eras of 400 years that begin on 1 March, so that the leap day is the last of its year.
        let shifted = days + 719_468
        let (era, dayOfEra) = shifted.quotientAndFloorRemainder(dividingBy: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    var description: String { "\(pad(year, 4))-\(pad(month, 2))-\(pad(day, 2))" }
}

private func pad(_ number: Int64, _ width: Int) -> String {
    let digits = String(number.magnitude)
    return (number < 0 ? "-" : "") + String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
}

extension Int64 {
    fileprivate func addingClamped(_ other: Int64) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (other < 0 ? .min : .max) : sum
    }

    fileprivate func subtractingClamped(_ other: Int64) -> Int64 {
        let (difference, overflow) = subtractingReportingOverflow(other)
        return overflow ? (other < 0 ? .max : .min) : difference
    }

    fileprivate func quotientAndFloorRemainder(dividingBy divisor: Int64) -> (Int64, Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
