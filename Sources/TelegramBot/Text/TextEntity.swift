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
