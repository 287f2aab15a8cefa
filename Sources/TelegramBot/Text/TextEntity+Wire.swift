/// The shape of `MessageEntity` in the Bot API, both ways.
extension TextEntity: Codable {
    private enum Key: String, CodingKey { case type, offset, length, url, language, user }
    private struct Mentioned: Codable { var id: Int64 }

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

    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Key.self)
        try fields.encode(typeName, forKey: .type)
        try fields.encode(offset, forKey: .offset)
        try fields.encode(length, forKey: .length)
        switch kind {
        case .pre(let language): try fields.encodeIfPresent(language, forKey: .language)
        case .textLink(let url): try fields.encode(url, forKey: .url)
        case .textMention(let user): try fields.encode(Mentioned(id: user), forKey: .user)
        default: break
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
