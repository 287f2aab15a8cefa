/// Text without what steers a terminal: for a summary where nobody keeps a screen.
enum PlainText {
    /// The last `count` lines, without empty ones at the end.
    static func lines(_ bytes: [UInt8], last count: Int) -> [String] {
        var lines = String(decoding: printable(bytes), as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false).map(
            String.init)
        while lines.last?.allSatisfy(\.isWhitespace) ?? false { lines.removeLast() }
        return lines.suffix(count).map { String($0.prefix(2000)) }
    }

    private enum State { case text, escape, control, string, charset }

    private static func printable(_ bytes: [UInt8]) -> [UInt8] {
        var (state, result) = (State.text, [UInt8]())
        for byte in bytes {
            switch (state, byte) {
            case (.string, 0x07): state = .text
            case (.string, 0x1B), (_, 0x1B): state = .escape
            case (.string, _): break
            case (.text, 0x0A), (.text, 0x09), (.text, 0x20...0x7E), (.text, 0x80...): result.append(byte)
            case (.text, _): break
            case (.escape, 0x5B): state = .control
            case (.escape, 0x5D), (.escape, 0x50), (.escape, 0x58), (.escape, 0x5E), (.escape, 0x5F): state = .string
            case (.escape, 0x20...0x2F): state = .charset
            case (.control, 0x40...0x7E), (.charset, _), (.escape, _): state = .text
            case (.control, _): break
            }
        }
        return result
    }
}
