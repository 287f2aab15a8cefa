/// Follows the bytes just far enough to find control sequences with too many parameters, or with numbers of too many digits.
///
/// libvterm 0.1 writes parameters behind the sixteenth over its own state and crashes, reads numbers without minding that they overflow,
/// and does some things as often as a parameter says (`CSI 2147483647 b` repeats a character for minutes).
struct ControlSequenceBounds {
    enum Verdict {
        case take
        case drop
        /// The sequence must not take effect.
        case cancel
    }

    private static let maximumDigits = 4
    private static let maximumSeparators = 15

    private struct Parameters: Equatable {
        var digits = 0
        var separators = 0
        /// One has as many digits as are allowed, more than a count needs.
        var hasLarge = false
    }

    private enum State: Equatable {
        case text
        case escape
        case parameters(Parameters)
    }

    private var state = State.text

    /// Whether a byte can be taken without a look.
    func ignores(_ byte: UInt8) -> Bool { state == .text && byte != 0x1B }

    /// Judges the next byte. In doubt it stays inside of the sequence.
    mutating func judge(_ byte: UInt8) -> Verdict {
        switch (state, byte) {
        case (_, 0x1B): state = .escape
        case (.text, _), (_, ..<0x20), (_, 0x7F...): break
        case (.escape, UInt8(ascii: "[")): state = .parameters(Parameters())
        case (.escape, 0x20...0x2F): break
        case (.escape, _): state = .text
        case (.parameters(let parameters), _): return judge(byte, in: parameters)
        }
        return .take
    }

    private mutating func judge(_ byte: UInt8, in parameters: Parameters) -> Verdict {
        var parameters = parameters
        defer { if byte < 0x40 { state = .parameters(parameters) } }
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"):
            guard parameters.digits < Self.maximumDigits, parameters.separators <= Self.maximumSeparators else { return .drop }
            parameters.digits += 1
            if parameters.digits == Self.maximumDigits { parameters.hasLarge = true }
        case UInt8(ascii: ":"), UInt8(ascii: ";"):
            parameters.digits = 0
            guard parameters.separators < Self.maximumSeparators else {
                parameters.separators = Self.maximumSeparators + 1
                return .drop
            }
            parameters.separators += 1
        case 0x40...:
            state = .text
            // REP.
            if byte == UInt8(ascii: "b"), parameters.hasLarge { return .cancel }
        default: break
        }
        return .take
    }
}
