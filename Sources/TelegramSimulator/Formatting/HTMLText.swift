/// Telegram's `parse_mode` HTML, after TDLib's `parse_html`, with its messages.
struct HTMLText {
    private static let tags: Set<String> = [
        "a", "b", "strong", "i", "em", "s", "strike", "del", "u", "ins", "tg-spoiler", "tg-emoji", "span", "pre", "code", "blockquote",
    ]

    private struct Open {
        let tag: String
        let start: Int
        let attributes: [String: String]
    }

    private let bytes: [UInt8]
    private var index = 0
    private var output: [UInt8] = []
    /// UTF-16 length of `output`.
    private var length = 0
    private var stack: [Open] = []
    private var entities: [World.Entity] = []

    static func parse(_ html: String) throws(World.Refusal) -> FormattedText {
        var parser = HTMLText(bytes: Array(html.utf8))
        try parser.run()
        var parsed = FormattedText(String(decoding: parser.output, as: UTF8.self))
        // Nothing is formatted inside of code.
        let code = parser.entities.filter { $0.kind == "code" || $0.kind == "pre" }
        parsed.entities = FormattedText.ordered(
            parser.entities.filter { entity in
                !code.contains { $0 != entity && $0.offset <= entity.offset && entity.end <= $0.end }
            })
        return parsed
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private mutating func run() throws(World.Refusal) {
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "<"):
                if index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: "/") { try closeTag() } else { try openTag() }
            case UInt8(ascii: "&"):
                if let (character, end) = reference(at: index, until: bytes.count) {
                    append(character)
                    index = end
                } else {
                    copy()
                }
            default: copy()
            }
        }
        if let open = stack.last { throw refusal("Can't find end tag corresponding to start tag \"\(open.tag)\"") }
    }

    private mutating func copy() {
        let byte = bytes[index]
        output.append(byte)
        // A code point counts once at its first byte, those beyond the BMP twice.
        if byte & 0xC0 != 0x80 { length += byte >= 0xF0 ? 2 : 1 }
        index += 1
    }

    private mutating func append(_ character: Unicode.Scalar) {
        output += Array(String(Character(character)).utf8)
        length += character.utf16.count
    }

    private mutating func openTag() throws(World.Refusal) {
        let begin = index
        index += 1
        let name = word { $0 > 0x20 && $0 != UInt8(ascii: ">") }.lowercased()
        guard index < bytes.count else { throw refusal("Unclosed start tag at byte offset \(begin)") }
        guard Self.tags.contains(name) else { throw refusal("Unsupported start tag \"\(name)\" at byte offset \(begin)") }
        var attributes: [String: String] = [:]
        while true {
            skipSpace()
            guard index < bytes.count else { throw refusal("Unclosed start tag at byte offset \(begin)") }
            if bytes[index] == UInt8(ascii: ">") { break }
            let attribute = word { $0 > 0x20 && $0 != UInt8(ascii: "=") && $0 != UInt8(ascii: ">") }.lowercased()
            guard !attribute.isEmpty else { throw refusal("Empty attribute name in the tag \"\(name)\" at byte offset \(begin)") }
            skipSpace()
            if index < bytes.count, bytes[index] == UInt8(ascii: "=") {
                index += 1
                skipSpace()
                attributes[attribute] = try value(in: name, from: begin)
            } else {
                attributes[attribute] = ""
            }
        }
        index += 1
        if name == "span", attributes["class"]?.hasPrefix("tg-") != true {
            throw refusal("Tag \"span\" must have class \"tg-spoiler\" at byte offset \(begin)")
        }
        stack.append(Open(tag: name, start: length, attributes: attributes))
    }

    private mutating func value(in tag: String, from begin: Int) throws(World.Refusal) -> String {
        guard index < bytes.count else { throw refusal("Unclosed start tag at byte offset \(begin)") }
        let quote = bytes[index]
        guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else {
            let plain = word { byte in
                Character(Unicode.Scalar(byte)).isASCII
                    && (Character(Unicode.Scalar(byte)).isLetter || Character(Unicode.Scalar(byte)).isNumber || byte == UInt8(ascii: ".")
                        || byte == UInt8(ascii: "-"))
            }
            guard index < bytes.count, bytes[index] <= 0x20 || bytes[index] == UInt8(ascii: ">") else {
                throw refusal("Unexpected end of name token at byte offset \(index)")
            }
            return plain.lowercased()
        }
        index += 1
        guard let end = bytes[index...].firstIndex(of: quote) else { throw refusal("Unclosed start tag at byte offset \(begin)") }
        var text = ""
        while index < end {
            if bytes[index] == UInt8(ascii: "&"), let (character, next) = reference(at: index, until: end) {
                text.unicodeScalars.append(character)
                index = next
            } else {
                let next = bytes[(index + 1)..<end].firstIndex(of: UInt8(ascii: "&")) ?? end
                text += String(decoding: bytes[index..<next], as: UTF8.self)
                index = next
            }
        }
        index = end + 1
        return text
    }

    private mutating func closeTag() throws(World.Refusal) {
        let begin = index
        guard let open = stack.last else { throw refusal("Unexpected end tag at byte offset \(begin)") }
        index += 2
        let name = word { $0 > 0x20 && $0 != UInt8(ascii: ">") }.lowercased()
        skipSpace()
        guard index < bytes.count, bytes[index] == UInt8(ascii: ">") else { throw refusal("Unclosed end tag at byte offset \(begin)") }
        guard name.isEmpty || name == open.tag else {
            throw refusal("Unmatched end tag at byte offset \(begin), expected \"</\(open.tag)>\", found \"</\(name)>\"")
        }
        index += 1
        stack.removeLast()
        close(open)
    }

    private mutating func close(_ open: Open) {
        let size = length - open.start
        guard size > 0 else { return }
        func add(_ kind: String, url: String? = nil, language: String? = nil) {
            entities.append(World.Entity(kind, offset: open.start, length: size, url: url, language: language))
        }
        switch open.tag {
        case "b", "strong": add("bold")
        case "i", "em": add("italic")
        case "s", "strike", "del": add("strikethrough")
        case "u", "ins": add("underline")
        case "tg-spoiler", "span": add("spoiler")
        case "blockquote": add(open.attributes["expandable"] == nil ? "blockquote" : "expandable_blockquote")
        case "a":
            let target = open.attributes["href"] ?? String(decoding: output.suffix(size), as: UTF8.self)
            if target.contains(".") || target.contains("://") { add("text_link", url: target) }
        case "code":
            let language = open.attributes["class"].flatMap { $0.hasPrefix("language-") ? String($0.dropFirst(9)) : nil }
            // `<pre><code class="language-x">` is one entity; the outer tag closes later and takes the language over.
            if let outer = stack.last, outer.tag == "pre", outer.start == open.start { pendingLanguage = language } else { add("code") }
        case "pre":
            add("pre", language: pendingLanguage)
            pendingLanguage = nil
        default: break
        }
    }

    private var pendingLanguage: String?

    private mutating func word(_ belongs: (UInt8) -> Bool) -> String {
        let start = index
        while index < bytes.count, belongs(bytes[index]) { index += 1 }
        return String(decoding: bytes[start..<index], as: UTF8.self)
    }

    private mutating func skipSpace() { while index < bytes.count, bytes[index] <= 0x20 { index += 1 } }

    private func refusal(_ reason: String) -> World.Refusal { .badRequest("can't parse entities: \(reason)") }

    /// A character reference: four names, or a number. Anything else is text.
    private func reference(at start: Int, until limit: Int) -> (Unicode.Scalar, end: Int)? {
        for (name, character) in [("&lt", "<"), ("&gt", ">"), ("&amp", "&"), ("&quot", "\"")] as [(String, Unicode.Scalar)]
        where bytes[start..<limit].starts(with: name.utf8) {
            let end = start + name.utf8.count
            return (character, end < limit && bytes[end] == UInt8(ascii: ";") ? end + 1 : end)
        }
        guard start + 2 < limit, bytes[start + 1] == UInt8(ascii: "#") else { return nil }
        var position = start + 2
        let isHex = bytes[position] | 0x20 == UInt8(ascii: "x")
        if isHex { position += 1 }
        let digits = bytes[position..<min(limit, position + 8)].prefix {
            (0x30...0x39).contains($0) || (isHex && (0x61...0x66).contains($0 | 0x20))
        }
        guard let number = UInt32(String(decoding: digits, as: UTF8.self), radix: isHex ? 16 : 10), number > 0,
            let character = Unicode.Scalar(number)
        else { return nil }
        let end = position + digits.count
        return (character, end < limit && bytes[end] == UInt8(ascii: ";") ? end + 1 : end)
    }
}
