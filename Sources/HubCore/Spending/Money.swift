/// An amount of money in millionths of the hub's currency. Never a floating-point number: what is added up a thousand times stays exact.
package struct Money: Hashable, Comparable, Sendable, Codable {
    /// Not negative, at most ``maximum``'s.
    package let micros: Int64

    package static let zero = Money(micros: 0)
    /// A thousand million units: no report and no cap is larger.
    package static let maximum = Money(micros: 1_000_000_000_000_000)
    /// Where sums stop: some hundred of this size still add up.
    package static let maximumSum = Money(micros: 10 * maximum.micros)

    package init(micros: Int64) {
        self.micros = max(0, micros)
    }

    /// A decimal number as JSON and people write it: `5`, `5.10`, `0.0003`, `1e-3`. What lies below a millionth is rounded up.
    ///
    /// `nil` for what is no number, is negative, or is more than `limit`.
    package init?(decimal text: String, upTo limit: Money = maximum) {
        guard text.utf8.count <= 64, text.utf8.allSatisfy({ $0 < 0x80 }), let number = ExactNumber(text), !number.isNegative else {
            return nil
        }
        var digits = number.digits
        var zeros = number.exponent + 6
        var isRoundedUp = false
        if zeros < 0 {
            isRoundedUp = !digits.isEmpty
            digits.removeLast(min(digits.count, -zeros))
            zeros = 0
        }
        guard digits.isEmpty || digits.count + zeros <= 18 else { return nil }
        var micros: Int64 = 0
        for digit in digits { micros = micros * 10 + Int64(digit) }
        if micros > 0 { for _ in 0..<zeros { micros *= 10 } }
        if isRoundedUp { micros += 1 }
        guard micros <= limit.micros else { return nil }
        self.micros = micros
    }

    package static func < (a: Self, b: Self) -> Bool { a.micros < b.micros }

    package static func + (a: Self, b: Self) -> Self {
        let (sum, overflow) = a.micros.addingReportingOverflow(b.micros)
        return overflow ? maximumSum : min(Money(micros: sum), maximumSum)
    }

    /// What is left of `a`; never less than nothing.
    package static func - (a: Self, b: Self) -> Self { Money(micros: a.micros - min(a.micros, b.micros)) }

    /// Half as much again, rounded up to whole hundredths.
    package var raised: Money {
        let more = min(self, Self.maximum).micros + (min(self, Self.maximum).micros + 1) / 2
        return min(Self.maximum, Money(micros: (more + 9999) / 10_000 * 10_000))
    }
}

extension Money: CustomStringConvertible {
    /// `5.00`, `0.0003`: two decimals, or as many as it takes.
    package var description: String {
        let (units, rest) = micros.quotientAndRemainder(dividingBy: 1_000_000)
        var decimals = String(1_000_000 + rest).dropFirst()
        while decimals.count > 2, decimals.last == "0" { decimals.removeLast() }
        return "\(units).\(decimals)"
    }
}
