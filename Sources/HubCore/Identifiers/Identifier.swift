private let hexDigits = Array("0123456789abcdef".utf8)

/// The identity of an `Entity`: a version 4 UUID in lower case, as clients of the wire protocol shorten ids to prefixes
/// and compare them case-sensitively (agent protocol, section 4.1).
package struct Identifier<Entity>: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// 36 characters, lower case.
    package let text: String

    /// Reads an id as people and clients write it: any case, nothing around it. `nil` if it is no UUID.
    package init?(_ text: some StringProtocol) {
        // Foundation's parser takes signs, blanks and "0x" for digits.
        guard text.utf8.count == 36 else { return nil }
        var letters: [UInt8] = []
        letters.reserveCapacity(36)
        for (index, byte) in text.utf8.enumerated() {
            switch (index, byte) {
            case (8, UInt8(ascii: "-")), (13, UInt8(ascii: "-")), (18, UInt8(ascii: "-")), (23, UInt8(ascii: "-")): letters.append(byte)
            case (8, _), (13, _), (18, _), (23, _): return nil
            case (_, UInt8(ascii: "0")...UInt8(ascii: "9")), (_, UInt8(ascii: "a")...UInt8(ascii: "f")): letters.append(byte)
            case (_, UInt8(ascii: "A")...UInt8(ascii: "F")): letters.append(byte | 0x20)
            default: return nil
            }
        }
        self.text = String(decoding: letters, as: UTF8.self)
    }

    /// An id read back from our own storage, known to be well-formed.
    package init(stored text: String) {
        self.text = text
    }

    /// A new id that nobody can guess.
    package static func random() -> Self {
        // From the kernel's generator. Foundation's `UUID()` opens a device file for each.
        var generator = SystemRandomNumberGenerator()
        // Version 4 and variant 1 stand in fixed bits (RFC 9562, section 5.4).
        let high = generator.next() & 0xffff_ffff_ffff_0fff | 0x4000
        let low = generator.next() & 0x3fff_ffff_ffff_ffff | 0x8000_0000_0000_0000
        var letters: [UInt8] = []
        letters.reserveCapacity(36)
        for (index, word) in [(0, high), (1, low)] {
            for place in 0..<16 {
                if index == 0 ? place == 8 || place == 12 : place == 0 || place == 4 { letters.append(UInt8(ascii: "-")) }
                letters.append(hexDigits[Int(word >> UInt64(60 - 4 * place) & 15)])
            }
        }
        return Self(stored: String(decoding: letters, as: UTF8.self))
    }

    package var description: String { text }
    package static func < (a: Self, b: Self) -> Bool { a.text < b.text }
}

extension Identifier: Codable {
    package init(from decoder: any Decoder) throws {
        self.init(stored: try decoder.singleValueContainer().decode(String.self))
    }
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
