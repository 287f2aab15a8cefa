/// When something is due, in the five fields of crontab(5): minute, hour, day of the month, month, day of the week (0 and 7 are Sunday).
///
/// A field is `*`, a number, a range `1-5`, each with `/step`, or a list of those; months and days of the week also as names of three letters.
/// If both days are restricted, either is enough, as crontab(5) has it. Which instants these are is for a time zone to say.
package struct CronExpression: Hashable, Sendable {
    package let text: String
    package let minutes: Set<Int>
    package let hours: Set<Int>
    private let days: Set<Int>
    private let months: Set<Int>
    private let weekdays: Set<Int>
    private let isAnyDay: Bool
    private let isAnyWeekday: Bool

    package struct Fault: Error, Hashable, Sendable, CustomStringConvertible {
        package let description: String
    }

    private static let shortcuts = [
        "@hourly": "0 * * * *", "@daily": "0 0 * * *", "@weekly": "0 0 * * 0", "@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *",
    ]

    /// - Throws: ``Fault`` that names the field.
    package init(_ given: String) throws(Fault) {
        let text = given.split(whereSeparator: \.isWhitespace).joined(separator: " ").lowercased()
        let fields = (Self.shortcuts[text] ?? text).split(separator: " ")
        guard given.utf8.count <= 256, fields.count == 5 else {
            throw Fault(description: "a schedule has five fields (minute, hour, day, month, day of the week), as in “30 2 * * mon-fri”")
        }
        self.text = text
        minutes = try Self.values(fields[0], 0...59, "minute")
        hours = try Self.values(fields[1], 0...23, "hour")
        days = try Self.values(fields[2], 1...31, "day of the month")
        months = try Self.values(
            fields[3], 1...12, "month", names: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], from: 1
        )
        weekdays = Set(
            try Self.values(
                fields[4], 0...7, "day of the week", names: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"], from: 0
            ).map { $0 % 7 })
        (isAnyDay, isAnyWeekday) = (fields[2].hasPrefix("*"), fields[4].hasPrefix("*"))
        guard isAnyWeekday == false || months.contains(where: { month in days.contains { $0 <= Self.longest(month) } }) else {
            throw Fault(description: "there is no such day in these months")
        }
    }

    private static func longest(_ month: Int) -> Int { [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] }

    private static func values(
        _ field: Substring, _ range: ClosedRange<Int>, _ name: String, names: [String] = [], from base: Int = 0
    ) throws(Fault) -> Set<Int> {
        func number(_ text: Substring) throws(Fault) -> Int {
            if let index = names.firstIndex(of: String(text)) { return index + base }
            guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(text), range.contains(number) else {
                throw Fault(description: "\(name): “\(text.prefix(20))” is none of \(range.lowerBound)–\(range.upperBound)")
            }
            return number
        }
        var values: Set<Int> = []
        for part in field.split(separator: ",", omittingEmptySubsequences: false) {
            let pieces = part.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            var (first, last) = (range.lowerBound, range.upperBound)
            if pieces[0] != "*" {
                let ends = pieces[0].split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
                first = try number(ends[0])
                last = ends.count > 1 ? try number(ends[1]) : pieces.count > 1 ? range.upperBound : first
            }
            guard first <= last else { throw Fault(description: "\(name): the range “\(pieces[0])” runs backwards") }
            var step = 1
            if pieces.count > 1 {
                guard let given = Int(pieces[1]), given > 0, given <= range.upperBound else {
                    throw Fault(description: "\(name): “\(pieces[1].prefix(20))” is no step")
                }
                step = given
            }
            values.formUnion(stride(from: first, through: last, by: step))
        }
        return values
    }

    /// - Parameter weekday: 0 is Sunday.
    package func matches(month: Int, day: Int, weekday: Int) -> Bool {
        guard months.contains(month) else { return false }
        let (isDay, isWeekday) = (days.contains(day), weekdays.contains(weekday))
        return isAnyDay || isAnyWeekday ? isDay && isWeekday : isDay || isWeekday
    }
}
