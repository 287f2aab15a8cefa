/// Follows the bytes just far enough to find numbers in control sequences that have too many digits.
///
/// libvterm does some things as often as a parameter says, without a limit (`CSI 2147483647 I` walks tab stops for seconds) and reads
/// numbers without minding that they overflow. No terminal is large enough for six digits.
struct ControlSequenceDigits {
    private static let maximum = 5

    private enum State: Equatable {
        case text
        case escape
        /// With the digits of the present parameter.
        case parameters(Int)
    }

    private var state = State.text

    /// Whether a byte can be taken without a look.
    func ignores(_ byte: UInt8) -> Bool { state == .text && byte != 0x1B }

    /// Takes the next byte; `false` where it is a digit too many. In doubt it stays inside of the sequence.
    mutating func takes(_ byte: UInt8) -> Bool {
        switch (state, byte) {
        case (_, 0x1B): state = .escape
        case (.text, _), (_, ..<0x20), (_, 0x7F...): break
        case (.escape, UInt8(ascii: "[")): state = .parameters(0)
        case (.escape, 0x20...0x2F): break
        case (.escape, _): state = .text
        case (.parameters(let digits), UInt8(ascii: "0")...UInt8(ascii: "9")):
            state = .parameters(digits + 1)
            return digits < Self.maximum
        case (.parameters, UInt8(ascii: ":")), (.parameters, UInt8(ascii: ";")): state = .parameters(0)
        case (.parameters, 0x40...): state = .text
        case (.parameters, _): break
        }
        return true
    }
}
