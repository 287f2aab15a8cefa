/// A stretch of a text that is formatted or means something. Offset and length count UTF-16 code units, as everywhere in the Bot API.
package struct TextEntity: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        case bold, italic, underline, strikethrough, spoiler, code
        case pre(language: String?)
        case blockquote(isExpandable: Bool)
        case textLink(url: String)
        case textMention(user: Int64)
        // What follows comes from Telegram, which finds it by itself.
        case mention, hashtag, botCommand, url, email
        case other(String)
    }

    package var kind: Kind
    package var offset: Int
    package var length: Int

    package init(_ kind: Kind, offset: Int, length: Int) { (self.kind, self.offset, self.length) = (kind, offset, length) }

    package var end: Int { offset + length }
    package var range: Range<Int> { offset..<max(offset, end) }

    /// What it covers of `text`; `nil` where it lies outside, or cuts a surrogate pair.
    package func substring(of text: String) -> Substring? {
        let units = text.utf16
        guard offset >= 0, length >= 0, offset <= units.count, length <= units.count - offset else { return nil }
        let start = units.index(units.startIndex, offsetBy: offset)
        let end = units.index(start, offsetBy: length)
        guard start.samePosition(in: text.unicodeScalars) != nil, end.samePosition(in: text.unicodeScalars) != nil else { return nil }
        return text[start..<end]
    }

    /// The part inside `window`, counted from its start; `nil` where there is none.
    func clipped(to window: Range<Int>) -> TextEntity? {
        let overlap = range.clamped(to: window)
        return overlap.isEmpty ? nil : TextEntity(kind, offset: overlap.lowerBound - window.lowerBound, length: overlap.count)
    }
}

extension TextEntity: Decodable {
    private enum Key: String, CodingKey { case type, offset, length, url, language, user }
    private struct Mentioned: Decodable { var id: Int64 }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        offset = try fields.decode(Int.self, forKey: .offset)
        length = try fields.decode(Int.self, forKey: .length)
        guard (0...1_000_000).contains(offset), (0...1_000_000).contains(length) else {
            throw DecodingError.dataCorruptedError(forKey: .offset, in: fields, debugDescription: "outside of any text")
        }
        let name = try fields.decode(String.self, forKey: .type)
        switch name {
        case "bold": kind = .bold
        case "italic": kind = .italic
        case "underline": kind = .underline
        case "strikethrough": kind = .strikethrough
        case "spoiler": kind = .spoiler
        case "code": kind = .code
        case "pre": kind = .pre(language: fields.lenient(String.self, .language))
        case "blockquote": kind = .blockquote(isExpandable: false)
        case "expandable_blockquote": kind = .blockquote(isExpandable: true)
        case "text_link": kind = fields.lenient(String.self, .url).map { .textLink(url: $0) } ?? .other(name)
        case "text_mention": kind = fields.lenient(Mentioned.self, .user).map { .textMention(user: $0.id) } ?? .other(name)
        case "mention": kind = .mention
        case "hashtag": kind = .hashtag
        case "bot_command": kind = .botCommand
        case "url": kind = .url
        case "email": kind = .email
        default: kind = .other(name)
        }
    }
}

extension TextEntity {
    var json: JSONValue {
        var members: [JSONValue.Member] = [
            .init("type", .string(typeName)), .init("offset", .integer(offset)), .init("length", .integer(length)),
        ]
        switch kind {
        case .pre(let language?) where !language.isEmpty: members.append(.init("language", .string(language)))
        case .textLink(let url): members.append(.init("url", .string(url)))
        case .textMention(let user):
            // The server looks the person up by id and wants the required members of a `User`.
            members.append(
                .init("user", .object(["id": .integer(user), "is_bot": .boolean(false), "first_name": .string("")])))
        default: break
        }
        return .object(members)
    }

    private var typeName: String {
        switch kind {
        case .bold: "bold"
        case .italic: "italic"
        case .underline: "underline"
        case .strikethrough: "strikethrough"
        case .spoiler: "spoiler"
        case .code: "code"
        case .pre: "pre"
        case .blockquote(let isExpandable): isExpandable ? "expandable_blockquote" : "blockquote"
        case .textLink: "text_link"
        case .textMention: "text_mention"
        case .mention: "mention"
        case .hashtag: "hashtag"
        case .botCommand: "bot_command"
        case .url: "url"
        case .email: "email"
        case .other(let name): name
        }
    }
}
