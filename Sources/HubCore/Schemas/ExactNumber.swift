/// A JSON number in its exact value, so that `1`, `1.0` and `10e-1` are the same and `0.3` is a multiple of `0.1`.
///
/// The value is `digits × 10^exponent`; there are no zeros at either end of `digits`, and zero has none at all.
struct ExactNumber: Hashable, Sendable {
    let isNegative: Bool
    let digits: [UInt8]
    let exponent: Int

    private static let exponents = -1_000_000_000...1_000_000_000

    /// `nil` if the text is no number, or its exponent is beyond all sense.
    init?(_ text: String) {
        var isNegative = false
        var digits: [UInt8] = []
        var exponent = 0
        var rest = text.utf8[...]
        if rest.first == UInt8(ascii: "-") {
            isNegative = true
            rest.removeFirst()
        }
        var isFraction = false
        while let byte = rest.first, byte != UInt8(ascii: "e"), byte != UInt8(ascii: "E") {
            rest.removeFirst()
            switch byte {
            case UInt8(ascii: "."): isFraction = true
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                digits.append(byte - UInt8(ascii: "0"))
                if isFraction { exponent -= 1 }
            default: return nil
            }
        }
        if !rest.isEmpty {
            guard let power = Int(String(Substring(rest.dropFirst()))), Self.exponents.contains(power) else { return nil }
            exponent += power
        }
        guard !digits.isEmpty else { return nil }
        let leading = digits.prefix { $0 == 0 }.count
        digits.removeFirst(leading)
        while digits.last == 0 {
            digits.removeLast()
            exponent += 1
        }
        self.digits = digits
        self.isNegative = isNegative && !digits.isEmpty
        self.exponent = digits.isEmpty ? 0 : exponent
    }

    var isZero: Bool { digits.isEmpty }
    var isInteger: Bool { exponent >= 0 }

    /// The power of ten above the first digit.
    private var magnitude: Int { digits.count + exponent }

    /// Whether this is a whole multiple of `divisor`, which must be positive and have at most 18 digits.
    func isMultiple(of divisor: ExactNumber) -> Bool {
        guard !isZero else { return true }
        // Below the divisor's last place there are digits of this number that no multiple has.
        guard exponent >= divisor.exponent, let modulus = divisor.significand else { return false }
        var remainder: UInt64 = 0
        for digit in digits { remainder = Self.next(remainder, digit, modulo: modulus) }
        var zeros = exponent - divisor.exponent
        while zeros > 0, remainder != 0 {
            // Past as many zeros as the divisor can have factors of two and five, nothing changes any more but by its period.
            if zeros > 4096 { return Self.isDivisible(remainder, zeros: zeros, by: modulus) }
            remainder = Self.next(remainder, 0, modulo: modulus)
            zeros -= 1
        }
        return remainder == 0
    }

    /// How many divisions ``isMultiple(of:)`` takes at most.
    func divisions(by divisor: ExactNumber) -> Int { digits.count + min(max(0, exponent - divisor.exponent), 4096) }

    /// The digits as a number; `nil` for more than 18.
    var significand: UInt64? {
        digits.count <= 18 ? digits.reduce(0) { $0 * 10 + UInt64($1) } : nil
    }

    private static func next(_ remainder: UInt64, _ digit: UInt8, modulo modulus: UInt64) -> UInt64 {
        let (high, low) = remainder.multipliedFullWidth(by: 10)
        let (sum, isOver) = low.addingReportingOverflow(UInt64(digit))
        return modulus.dividingFullWidth((high + (isOver ? 1 : 0), sum)).remainder
    }

    /// Whether `remainder × 10^zeros` is divisible: the divisor may have no factors left but those of ten.
    private static func isDivisible(_ remainder: UInt64, zeros: Int, by modulus: UInt64) -> Bool {
        var (divisor, other) = (modulus, remainder)
        while other != 0 { (divisor, other) = (other, divisor % other) }
        var rest = modulus / divisor
        while rest.isMultiple(of: 2) { rest /= 2 }
        while rest.isMultiple(of: 5) { rest /= 5 }
        return rest == 1
    }

    /// The same text for the same value.
    var canonical: String {
        (isNegative ? "-" : "") + String(decoding: digits.map { $0 + UInt8(ascii: "0") }, as: UTF8.self) + "e\(exponent)"
    }
}

extension ExactNumber: Comparable {
    static func < (a: Self, b: Self) -> Bool {
        if a.isNegative != b.isNegative { return a.isNegative }
        return a.isNegative ? b.isSmallerInSize(than: a) : a.isSmallerInSize(than: b)
    }

    private func isSmallerInSize(than other: Self) -> Bool {
        if isZero || other.isZero { return isZero && !other.isZero }
        if magnitude != other.magnitude { return magnitude < other.magnitude }
        return digits.lexicographicallyPrecedes(other.digits)
    }
}

extension JSONValue {
    /// A text that is the same for values that are equal by JSON Schema (core, section 4.2.2): numbers by their value, objects without
    /// regard to the order of their members.
    var canonicalText: String {
        var bytes: [UInt8] = []
        writeCanonically(into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private func writeCanonically(into out: inout [UInt8]) {
        switch self {
        case .null, .bool: write(into: &out)
        case .number(let text): out.append(contentsOf: ("n" + (ExactNumber(text)?.canonical ?? text)).utf8)
        case .string(let text): Self.write(text, into: &out)
        case .array(let items):
            out.append(UInt8(ascii: "["))
            for item in items {
                item.writeCanonically(into: &out)
                out.append(UInt8(ascii: ","))
            }
            out.append(UInt8(ascii: "]"))
        case .object(let members):
            out.append(UInt8(ascii: "{"))
            for (name, value) in Dictionary(members.map({ ($0.name, $0.value) }), uniquingKeysWith: { $1 }).sorted(by: { $0.key < $1.key })
            {
                Self.write(name, into: &out)
                out.append(UInt8(ascii: ":"))
                value.writeCanonically(into: &out)
                out.append(UInt8(ascii: ","))
            }
            out.append(UInt8(ascii: "}"))
        }
    }

    /// Its compact text as far as `length` characters (Unicode scalars), the last one an ellipsis if that is not all.
    func beginning(_ length: Int) -> String {
        switch self {
        case .number(let text): text.cut(to: length)
        case .string(let text): JSONValue.string(text.cut(to: length + 1)).text.cut(to: length)
        default: text.cut(to: length)
        }
    }
}
