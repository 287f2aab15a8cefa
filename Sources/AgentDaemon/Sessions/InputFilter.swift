/// Takes terminals' answers to "what are you?" (`ESC [ ? … c`) out of input: they answer a question that the hub's screen was
/// asked too, and would be typed into the shell (agent protocol, section 6.3).
enum InputFilter {
    static func clean(_ bytes: [UInt8]) -> [UInt8] {
        guard bytes.contains(0x1B) else { return bytes }
        var (result, index) = ([UInt8](), 0)
        while index < bytes.count {
            if let end = answer(in: bytes, at: index) {
                index = end
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return result
    }

    private static func answer(in bytes: [UInt8], at start: Int) -> Int? {
        guard bytes[start...].starts(with: [0x1B, 0x5B, 0x3F]) else { return nil }
        var index = start + 3
        while index < bytes.count, (0x30...0x39).contains(bytes[index]) || bytes[index] == 0x3B { index += 1 }
        return index < bytes.count && bytes[index] == 0x63 ? index + 1 : nil
    }
}
