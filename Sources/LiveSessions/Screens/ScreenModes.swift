/// Modes of a terminal that decide what its keys send, as its program switches them: `ESC [ ? 2004 h` on, `l` off.
struct ScreenModes {
    /// Pasted text is taken as one piece (xterm's mode 2004).
    private(set) var takesPaste = false
    /// Arrow keys send `ESC O A` instead of `ESC [ A` (DECCKM, mode 1).
    private(set) var hasApplicationKeys = false
    /// How often ``takesPaste`` was switched.
    private(set) var pasteSwitches = 0

    private enum Progress { case text, escape, bracket, numbers }
    private var progress = Progress.text
    private var numbers: [Int] = []

    mutating func read(_ bytes: [UInt8]) {
        for byte in bytes {
            if progress == .text, byte != 0x1B { continue }
            read(byte)
        }
    }

    private mutating func read(_ byte: UInt8) {
        switch (progress, byte) {
        case (_, 0x1B): progress = .escape
        case (.escape, UInt8(ascii: "[")): progress = .bracket
        case (.bracket, UInt8(ascii: "?")): (progress, numbers) = (.numbers, [0])
        case (.numbers, UInt8(ascii: "0")...UInt8(ascii: "9")):
            numbers[numbers.count - 1] = min(numbers[numbers.count - 1] * 10 + Int(byte - UInt8(ascii: "0")), 99_999)
        case (.numbers, UInt8(ascii: ";")) where numbers.count < 16: numbers.append(0)
        case (.numbers, UInt8(ascii: "h")), (.numbers, UInt8(ascii: "l")):
            for number in numbers { set(number, byte == UInt8(ascii: "h")) }
            progress = .text
        default: progress = .text
        }
    }

    private mutating func set(_ mode: Int, _ isOn: Bool) {
        switch mode {
        case 1: hasApplicationKeys = isOn
        case 2004:
            if takesPaste != isOn { pasteSwitches += 1 }
            takesPaste = isOn
        default: break
        }
    }
}
