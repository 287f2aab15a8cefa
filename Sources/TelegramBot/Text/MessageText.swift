/// A text with its formatting, as values rather than as markup: nothing in it needs escaping, and nothing that it quotes can forge a link or a button.
package struct MessageText: Sendable, Hashable, ExpressibleByStringLiteral {
    /// Longest text of a message, in UTF-16 code units after parsing.
    package static let messageLimit = 4096
    /// Longest caption.
    package static let captionLimit = 1024
    /// Entities beyond this number are ignored by the server.
    package static let entityLimit = 100

    package private(set) var text: String
    /// By offset, the longer first.
    package private(set) var entities: [TextEntity]
    /// Length of ``text``.
    package private(set) var utf16Count: Int

    package init(_ text: String = "") { (self.text, entities, utf16Count) = (text, [], text.utf16.count) }

    package init(stringLiteral text: String) { self.init(text) }

    /// A text of which all is of one kind.
    package init(_ text: String, _ kind: TextEntity.Kind) {
        self.init(text)
        if utf16Count > 0 { entities = [TextEntity(kind, offset: 0, length: utf16Count)] }
    }

    /// - Parameter entities: those that reach outside of the text are clipped or dropped.
    package init(_ text: String, entities: [TextEntity]) {
        self.init(text)
        let all = 0..<utf16Count
        self.entities = Self.ordered(
            entities.compactMap { entity in
                let overlap = entity.range.clamped(to: all)
                return overlap.isEmpty ? nil : TextEntity(entity.kind, offset: overlap.lowerBound, length: overlap.count)
            })
    }

    package var isEmpty: Bool { text.isEmpty }

    /// The same words as plain text: what is sent where the formatting was refused.
    package var withoutFormatting: MessageText { MessageText(text) }

    static func ordered(_ entities: [TextEntity]) -> [TextEntity] {
        entities.sorted { ($0.offset, -$0.length) < ($1.offset, -$1.length) }
    }
}

extension MessageText: Codable {
    private enum Key: String, CodingKey { case text, entities }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        self.init(try fields.decode(String.self, forKey: .text), entities: fields.lenientArray(TextEntity.self, .entities))
    }

    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Key.self)
        try fields.encode(text, forKey: .text)
        if !entities.isEmpty { try fields.encode(entities, forKey: .entities) }
    }
}

// MARK: Building

extension MessageText {
    package static func bold(_ text: String) -> MessageText { MessageText(text, .bold) }
    package static func italic(_ text: String) -> MessageText { MessageText(text, .italic) }
    package static func code(_ text: String) -> MessageText { MessageText(text, .code) }
    package static func pre(_ text: String, language: String? = nil) -> MessageText { MessageText(text, .pre(language: language)) }
    package static func link(_ text: String, to url: String) -> MessageText { MessageText(text, .textLink(url: url)) }

    /// `inner` as a quotation; with `isExpandable` only its first lines show. Quotations do not nest: those inside are lost.
    package static func quote(_ inner: MessageText, isExpandable: Bool = false) -> MessageText {
        var result = inner
        result.entities.removeAll { if case .blockquote = $0.kind { true } else { false } }
        guard result.utf16Count > 0 else { return result }
        result.entities.insert(TextEntity(.blockquote(isExpandable: isExpandable), offset: 0, length: result.utf16Count), at: 0)
        return result
    }

    package mutating func append(_ other: MessageText) {
        entities += other.entities.map { TextEntity($0.kind, offset: $0.offset + utf16Count, length: $0.length) }
        text += other.text
        utf16Count += other.utf16Count
    }

    package mutating func append(_ plain: String) { append(MessageText(plain)) }

    package static func + (left: MessageText, right: MessageText) -> MessageText {
        var result = left
        result.append(right)
        return result
    }

    package static func += (left: inout MessageText, right: MessageText) { left.append(right) }
}

extension Sequence where Element == MessageText {
    /// All of them in order, with `separator` between.
    package func joined(separator: MessageText = "") -> MessageText {
        var result = MessageText()
        for (index, text) in self.enumerated() {
            if index > 0 { result.append(separator) }
            result.append(text)
        }
        return result
    }
}
