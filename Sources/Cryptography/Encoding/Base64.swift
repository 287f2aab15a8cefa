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
        String(decoding: encodedBytes(Array(bytes)), as: UTF8.self)
    }

    /// The digits as ASCII.
    package func encodedBytes(_ bytes: [UInt8]) -> [UInt8] {
        let whole = bytes.count / 3 * 3
        let most = (bytes.count + 2) / 3 * 4
        return Array(unsafeUninitializedCapacity: most) { text, count in
            func put(_ bits: UInt32, digits wanted: Int) {
                for place in 0..<wanted { text[count + place] = digits[Int(bits >> UInt32(18 - 6 * place) & 63)] }
                count += wanted
            }
            for start in stride(from: 0, to: whole, by: 3) {
                put(UInt32(bytes[start]) << 16 | UInt32(bytes[start + 1]) << 8 | UInt32(bytes[start + 2]), digits: 4)
            }
            switch bytes.count - whole {
            case 1: put(UInt32(bytes[whole]) << 16, digits: 2)
            case 2: put(UInt32(bytes[whole]) << 16 | UInt32(bytes[whole + 1]) << 8, digits: 3)
            default: break
            }
            while isPadded, !count.isMultiple(of: 4) {
                text[count] = Self.padding
                count += 1
            }
        }
    }

    /// The bytes, or `nil` for a character outside the alphabet (white space too), wrong padding, a length that no bytes have,
    /// or set bits behind the last byte.
    package func decode(_ text: String) -> [UInt8]? {
        var text = text
        return text.withUTF8 { decode(UnsafeRawBufferPointer($0)) }
    }

    /// The same of ASCII.
    package func decode(_ text: UnsafeRawBufferPointer) -> [UInt8]? {
        var length = text.count
        if isPadded {
            guard length.isMultiple(of: 4) else { return nil }
            for _ in 0..<2 where length > 0 && text[length - 1] == Self.padding { length -= 1 }
        }
        guard length % 4 != 1 else { return nil }
        let whole = length / 4 * 4
        var isValid = true
        let bytes = [UInt8](unsafeUninitializedCapacity: length * 3 / 4) { bytes, count in
            /// Four digits in 24 bits, those behind the end as zeroes.
            func bits(at start: Int, _ digits: Int) -> UInt32 {
                var (bits, seen) = (0 as UInt32, 0 as UInt8)
                for place in 0..<4 {
                    let value = place < digits ? values[Int(text[start + place])] : 0
                    seen |= value
                    bits = bits << 6 | UInt32(value & 63)
                }
                if seen > 63 { isValid = false }
                return bits
            }
            func put(_ bits: UInt32, _ wanted: Int) {
                for place in 0..<wanted { bytes[count + place] = UInt8(truncatingIfNeeded: bits >> UInt32(16 - 8 * place)) }
                count += wanted
            }
            for start in stride(from: 0, to: whole, by: 4) { put(bits(at: start, 4), 3) }
            let rest = length - whole
            if rest > 0 {
                let last = bits(at: whole, rest)
                put(last, rest - 1)
                // Bits of no byte.
                if last & (rest == 2 ? 0xFFFF : 0xFF) != 0 { isValid = false }
            }
        }
        return isValid ? bytes : nil
    }
}
