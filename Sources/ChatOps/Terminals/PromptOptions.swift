import HubCore

/// What an option of a prompt does in its terminal.
package enum PromptChoice: Hashable, Sendable, Codable {
    case key(PadKey)
    /// Typed, with Enter.
    case text(String)
}

/// What the text of a prompt offers to choose from, read as a person would read it: numbered lines, or a question that ends in (y/n). A
/// guess that makes buttons; the key pad and the picture are there for what it does not see.
enum PromptOptions {
    struct Option: Hashable {
        let label: String
        let effect: PromptChoice
    }

    private static let most = 9

    static func read(_ text: String) -> [Option] {
        let lines = text.split(whereSeparator: \.isNewline).suffix(40).map { bare($0) }
        let numbered = numbered(lines)
        if numbered.count >= 2 { return numbered }
        let last = lines.last { !$0.isEmpty }?.lowercased() ?? ""
        if ["(yes/no)", "[yes/no]", "yes/no"].contains(where: last.contains) {
            return [.init(label: "Yes", effect: .text("yes")), .init(label: "No", effect: .text("no"))]
        }
        if ["(y/n)", "[y/n]", "y/n", "(y)es/(n)o"].contains(where: last.contains) {
            return [.init(label: "Yes", effect: .text("y")), .init(label: "No", effect: .text("n"))]
        }
        if ["press enter", "hit enter", "press return"].contains(where: last.contains) {
            return [.init(label: "Enter", effect: .key(PadKey(.enter)))]
        }
        return []
    }

    /// The last list that counts from 1.
    private static func numbered(_ lines: [String]) -> [Option] {
        var found: [Option] = []
        for line in lines {
            guard let (number, label) = item(line) else { continue }
            if number == 1 { found = [] }
            guard number == found.count + 1, number <= most else { continue }
            found.append(.init(label: "\(number). \(label)", effect: .key(PadKey(.character(Character(String(number)))))))
        }
        return found
    }

    private static func item(_ line: String) -> (Int, String)? {
        guard let digit = line.first, let number = digit.wholeNumberValue, digit.isASCII, number > 0 else { return nil }
        let rest = line.dropFirst()
        guard let mark = rest.first, mark == "." || mark == ")" else { return nil }
        let label = rest.dropFirst().trimmed
        return label.isEmpty ? nil : (number, AgentText.line(label, limit: 44))
    }

    /// Without the frame of a box and the mark of what is selected.
    private static func bare(_ line: Substring) -> String {
        let frame: Set<Character> = ["│", "┃", "|", "❯", "›", ">", "●", "○", "•", "*", "▶", "→", " ", "\t"]
        var line = line.drop { frame.contains($0) }
        while let last = line.last, frame.contains(last) { line.removeLast() }
        return String(line)
    }
}
