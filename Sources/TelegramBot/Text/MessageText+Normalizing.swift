extension MessageText {
    /// What the chat will show: what the server would remove is gone, with the entities moved along. Two texts that are equal afterwards
    /// look the same, so an edit from one to the other is "not modified".
    ///
    /// Line ends become `\n`; tabs four spaces; control characters, and the line separators and direction overrides that the server takes
    /// out (U+2028…U+202E), go; white space at the end is cut, at the start only as far as it is not formatted.
    package func normalized() -> MessageText { withoutControlCharacters().trimmed() }

    func withoutControlCharacters() -> MessageText {
        guard text.unicodeScalars.contains(where: { Self.replacement(for: $0) != nil }) else { return self }
        var result = String.UnicodeScalarView()
        // Where each offset of the old text lies in the new one.
        var moved: [Int] = []
        moved.reserveCapacity(utf16Count + 1)
        var length = 0
        for scalar in text.unicodeScalars {
            let width = UTF16.width(scalar)
            moved.append(contentsOf: repeatElement(length, count: width))
            if let replacement = Self.replacement(for: scalar) {
                result.append(contentsOf: replacement.unicodeScalars)
                length += replacement.utf16.count
            } else {
                result.append(scalar)
                length += width
            }
        }
        moved.append(length)
        return MessageText(
            String(result),
            entities: entities.map { TextEntity($0.kind, offset: moved[$0.offset], length: moved[$0.end] - moved[$0.offset]) })
    }

    private static func replacement(for scalar: Unicode.Scalar) -> String? {
        switch scalar.value {
        case 0x0a: nil
        case 0x09: "    "
        case 0x00..<0x20, 0x7f..<0xa0, 0x2028...0x202e: ""
        default: nil
        }
    }

    /// Cuts white space at the end, and at the start as far as no entity covers it.
    func trimmed() -> MessageText {
        func isSpace(_ unit: UInt16) -> Bool { unit == 0x20 || unit == 0x0a }
        guard let first = text.utf16.first, let last = text.utf16.last, isSpace(first) || isSpace(last) else { return self }
        let opened = UTF16Text(text)
        return slice(trimmedRange(0..<opened.count, of: opened), of: opened)
    }

    /// `range` without the white space at its ends that the server would cut.
    func trimmedRange(_ range: Range<Int>, of opened: UTF16Text) -> Range<Int> {
        var (start, end) = (range.lowerBound, range.upperBound)
        while end > start, opened.isWhitespace(end - 1) { end -= 1 }
        guard start < end, opened.isWhitespace(start) else { return start..<end }
        let formatted = entities.lazy.compactMap { $0.clipped(to: start..<end)?.offset }.min().map { $0 + start } ?? end
        while start < min(end, formatted), opened.isWhitespace(start) { start += 1 }
        return start..<end
    }

    /// The text cut to at most `limit` UTF-16 units, the last of which is then "…"; no grapheme is cut.
    package func clipped(to limit: Int) -> MessageText {
        guard utf16Count > limit else { return self }
        guard limit > 1 else { return MessageText(limit == 1 ? "…" : "") }
        let opened = UTF16Text(text)
        let end = opened.isGraphemeBoundary(limit - 1) ? limit - 1 : opened.cut(before: limit - 1, after: 0)
        var result = slice(0..<end, of: opened)
        result.append("…")
        return result
    }
}
