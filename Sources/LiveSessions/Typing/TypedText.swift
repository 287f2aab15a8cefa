/// Text of people or the hub on its way into a terminal.
struct TypedText {
    /// Without control characters, so that no text can press keys; lines end in `\n`.
    let text: String

    init(_ text: String) {
        var clean = String.UnicodeScalarView()
        for scalar in text.replacing("\r\n", with: "\n").unicodeScalars {
            switch scalar.value {
            case 0x0A, 0x09: clean.append(scalar)
            case 0x0D: clean.append("\n")
            case 0..<0x20, 0x7F...0x9F: break
            default: clean.append(scalar)
            }
        }
        self.text = String(clean)
    }

    /// As one piece, if the program knows pasted text; otherwise each line is entered like by hand. Terminals send `\r` for the end of
    /// a line in both.
    func bytes(asPaste: Bool) -> [UInt8] {
        let keys = text.replacing("\n", with: "\r")
        return Array((asPaste ? "\u{1b}[200~\(keys)\u{1b}[201~" : keys).utf8)
    }

    /// The end of its last line, without blanks, by which it is found on a screen that wraps lines.
    var tail: String {
        let line = text.split(separator: "\n").last ?? ""
        return String(line.unicodeScalars.filter { !$0.properties.isWhitespace }.map(Character.init).suffix(16))
    }
}
