import Foundation
import HubCore
import Testing

@Suite struct TimestampTests {
    static let known: [(Int64, String)] = [
        (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"), (-86_400_000, "1969-12-31T00:00:00.000Z"),
        (951_782_400_000, "2000-02-29T00:00:00.000Z"), (951_868_799_999, "2000-02-29T23:59:59.999Z"),
        (951_868_800_000, "2000-03-01T00:00:00.000Z"), (1_709_164_800_000, "2024-02-29T00:00:00.000Z"),
        (4_107_456_000_000, "2100-02-28T00:00:00.000Z"), (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
        (1_767_225_599_999, "2025-12-31T23:59:59.999Z"), (1_767_225_600_000, "2026-01-01T00:00:00.000Z"),
        (-2_203_977_600_000, "1900-02-28T00:00:00.000Z"), (-2_203_891_200_000, "1900-03-01T00:00:00.000Z"),
        (253_402_300_799_999, "9999-12-31T23:59:59.999Z"), (253_402_300_800_000, "10000-01-01T00:00:00.000Z"),
        (-62_167_219_200_000, "0000-01-01T00:00:00.000Z"), (-62_167_219_200_001, "-0001-12-31T23:59:59.999Z"),
    ]

    @Test("prints known times", arguments: known)
    func prints(_ milliseconds: Int64, _ text: String) {
        #expect(Timestamp(milliseconds: milliseconds).description == text)
    }

    @Test("prints what Foundation prints")
    func agreesWithFoundation() {
        var random = Seeded(seed: 7)
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        for _ in 0..<2000 {
            // After 1583: Foundation's calendar is Julian before, ours is not.
            let time = Timestamp(milliseconds: .random(in: -12_000_000_000...250_000_000_000, using: &random) * 1000)
            #expect(time.description == time.date.formatted(style))
        }
    }

    @Test("adds and subtracts spans, and stays within what fits")
    func arithmetic() {
        let time = Timestamp(milliseconds: 5000)
        #expect((time + .milliseconds(1500)).milliseconds == 6500)
        #expect((time - .seconds(6)).milliseconds == -1000)
        #expect(time.since(Timestamp(milliseconds: 6000)) == .milliseconds(-1000))
        #expect((time + .seconds(Int64.max)).milliseconds == .max)
        #expect((time - .seconds(Int64.max)).milliseconds == -Int64.max + 5000)
        #expect(Timestamp(milliseconds: .max).since(Timestamp(milliseconds: .min)) == .milliseconds(Int64.max))
        #expect((Timestamp(milliseconds: .max) + .nanoseconds(1_999_999)).milliseconds == .max)
    }

    @Test("takes any date")
    func dates() {
        #expect(Timestamp(Date(timeIntervalSince1970: 1.0009)).milliseconds == 1000)
        #expect(Timestamp(Date(timeIntervalSince1970: -0.0001)).milliseconds == -1)
        #expect(Timestamp(Date(timeIntervalSince1970: .infinity)).milliseconds == .max)
        #expect(Timestamp(Date(timeIntervalSince1970: -1e300)).milliseconds == .min)
        #expect(!Timestamp(milliseconds: .min).description.isEmpty)
        #expect(!Timestamp(milliseconds: .max).description.isEmpty)
    }
}
