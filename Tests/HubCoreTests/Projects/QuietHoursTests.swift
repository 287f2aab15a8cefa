import Foundation
import HubCore
import Testing

@Suite struct QuietHoursTests {
    private func stamp(_ text: String) throws -> Timestamp { Timestamp(try Date(text, strategy: .iso8601)) }

    @Test(
        "are read as people write them",
        arguments: [
            ("22:00-07:00", "22:00-07:00"), ("22-7", "22:00-07:00"), (" 9:30 - 17 ", "09:30-17:00"), ("00:00-23:59", "00:00-23:59"),
        ]) func reading(_ text: String, _ expected: String)
    { #expect(QuietHours(text)?.description == expected) }

    @Test(
        "are nothing else",
        arguments: ["", "22:00", "22:00-22:00", "24:00-07:00", "22:60-07:00", "22:0-07:00", "a-b", "-1-5", "22-7-8", "１-７", "22:00-"])
    func refusing(_ text: String) { #expect(QuietHours(text) == nil) }

    @Test(
        "end at the wall clock's time, over midnight and within a day",
        arguments: [
            // Berlin is an hour before UTC in January.
            ("22:00-07:00", "2026-01-10T20:59:59Z", nil), ("22:00-07:00", "2026-01-10T21:00:00Z", "2026-01-11T06:00:00Z"),
            ("22:00-07:00", "2026-01-11T05:59:59Z", "2026-01-11T06:00:00Z"), ("22:00-07:00", "2026-01-11T06:00:00Z", nil),
            ("12:00-13:30", "2026-01-10T11:00:00Z", "2026-01-10T12:30:00Z"), ("12:00-13:30", "2026-01-10T12:30:00Z", nil),
            // 29 March: 02:00 becomes 03:00 at 01:00 UTC. The night is an hour shorter.
            ("22:00-07:00", "2026-03-28T22:00:00Z", "2026-03-29T05:00:00Z"),
            // An end that the clocks skip is the moment at which they are put forward, and so is a beginning.
            ("22:00-02:30", "2026-03-29T00:30:00Z", "2026-03-29T01:00:00Z"), ("22:00-02:30", "2026-03-29T01:00:00Z", nil),
            ("02:30-05:00", "2026-03-29T00:59:00Z", nil), ("02:30-05:00", "2026-03-29T01:00:00Z", "2026-03-29T03:00:00Z"),
            // 25 October: 03:00 becomes 02:00 at 01:00 UTC. The night is an hour longer; what comes twice counts the first time.
            ("22:00-07:00", "2026-10-24T21:00:00Z", "2026-10-25T06:00:00Z"),
            ("22:00-02:30", "2026-10-25T00:15:00Z", "2026-10-25T00:30:00Z"), ("22:00-02:30", "2026-10-25T01:15:00Z", nil),
            ("02:30-05:00", "2026-10-25T01:10:00Z", "2026-10-25T04:00:00Z"),
        ] as [(String, String, String?)])
    func end(_ hours: String, _ now: String, _ expected: String?) throws {
        let zone = try #require(TimeZone(named: "europe/berlin"))
        let end = try #require(QuietHours(hours)).end(at: stamp(now), in: zone)
        #expect(try end == expected.map(stamp))
    }

    @Test("follow the zone of the settings, UTC where none is set")
    func zone() throws {
        let now = try stamp("2026-01-10T21:30:00Z")
        var settings = Project.Settings(quietHours: QuietHours("22:00-07:00"))
        #expect(settings.quietEnd(at: now) == nil)
        settings.timeZone = "Europe/Berlin"
        #expect(try settings.quietEnd(at: now) == stamp("2026-01-11T06:00:00Z"))
        settings.quietHours = nil
        #expect(settings.quietEnd(at: now) == nil)
    }

    @Test("zones have IANA names in any case; offsets and abbreviations are none")
    func zones() {
        #expect(TimeZone(named: "EUROPE/berlin")?.identifier == "Europe/Berlin")
        #expect(TimeZone(named: "utc") == .gmt)
        for name in ["CET", "GMT+2", "+02:00", "Mars/Olympus", "", "Berlin"] { #expect(TimeZone(named: name) == nil, "\(name)") }
        #expect(TimeZone.names(like: "berlin").contains("Europe/Berlin"))
        #expect(TimeZone.names(like: "new york").contains("America/New_York"))
    }
}
