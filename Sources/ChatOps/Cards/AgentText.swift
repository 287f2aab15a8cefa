import HubCore
import HubService

/// What agents (and people) wrote, made fit to be shown: secrets masked, control characters gone, cut with a visible marker, and
/// without anything that a tap could turn into a command or a mention of somebody.
package enum AgentText {
    /// Running text.
    package static func prose(_ text: String, limit: Int) -> String { cut(text, to: limit) { withoutTaps(clean($0)) } }

    /// For code and documents, where nothing can be tapped.
    package static func block(_ text: String, limit: Int = .max) -> String { cut(text, to: limit, clean) }

    /// One line: titles, names, labels of buttons.
    package static func line(_ text: String, limit: Int = 256) -> String {
        // Far more than is shown, so that a secret at the border is masked as a whole.
        let line = withoutTaps(clean(String(text.prefix(limit + 8192)))).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return line.count <= limit ? line : line.prefix(max(0, limit - 1)) + "…"
    }

    /// The last `count` lines, with a marker for what is left out. Looks at the last 64 KiB only, whatever the text's length.
    package static func tail(_ text: String, lines count: Int, limit: Int) -> String {
        let window = clean(String(text.suffix(65_536))).trimmed
        let kept = window.split(separator: "\n", omittingEmptySubsequences: false).suffix(count).joined(separator: "\n")
        let shown = kept.count <= limit ? kept : String(kept.suffix(limit))
        let missing = window.count - shown.count + max(0, text.count - 65_536)
        return missing > 0 ? "… cut, \(missing) characters before\n\(shown)" : shown
    }

    /// Cleans no more than what may be shown, and a margin so that a secret at the border is masked as a whole: an agent's text may be
    /// a mebibyte long.
    private static func cut(_ text: String, to limit: Int, _ cleaned: (String) -> String) -> String {
        let (margin, count) = (8192, text.count)
        guard limit < .max - margin, count > limit else { return cleaned(text) }
        return cleaned(String(text.prefix(limit + margin))).prefix(limit) + "\n… cut, \(count - limit) characters more"
    }

    private static func clean(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        var isEscape = false
        for scalar in Redactor.redact(text.replacing("\r\n", with: "\n")).unicodeScalars {
            if isEscape {
                // The rest of a terminal's escape sequence, up to its final letter.
                isEscape = !(("@"..."Z").contains(scalar) || ("\\"..."~").contains(scalar))
            } else if scalar == "\u{1B}" {
                isEscape = true
            } else if !isHidden(scalar) {
                scalars.append(scalar)
            }
        }
        return String(scalars)
    }

    /// Control characters, and those that turn the direction of writing and so can make a text look like another.
    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A: false
        case 0x00..<0x20, 0x7F..<0xA0, 0x202A...0x202E, 0x2066...0x2069, 0x200E, 0x200F, 0xFEFF: true
        default: false
        }
    }

    /// Telegram makes `/word` and `@word` tappable by itself; an invisible joiner behind the first character keeps it from that.
    private static func withoutTaps(_ text: String) -> String {
        var result = ""
        var previous: Character = " "
        for character in text {
            result.append(character)
            if character == "/" || character == "@", !previous.isLetter, !previous.isNumber { result.append("\u{2060}") }
            previous = character
        }
        return result
    }
}
