/// Follows in a terminal's output whether its program wants pastes bracketed (`ESC [ ? 2004 h` and `l`), also where a sequence
/// is split between two pieces.
struct BracketedPasteScanner: Sendable {
    private enum State { case text, escape, bracket, parameters([UInt8]) }

    private(set) var isOn = false
    private var state = State.text

    mutating func scan(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            switch (state, byte) {
            case (_, 0x1B): state = .escape
            case (.text, _): break
            case (.escape, 0x5B): state = .bracket
            case (.bracket, 0x3F): state = .parameters([])
            case (.parameters(let digits), 0x30...0x3B) where digits.count < 64: state = .parameters(digits + [byte])
            case (.parameters(let digits), 0x68), (.parameters(let digits), 0x6C):
                if digits.split(separator: 0x3B).contains(where: { $0.elementsEqual("2004".utf8) }) { isOn = byte == 0x68 }
                state = .text
            default: state = .text
            }
        }
    }
}
