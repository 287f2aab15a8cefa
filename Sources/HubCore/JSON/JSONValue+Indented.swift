extension JSONValue {
    /// The document over several lines, two spaces a level. Levels below the sixteenth share its margin, so that a deep document
    /// does not grow out of proportion.
    package var indented: String {
        var out = ""
        write(into: &out, level: 0)
        return out
    }

    private func write(into out: inout String, level: Int) {
        switch self {
        case .array(let items) where !items.isEmpty:
            out += "["
            for (index, item) in items.enumerated() {
                Self.breakLine(&out, level: level + 1, after: index > 0)
                item.write(into: &out, level: level + 1)
            }
            Self.breakLine(&out, level: level, after: false)
            out += "]"
        case .object(let members) where !members.isEmpty:
            out += "{"
            for (index, member) in members.enumerated() {
                Self.breakLine(&out, level: level + 1, after: index > 0)
                out += JSONValue.string(member.name).text + ": "
                member.value.write(into: &out, level: level + 1)
            }
            Self.breakLine(&out, level: level, after: false)
            out += "}"
        case .null, .bool, .number, .string, .array, .object: out += text
        }
    }

    private static func breakLine(_ out: inout String, level: Int, after previous: Bool) {
        out += previous ? ",\n" : "\n"
        out += String(repeating: "  ", count: min(level, 16))
    }
}
