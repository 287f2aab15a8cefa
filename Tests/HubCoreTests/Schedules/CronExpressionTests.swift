import Foundation
import HubCore
import Testing

@Suite struct CronExpressionTests {
    private func stamp(_ text: String) throws -> Timestamp {
        let date = try Date(text, strategy: .iso8601)
        return Timestamp(milliseconds: Int64(date.timeIntervalSince1970 * 1000))
    }

    private func instants(_ cron: String, _ zone: String, after start: String, _ count: Int) throws -> [String] {
        let (expression, zone) = (try CronExpression(cron), try #require(TimeZone(identifier: zone)))
        var (found, last): ([String], Timestamp) = ([], try stamp(start))
        for _ in 0..<count {
            guard let next = expression.next(after: last, in: zone) else { break }
            last = next
            found.append(Date(timeIntervalSince1970: Double(next.milliseconds) / 1000).formatted(.iso8601))
        }
        return found
    }

    @Test(
        "the next instants are those of crontab",
        arguments: [
            ("30 2 * * *", "UTC", "2026-01-01T02:30:00Z", ["2026-01-02T02:30:00Z"]),
            ("*/20 23 * * *", "UTC", "2026-01-01T23:30:00Z", ["2026-01-01T23:40:00Z", "2026-01-02T23:00:00Z"]),
            ("0 9 * * mon-fri", "UTC", "2026-01-02T10:00:00Z", ["2026-01-05T09:00:00Z"]),
            ("0 0 13 * fri", "UTC", "2026-01-08T00:00:00Z", ["2026-01-09T00:00:00Z", "2026-01-13T00:00:00Z"]),
            ("0 12 29 2 *", "UTC", "2026-01-01T00:00:00Z", ["2028-02-29T12:00:00Z"]),
            ("@monthly", "Asia/Tokyo", "2026-01-01T00:00:00Z", ["2026-01-31T15:00:00Z"]),
            ("0 8 * * *", "America/New_York", "2026-06-01T00:00:00Z", ["2026-06-01T12:00:00Z"]),
            ("5 4 * * 7", "UTC", "2026-01-01T00:00:00Z", ["2026-01-04T04:05:00Z"]),
        ]) func next(_ cron: String, _ zone: String, _ start: String, _ expected: [String]) throws
    {
        #expect(try instants(cron, zone, after: start, expected.count) == expected)
    }

    @Test("a time that the clocks skip is due once, at the end of the gap") func gap() throws {
        // Berlin, 29 March 2026: 02:00 becomes 03:00 at 01:00 UTC.
        let expected = ["2026-03-28T01:30:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"]
        #expect(try instants("30 2 * * *", "Europe/Berlin", after: "2026-03-28T00:00:00Z", 3) == expected)
        let often = ["2026-03-29T00:50:00Z", "2026-03-29T01:00:00Z", "2026-03-29T01:10:00Z"]
        #expect(try instants("*/10 * * * *", "Europe/Berlin", after: "2026-03-29T00:45:00Z", 3) == often)
    }

    @Test("a time that the clocks show twice is due once") func fold() throws {
        // Berlin, 25 October 2026: 03:00 becomes 02:00 at 01:00 UTC.
        let expected = ["2026-10-24T00:30:00Z", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"]
        #expect(try instants("30 2 * * *", "Europe/Berlin", after: "2026-10-24T00:00:00Z", 3) == expected)
    }

    @Test(
        "what is no schedule is refused with the field",
        arguments: [
            "", "* * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * 32 * *", "* * * 13 *", "* * * * 8", "5-1 * * * *", "*/0 * * * *",
            "a * * * *", "1,,2 * * * *", "-1 * * * *", "* * * * monday", "0 0 30 2 *", "1/2/3 * * * *", "+1 * * * *",
        ]) func refused(_ text: String)
    {
        #expect(throws: CronExpression.Fault.self) { try CronExpression(text) }
    }
}
