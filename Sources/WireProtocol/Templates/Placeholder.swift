/// `{{name}}` in a text. Anything else with braces, such as `{{ secrets.KEY }}`, is text.
enum Placeholder {
    enum Piece: Hashable {
        case text(String)
        case argument(String)
    }

    /// So many characters may stand between the braces, with those that close them.
    private static let longest = 48

    /// The text cut where its placeholders begin and end, in one pass.
    static func pieces(of text: String) -> [Piece] {
        var pieces: [Piece] = []
        var (start, rest) = (text.startIndex, text[...])
        while let open = rest.firstRange(of: "{{") {
            let close = text[open.upperBound...].prefix(longest).firstRange(of: "}}")
            let name = close.map { text[open.upperBound..<$0.lowerBound].filter { $0 != " " } } ?? ""
            guard let close, isName(name) else {
                // The next brace may begin one: `{{{name}}`.
                rest = text[text.index(after: open.lowerBound)...]
                continue
            }
            if start < open.lowerBound { pieces.append(.text(String(text[start..<open.lowerBound]))) }
            pieces.append(.argument(name))
            start = close.upperBound
            rest = text[start...]
        }
        if start < text.endIndex || pieces.isEmpty { pieces.append(.text(String(text[start...]))) }
        return pieces
    }

    /// As arguments are named: 1 to 32 of `a–z`, `0–9` and `_`, a letter first.
    static func isName(_ text: some StringProtocol) -> Bool {
        guard (1...32).contains(text.utf8.count), let first = text.utf8.first, (0x61...0x7A).contains(first) else { return false }
        return text.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F }
    }
}
