import HubCore

/// A command as somebody typed it: `/new@OrchestratiaBot Fix it !high` and the lines below.
///
/// Tolerant of what phones do: spaces around, upper case, no-break spaces, `/task_web_42` for `/task web#42`.
package struct CommandLine: Hashable, Sendable {
    /// Lower case, without the slash.
    package var name: String
    /// The name of the bot that is addressed, if any.
    package var bot: String?
    /// The rest of the first line, trimmed.
    package var line: String
    /// The further lines as they are, without blank lines around.
    package var body: String

    /// `nil` if the text is no command.
    package init?(_ text: String) {
        let text = text.filter { !Self.invisible.contains($0) }.trimmed
        guard text.first == "/" || text.first == "／" else { return nil }
        let lines = text.dropFirst().split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
        let first = lines[0].trimmed
        let words = first.split(maxSplits: 1, whereSeparator: \.isWhitespace)
        guard let head = words.first else { return nil }
        let address = head.split(separator: "@", maxSplits: 1)
        guard let word = address.first, word.first?.isLetter == true else { return nil }
        name = word.lowercased()
        bot = address.count > 1 ? String(address[1]) : nil
        line = words.count > 1 ? words[1].trimmed : ""
        body = lines.count > 1 ? Self.withoutBlankEdges(String(lines[1])) : ""
    }

    package init(name: String, line: String, body: String = "") {
        (self.name, self.line, self.body) = (name, line, body)
    }

    /// `/task_42` and `/task_web_42` taken apart, if the part before the first `_` is a command.
    package func splitting(known: (String) -> Bool) -> CommandLine {
        guard !known(name), let bar = name.firstIndex(of: "_") else { return self }
        let (head, tail) = (String(name[..<bar]), name[name.index(after: bar)...])
        guard known(head) else { return self }
        var result = self
        result.name = head
        let task: String
        if let last = tail.lastIndex(of: "_") {
            task = tail[..<last] + "#" + tail[tail.index(after: last)...]
        } else {
            task = "#" + tail
        }
        result.line = line.isEmpty ? task : "\(task) \(line)"
        return result
    }

    /// The words of the first line.
    package var words: [String] { line.split(whereSeparator: \.isWhitespace).map(String.init) }

    /// The last word that a button about a project has, so that it is about that one whatever the chat works in by the time of the press.
    static func pin(_ project: Project.ID) -> String { " \(pinMark)\(project.text)" }

    private static let pinMark = "in:"

    /// Takes that word off.
    mutating func takePin() -> Project.ID? {
        guard let word = words.last, word.hasPrefix(Self.pinMark), let id = Project.ID(String(word.dropFirst(Self.pinMark.count))) else {
            return nil
        }
        line = words.dropLast().joined(separator: " ")
        return id
    }

    /// Everything after the name, lines included.
    package var rest: String { body.isEmpty ? line : line.isEmpty ? body : "\(line)\n\(body)" }

    /// Characters that people cannot see and do not mean: byte-order mark, zero-width space.
    private static let invisible: Set<Character> = ["\u{FEFF}", "\u{200B}"]

    private static func withoutBlankEdges(_ text: String) -> String {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)[...]
        while let first = lines.first, first.allSatisfy(\.isWhitespace) { lines.removeFirst() }
        while let last = lines.last, last.allSatisfy(\.isWhitespace) { lines.removeLast() }
        return lines.joined(separator: "\n")
    }
}

extension StringProtocol {
    /// With plain dashes and quotes where a phone's keyboard made typographic ones.
    var withPlainPunctuation: String {
        String(
            map { character in
                switch character {
                case "‐", "‑", "‒", "–", "—", "−": "-"
                case "“", "”", "„", "‟", "«", "»", "″": "\""
                case "‘", "’", "‚", "‛", "′": "'"
                case "！": "!"
                case "＃": "#"
                case "：": ":"
                case "＠": "@"
                default: character
                }
            })
    }

    /// Without the quotation marks around it.
    var unquoted: String {
        let text = withPlainPunctuation
        guard text.count >= 2, let first = text.first, first == text.last, first == "\"" || first == "'" else { return text }
        return String(text.dropFirst().dropLast())
    }
}
