import HubService
import Terminal

/// What a terminal has shown, as lines of text without secrets.
enum PlainText {
    /// Of a whole session.
    static let maximumLines = 100_000

    static func lines(of screen: TerminalScreen, last wanted: Int) -> [String] {
        var lines = screen.scrollbackLines(last: wanted) + screen.image.lines
        while lines.last?.isEmpty == true { lines.removeLast() }
        let text = Redactor.redact(lines.suffix(max(0, wanted)).joined(separator: "\n"))
        return text.isEmpty ? [] : text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }
}
