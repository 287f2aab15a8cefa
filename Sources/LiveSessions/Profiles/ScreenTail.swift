import HubCore
import Terminal

/// The last lines of a screen, without frames of boxes and without blank lines at the end, and what they look like to somebody who
/// knows terminals but not the program.
struct ScreenTail {
    let lines: [String]
    /// The line with the cursor up to the cursor's column, if nothing but blanks follows there; `nil` otherwise.
    let typedAt: String?
    private let frames: Set<Int>

    init(_ image: ScreenImage, count: Int) {
        let end = (image.rows.lastIndex { !$0.isEmpty } ?? -1) + 1
        var lines = (max(0, end - count)..<end).map(image.line)
        while lines.last?.isEmpty == true { lines.removeLast() }
        let all = lines.map(Self.unframed)
        self.lines = all.map(\.text)
        frames = Set(all.indices.filter { all[$0].isFrame })
        let cursor = image.cursor
        let line = image.line(cursor.row)
        let width = image.rows.indices.contains(cursor.row) ? image.rows[cursor.row].reduce(0) { $0 + $1.columns } : 0
        typedAt = cursor.isVisible && !line.isEmpty && cursor.column + 1 >= width ? line : nil
    }

    var text: String { lines.joined(separator: "\n") }

    /// What a profile recognised, with the options that stand there.
    func question(about match: String) -> Question {
        let menu = self.menu
        let end = menu?.start ?? lines.count
        var words = above(end)
        if words.isEmpty { words = match }
        return Question(text: words, options: menu?.options ?? Self.letters(in: lines.last ?? match))
    }

    /// A question in the ways that most programs ask one.
    var unknownQuestion: Question? {
        if let menu, menu.options.contains(where: \.isSelected) {
            let words = above(menu.start)
            return Question(text: words.isEmpty ? menu.options.map(\.label).joined(separator: "\n") : words, options: menu.options)
        }
        let last = lines.last ?? ""
        if Self.anywhere.match(in: typedAt ?? last) != nil { return Question(text: above(lines.count)) }
        if Self.arrows.match(in: text) != nil { return Question(text: above(lines.count)) }
        guard let line = typedAt else { return nil }
        if Self.secret.match(in: line) != nil { return Question(text: line, isSecret: true) }
        let letters = Self.letters(in: line)
        guard !letters.isEmpty || Self.asking.match(in: line) != nil else { return nil }
        return Question(text: above(lines.count), options: letters)
    }

    var endsInShellPrompt: Bool { typedAt.map { Self.shell.match(in: $0) != nil } ?? false }

    /// The lines above a place up to the top of their box, or some; blank lines only inside.
    private func above(_ end: Int) -> String {
        var words: [String] = []
        for index in (0..<end).reversed() {
            if frames.contains(index) || words.count == 12 { break }
            words.insert(lines[index], at: 0)
        }
        while words.first?.isEmpty == true { words.removeFirst() }
        while words.last?.isEmpty == true { words.removeLast() }
        return words.joined(separator: "\n")
    }

    /// The last numbered menu, of two options or more, with nothing but few lines below it.
    private var menu: (start: Int, options: [Question.Option])? {
        var options: [Question.Option] = []
        var last = 0
        for index in lines.indices.reversed() {
            guard let option = Self.option(lines[index]) else {
                // Long labels go on in further lines; below the menu there may be hints.
                if options.isEmpty ? lines.count - index > 8 : last - index > 3 { break }
                continue
            }
            guard options.isEmpty || option.number == (Int(options[0].key) ?? 0) - 1 else { break }
            options.insert(.init(key: String(option.number), label: option.label, isSelected: option.isMarked), at: 0)
            last = index
            if option.number == 1 { return options.count > 1 ? (index, options) : nil }
        }
        return nil
    }

    private static func option(_ line: String) -> (number: Int, label: String, isMarked: Bool)? {
        var rest = Substring(line).drop { $0 == " " }
        let isMarked = rest.first.map { "❯›>●▶→➤*◉".contains($0) } ?? false
        if isMarked { rest = rest.dropFirst().drop { $0 == " " } }
        let digits = rest.prefix { $0.isASCII && $0.isNumber }
        guard (1...2).contains(digits.count), let number = Int(digits) else { return nil }
        rest = rest.dropFirst(digits.count)
        guard let sign = rest.first, sign == "." || sign == ")" else { return nil }
        let label = rest.dropFirst().drop { $0 == " " }
        return label.isEmpty ? nil : (number, String(label), isMarked)
    }

    /// `[y/n]`, `(Y/n)`, `[y/N/a]`, `(Y)es/(N)o/(A)ll`: one option for each letter.
    private static func letters(in line: String) -> [Question.Option] {
        if words.match(in: line) != nil {
            return line.split(separator: "/").compactMap { part in
                guard let open = part.firstIndex(of: "("), let close = part[open...].firstIndex(of: ")"),
                    case let letter = part[part.index(after: open)..<close], letter.count == 1
                else { return nil }
                let rest = part[part.index(after: close)...].prefix { $0 != "[" }
                let label = (String(letter) + rest).split(separator: " ").joined(separator: " ")
                return Question.Option(key: letter.lowercased(), label: label)
            }
        }
        guard let match = choice.match(in: line)?.text else { return [] }
        let keys = match.split { !$0.isLetter }.map { $0.lowercased() }
        return keys.map { Question.Option(key: $0, label: ["y": "yes", "n": "no"][$0] ?? $0) }
    }

    private static func unframed(_ line: String) -> (text: String, isFrame: Bool) {
        let sides: Set<Character> = ["│", "┃", "║", "▌", "▐"]
        let borders: Set<Character> = ["─", "━", "═", "╭", "╮", "╰", "╯", "┌", "┐", "└", "┘", "╔", "╗", "╚", "╝", "▄", "▀", "╌"]
        let bare = line.filter { $0 != " " }
        let isFrame = bare.count > 2 && bare.allSatisfy { borders.contains($0) }
        guard !isFrame else { return ("", true) }
        var text = Substring(line)
        let trimmed = text.drop { $0 == " " }
        if let first = trimmed.first, sides.contains(first) { text = trimmed.dropFirst() }
        if let last = text.last, sides.contains(last) { text = text.dropLast() }
        while text.last == " " { text.removeLast() }
        return (String(text), false)
    }

    private static func pattern(_ text: String) -> [ScreenPattern] { [text].compactMap(ScreenPattern.init) }

    private static let words = pattern(#"\(Y\)es/\(N\)o"#)
    private static let choice = pattern(#"(?i)[\[(](?:y(?:es)?/n(?:o)?|n(?:o)?/y(?:es)?)(?:/[a-z?]{1,8}){0,5}[\])](?=[^\p{L}]{0,4}$)"#)
    private static let asking = pattern(#"(?i)[?？]\s*$|(?:user ?name|login)[^\n]{0,100}:\s*$"#)
    private static let secret = pattern(#"(?i)(?:password|passphrase|passcode|\bpin\b)[^\n]{0,100}:\s*$"#)
    private static let anywhere = pattern(
        #"(?i)\b(?:press|hit) (?:\[?(?:enter|return|any key|space)\b)|--More--|^\(END\)$"#)
    private static let arrows = pattern(#"(?i)\(use arrow keys|use (?:the )?arrow keys to|↑/↓ to (?:navigate|select|move)"#)
    private static let shell = pattern(#"(?:^|[\w\])~:/ ])[$#%❯➜]\s*$"#)
}
