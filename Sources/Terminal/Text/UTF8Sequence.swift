/// What stands at one place of a stream of UTF-8 (RFC 3629, section 4).
enum UTF8Sequence: Equatable {
    case scalar(Unicode.Scalar, length: Int)
    /// All that is there is a valid beginning; the rest may still come.
    case incomplete
    /// This byte is part of no character.
    case invalid

    init(_ bytes: UnsafeRawBufferPointer, at index: Int) {
        let lead = bytes[index]
        if lead < 0x80 {
            self = .scalar(Unicode.Scalar(lead), length: 1)
            return
        }
        let (length, smallest): (Int, UInt32)
        var value: UInt32
        switch lead {
        case 0xC2...0xDF: (length, smallest, value) = (2, 0x80, UInt32(lead & 0x1F))
        case 0xE0...0xEF: (length, smallest, value) = (3, 0x800, UInt32(lead & 0x0F))
        case 0xF0...0xF4: (length, smallest, value) = (4, 0x10000, UInt32(lead & 0x07))
        default:
            self = .invalid
            return
        }
        for offset in 1..<length {
            guard index + offset < bytes.count else {
                self = .incomplete
                return
            }
            let byte = bytes[index + offset]
            guard byte & 0xC0 == 0x80 else {
                self = .invalid
                return
            }
            value = value << 6 | UInt32(byte & 0x3F)
        }
        guard value >= smallest, let scalar = Unicode.Scalar(value) else {
            self = .invalid
            return
        }
        self = .scalar(scalar, length: length)
    }

    /// How many bytes at the end begin a character whose rest may still come: 0…3.
    static func incompleteTail(of bytes: UnsafeRawBufferPointer) -> Int {
        for length in 1...3 where length <= bytes.count {
            let index = bytes.count - length
            if bytes[index] & 0xC0 != 0x80 {
                return Self(bytes, at: index) == .incomplete ? length : 0
            }
        }
        return 0
    }
}
