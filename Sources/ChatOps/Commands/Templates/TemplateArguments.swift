import HubCore

/// The arguments of a template as somebody typed them: in order, or by name as in `env:staging`, those with blanks in quotes. The last text
/// takes what is left of the line, and the lines below, unless an argument is required behind it.
struct TemplateArguments {
    private(set) var values: [String: String] = [:]

    private struct Word {
        var text: String
        var isQuoted: Bool
    }

    init(_ line: CommandLine, for template: CommandTemplate) throws(UsageError) {
        var positional: [Word] = []
        for word in try Self.words(line.line) {
            if let colon = word.text.firstIndex(where: { $0 == ":" || $0 == "：" }), !word.isQuoted,
                let parameter = template.parameter(named: word.text[..<colon].lowercased())
            {
                let value = String(word.text[word.text.index(after: colon)...])
                guard !value.isEmpty else { throw UsageError("“\(parameter.name):” needs a value behind the colon") }
                guard values[parameter.name] == nil else { throw UsageError("\(parameter.name) is given twice") }
                values[parameter.name] = value
            } else {
                positional.append(word)
            }
        }
        let open = template.parameters.filter { values[$0.name] == nil }
        var rest = positional[...]
        for (index, parameter) in open.enumerated() {
            guard let word = rest.first else { break }
            if parameter.kind == .text, open[(index + 1)...].allSatisfy({ !$0.isRequired && $0.kind != .text }) {
                values[parameter.name] = rest.map(\.text).joined(separator: " ")
                rest = []
            } else {
                values[parameter.name] = word.text
                rest.removeFirst()
            }
        }
        if let extra = rest.first { throw UsageError("I don't know what to do with “\(AgentText.line(extra.text, limit: 40))”") }
        guard !line.body.isEmpty else { return }
        guard let text = template.parameters.last(where: { $0.kind == .text }) else {
            throw UsageError("I don't know what to do with the lines below")
        }
        values[text.name] = [values[text.name], line.body].compactMap(\.self).joined(separator: "\n")
    }

    private static func words(_ line: String) throws(UsageError) -> [Word] {
        let quotes: Set<Character> = ["\"", "“", "”", "„", "«", "»"]
        var words: [Word] = []
        var (word, isInside): (Word?, Bool) = (nil, false)
        for character in line {
            if isInside {
                if quotes.contains(character) { isInside = false } else { word?.text.append(character) }
            } else if character.isWhitespace {
                if let done = word { words.append(done) }
                word = nil
            } else if quotes.contains(character), word == nil || word?.text.last == ":" {
                isInside = true
                if word == nil { word = Word(text: "", isQuoted: true) }
            } else {
                word = Word(text: (word?.text ?? "") + String(character), isQuoted: word?.isQuoted ?? false)
            }
        }
        guard !isInside else { throw UsageError("a quotation mark is not closed") }
        return words + [word].compactMap(\.self)
    }
}
