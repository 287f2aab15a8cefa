/// Follows the bytes just far enough to find control sequences with too many parameters, or with numbers of too many digits.
///
/// libvterm 0.1 writes parameters behind the sixteenth over its own state and crashes, reads numbers without minding that they overflow,
/// and does some things as often as a parameter says (`CSI 2147483647 I` walks tab stops for seconds).
struct ControlSequenceBounds {
    private static let maximumDigits = 5
    private static let maximumSeparators = 15

    private enum State: Equatable {
        case text
        case escape
        case parameters(digits: Int, separators: Int)
    }

    private var state = State.text

    /// Whether a byte can be taken without a look.
    func ignores(_ byte: UInt8) -> Bool { state == .text && byte != 0x1B }

    /// Takes the next byte; `false` where it is one too many. In doubt it stays inside of the sequence.
    mutating func takes(_ byte: UInt8) -> Bool {
        switch (state, byte) {
        case (_, 0x1B): state = .escape
        case (.text, _), (_, ..<0x20), (_, 0x7F...): break
        case (.escape, UInt8(ascii: "[")): state = .parameters(digits: 0, separators: 0)
        case (.escape, 0x20...0x2F): break
        case (.escape, _): state = .text
        case (.parameters(let digits, let separators), UInt8(ascii: "0")...UInt8(ascii: "9")):
            state = .parameters(digits: min(digits + 1, Self.maximumDigits + 1), separators: separators)
            return digits < Self.maximumDigits && separators <= Self.maximumSeparators
        case (.parameters(_, let separators), UInt8(ascii: ":")), (.parameters(_, let separators), UInt8(ascii: ";")):
            state = .parameters(digits: 0, separators: min(separators + 1, Self.maximumSeparators + 1))
            return separators < Self.maximumSeparators
        case (.parameters, 0x40...): state = .text
        case (.parameters, _): break
        }
        return true
    }
}
