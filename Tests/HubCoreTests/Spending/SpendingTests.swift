import Foundation
import HubCore
import Testing

/// Pain 8: amounts are exact.
@Suite struct MoneyTests {
    @Test(
        "reads decimal numbers as they are written",
        arguments: [
            ("0", 0), ("-0", 0), ("5", 5_000_000), ("5.1", 5_100_000), ("5.10", 5_100_000), ("0.000001", 1), ("0.1", 100_000),
            ("1e2", 100_000_000), ("1E-6", 1), ("12.345678", 12_345_678), ("1000000000", 1_000_000_000_000_000),
            // Below a millionth: rounded up, so that nothing is lost.
            ("0.0000001", 1), ("0.12345678901234567890", 123_457), ("1.0000009", 1_000_001), ("1e-40", 1), ("0e999", 0),
        ])
    func reads(text: String, micros: Int64) {
        #expect(Money(decimal: text)?.micros == micros)
    }

    @Test(
        "refuses what is no amount",
        arguments: [
            "", "-1", "-0.01", "x", "1,5", "NaN", "1e", "1e10", "1000000000.01", "٣", "1e999999999999", String(repeating: "9", count: 70),
            "1e-9223372036854775808", "1e9223372036854775807", "1e-9223372036854775809",
        ])
    func refuses(text: String) {
        #expect(Money(decimal: text) == nil)
    }

    @Test("is written with two decimals or as many as it takes, and read back the same") func text() {
        let samples: [(Int64, String)] = [(0, "0.00"), (5_100_000, "5.10"), (300, "0.0003"), (1, "0.000001"), (12_345_678, "12.345678")]
        for (micros, text) in samples { #expect(Money(micros: micros).description == text) }
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            let money = Money(micros: .random(in: 0...Money.maximum.micros, using: &generator))
            #expect(Money(decimal: money.description) == money)
        }
    }

    @Test("a thousand tenths are a hundred") func sums() {
        var sum = Money.zero
        for _ in 0..<1000 { sum = sum + Money(micros: 100_000) }
        #expect(sum.description == "100.00")
        #expect(Money(micros: .max) + Money(micros: .max) == .maximumSum)
        #expect(Money(micros: 5) - Money(micros: 7) == .zero)
    }

    @Test("a raise is half as much again in whole hundredths, and always more", arguments: [1, 9999, 10_000, 5_000_000, 3_333_333])
    func raised(micros: Int64) {
        let (money, raised) = (Money(micros: micros), Money(micros: micros).raised)
        #expect(raised > money && raised.micros % 10_000 == 0 && raised.micros >= micros * 3 / 2)
    }
}

@Suite struct UsageTests {
    @Test("totals may come again, late and in any order: what they add up to is the same") func order() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            var totals: [Usage] = []
            var usage = Usage.zero
            for _ in 0..<8 {
                usage =
                    usage
                    + Usage(
                        tokensIn: .random(in: 0...1000, using: &generator), tokensOut: .random(in: 0...50, using: &generator),
                        cost: Money(micros: .random(in: 0...9_999_999, using: &generator)))
                totals.append(usage)
            }
            let received = (totals + totals.filter { _ in Bool.random(using: &generator) }).shuffled(using: &generator)
            var (known, booked) = (Usage.zero, Usage.zero)
            for report in received {
                let next = known.merged(with: report)
                booked = booked + next.since(known)
                known = next
            }
            #expect(known == usage && booked == usage)
        }
    }

    static let faults: [(UsageReport, String)] = [
        (.init(Usage(tokensIn: -1)), "tokens_in and tokens_out are 0 to 1000000000000, not -1"),
        (.init(Usage(tokensOut: 1_000_000_000_001)), "tokens_in and tokens_out are 0 to 1000000000000, not 1000000000001"),
        (.init(Usage(cost: Money(micros: .max))), "cost is a decimal number such as 0.42, at most 1000000000.00"),
        (.init(.zero, model: String(repeating: "m", count: 65)), "model has at most 64 characters on one line"),
        (.init(.zero, run: "a\nb"), "run has at most 64 characters on one line"),
        (.init(.zero, model: "\0"), "model has at most 64 characters on one line"),
        (.init(.zero, currency: "EUR"), "this hub counts in USD, not in EUR: report the cost in USD, or leave it out"),
    ]

    @Test("a report that breaks a rule is refused, with what would be taken", arguments: faults)
    func refused(report: UsageReport, sentence: String) {
        let fault = #expect(throws: UsageReport.Fault.self) { try report.checked(currency: "USD") }
        #expect(fault?.description == sentence)
        #expect(throws: Never.self) { try UsageReport(Usage(tokensIn: 1), model: "m", currency: "usd").checked(currency: "USD") }
    }
}

@Suite struct SpendingCapTests {
    private func cap(_ kind: SpendingCap.Kind, _ limit: Int64 = 5_000_000, _ spent: Int64 = 5_100_000) -> SpendingCap {
        SpendingCap(kind, limit: Money(micros: limit), spent: Money(micros: spent), mark: "1")
    }

    @Test("a cap is reached when as much is spent, and a raise leaves room", arguments: SpendingCap.Kind.allCases)
    func reached(kind: SpendingCap.Kind) {
        #expect(cap(kind, 5, 5).isReached && !cap(kind, 5, 4).isReached)
        for spent: Int64 in [5_000_000, 5_100_000, 500_000_000] { #expect(cap(kind, 5_000_000, spent).raised.micros > spent) }
        #expect(cap(kind, 0, 0).isReached)
    }

    @Test("a question at a cap is answered by an id or a label, and by nothing else", arguments: SpendingCap.Kind.allCases)
    func choices(kind: SpendingCap.Kind) {
        let spending = Intervention.Spending(cap(kind))
        #expect(spending.choices.contains(.raise) == (kind != .fleet))
        for choice in spending.choices {
            #expect(spending.choice(choice.rawValue) == choice && spending.choice(" \(spending.label(of: choice).uppercased()) ") == choice)
        }
        for other in ["", "yes", "go on, please", "raise the cap to 1000000"] { #expect(spending.choice(other) == nil) }
        #expect(Set(spending.options.map(\.label)).count == spending.choices.count)
    }

    @Test("a day is that of its time zone") func days() throws {
        let evening = Timestamp(milliseconds: 1_795_386_600_000)
        #expect(evening.description == "2026-11-22T22:30:00.000Z")
        #expect(SpendingDay.name(at: evening, in: .gmt) == "2026-11-22")
        #expect(SpendingDay.name(at: evening, in: try #require(TimeZone(identifier: "Europe/Berlin"))) == "2026-11-22")
        #expect(SpendingDay.name(at: evening + .seconds(1800), in: try #require(TimeZone(identifier: "Europe/Berlin"))) == "2026-11-23")
        #expect(SpendingDay.name(at: evening, in: try #require(TimeZone(identifier: "Pacific/Auckland"))) == "2026-11-23")
    }

    @Test(
        "a currency has three capital letters",
        arguments: [("USD", true), ("EUR", true), ("usd", false), ("US", false), ("US1", false), ("ÜSD", false)])
    func currency(text: String, isOne: Bool) {
        #expect(SpendingRules.isCurrency(text) == isOne)
    }
}
