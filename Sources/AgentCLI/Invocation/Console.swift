import Foundation

/// Where the program prints.
package struct Console: Sendable {
    private let output: @Sendable (String) -> Void
    private let complaints: @Sendable (String) -> Void
    private let isColoured: Bool

    package init(isColoured: Bool, output: @escaping @Sendable (String) -> Void, complaints: @escaping @Sendable (String) -> Void) {
        (self.isColoured, self.output, self.complaints) = (isColoured, output, complaints)
    }

    /// Standard output and standard error. Colour only on a terminal, and not where `NO_COLOR` is set (no-color.org).
    static func standard(_ environment: [String: String]) -> Console {
        let isPlain = environment["NO_COLOR"].map { !$0.isEmpty } ?? false || environment["TERM"] == "dumb"
        return Console(isColoured: !isPlain && isatty(STDOUT_FILENO) == 1) {
            try? FileHandle.standardOutput.write(contentsOf: Data($0.utf8))
        } complaints: {
            try? FileHandle.standardError.write(contentsOf: Data($0.utf8))
        }
    }

    /// One line, or several.
    func print(_ text: String) { output(text.hasSuffix("\n") ? text : text + "\n") }

    /// For standard error.
    func complain(_ text: String) { complaints(text + "\n") }

    enum Style: String {
        case bold = "1"
        case dim = "2"
        case red = "31"
        case green = "32"
        case yellow = "33"
        case cyan = "36"
    }

    func style(_ text: String, _ style: Style) -> String {
        isColoured ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
    }

    /// Text of others for a terminal: control characters but line breaks and tabs become visible, so that no text can steer the terminal.
    static func harmless(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.map { isControl($0) ? "\u{FFFD}" : $0 }))
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        (scalar.value < 0x20 && scalar != "\n" && scalar != "\t") || (0x7F..<0xA0).contains(scalar.value)
    }
}
