/// Base64 (RFC 4648) in the spellings in use here. Decoding is strict: every value has exactly one text.
package struct Base64: Sendable {
    /// Section 5, without padding: tokens and everything else that travels in URLs.
    package static let url = Base64(lastDigits: "-_", isPadded: false)
    /// Section 4, with padding: keys in configuration files, as `openssl rand -base64` prints them.
    package static let standard = Base64(lastDigits: "+/", isPadded: true)
    /// Section 4, without padding: salt and hash inside a password hash.
    static let unpadded = Base64(lastDigits: "+/", isPadded: false)

    private static let padding = UInt8(ascii: "=")
    private static let invalid: UInt8 = 0xff

    private let digits: [UInt8]
    /// The six bits of each ASCII character, or ``invalid``.
    private let values: [UInt8]
    private let isPadded: Bool

    private init(lastDigits: String, isPadded: Bool) {
        let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8) + Array(lastDigits.utf8)
        var values = [UInt8](repeating: Self.invalid, count: 256)
        for (value, digit) in digits.enumerated() { values[Int(digit)] = UInt8(value) }
        (self.digits, self.values, self.isPadded) = (digits, values, isPadded)
    }

    package func encode(_ bytes: some Collection<UInt8>) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        var (bits, bitCount) = (0 as UInt32, 0)
        for byte in bytes {
            bits = (bits << 8 | UInt32(byte)) & 0xffff
            bitCount += 8
            while bitCount >= 6 {
                bitCount -= 6
                text.append(digits[Int(bits >> UInt32(bitCount) & 63)])
            }
        }
        if bitCount > 0 { text.append(digits[Int(bits << UInt32(6 - bitCount) & 63)]) }
        while isPadded, !text.count.isMultiple(of: 4) { text.append(Self.padding) }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes, or `nil` for a character outside the alphabet (white space too), wrong padding, a length that no bytes have,
    /// or set bits behind the last byte.
    package func decode(_ text: String) -> [UInt8]? {
        var text = Array(text.utf8)[...]
        if isPadded {
            guard text.count.isMultiple(of: 4) else { return nil }
            for _ in 0..<2 where text.last == Self.padding { text.removeLast() }
        }
        guard text.count % 4 != 1 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count * 3 / 4)
        var (bits, bitCount) = (0 as UInt32, 0)
        for digit in text {
            let value = values[Int(digit)]
            guard value != Self.invalid else { return nil }
            bits = (bits << 6 | UInt32(value)) & 0xffff
            bitCount += 6
            if bitCount >= 8 {
                bitCount -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(bitCount)))
            }
        }
        let rest = bits & ((1 << UInt32(bitCount)) - 1)
        return rest == 0 ? bytes : nil
    }
}
