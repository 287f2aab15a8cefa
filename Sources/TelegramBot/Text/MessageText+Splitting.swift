extension MessageText {
    /// The text in parts that fit into messages, cleaned as ``normalized()`` says; none of them is empty.
    ///
    /// A part ends at a blank line, or else a newline, a space, a grapheme: the first of these that does not leave it too empty. White space
    /// at which it was cut is dropped, nothing else is. Formatting goes on in the next part (a block of code keeps its language); short
    /// formatted stretches, such as links, are not cut.
    ///
    /// - Parameter limit: UTF-16 units a part may have; at least 2.
    package func split(limit: Int = Self.messageLimit) -> [MessageText] {
        let clean = normalized()
        if clean.utf16Count <= limit { return clean.isEmpty ? [] : [clean.withFewEntities()] }
        let opened = UTF16Text(clean.text)
        let cutter = PartCutter(text: opened, entities: clean.entities, limit: max(limit, 2))
        // Entities begin in order: those that a part needs are the open ones and the next ones.
        var (next, open) = (0, [TextEntity]())
        return cutter.parts().compactMap { range in
            while next < clean.entities.count, clean.entities[next].offset < range.upperBound {
                open.append(clean.entities[next])
                next += 1
            }
            open.removeAll { $0.end <= range.lowerBound }
            let inside = MessageText(opened.text(range), entities: open.compactMap { $0.clipped(to: range) })
            let part = inside.trimmed()
            return part.isEmpty ? nil : part.withFewEntities()
        }
    }

    /// At most ``entityLimit`` of them: the longest matter most, and a block of code or a quotation before all.
    private func withFewEntities() -> MessageText {
        guard entities.count > Self.entityLimit else { return self }
        let kept = entities.sorted { $0.length > $1.length }.prefix(Self.entityLimit)
        return MessageText(text, entities: Array(kept))
    }
}

/// Finds where a long text is cut.
private struct PartCutter {
    let text: UTF16Text
    let limit: Int
    /// Places inside a short inline entity, which is better left whole, by the entity's start.
    private let wholeStart: [Int: Int]

    init(text: UTF16Text, entities: [TextEntity], limit: Int) {
        (self.text, self.limit) = (text, limit)
        var starts: [Int: Int] = [:]
        for entity in entities where entity.length <= min(limit / 4, 256) && entity.isInline {
            for place in (entity.offset + 1)..<max(entity.offset + 1, entity.end) {
                starts[place] = min(starts[place] ?? .max, entity.offset)
            }
        }
        wholeStart = starts
    }

    /// Ranges in order. Between two of them lies the white space at which they were cut.
    func parts() -> [Range<Int>] {
        var parts: [Range<Int>] = []
        var start = 0
        while start < text.count {
            let end = end(from: start)
            parts.append(start..<end)
            start = resume(at: end)
        }
        return parts
    }

    private func end(from start: Int) -> Int {
        guard text.count - start > limit else { return text.count }
        let last = start + limit
        // A part may end before a white space that no longer fits itself.
        func place(atLeast: Int, where fits: (Int) -> Bool) -> Int? {
            stride(from: last, to: start + atLeast, by: -1).first { fits($0) && wholeStart[$0] == nil && text.isGraphemeBoundary($0) }
        }
        if let end = place(atLeast: limit / 2, where: { isNewline($0) && isNewline($0 + 1) }) { return end }
        if let end = place(atLeast: limit / 4, where: isNewline) { return end }
        if let end = place(atLeast: limit / 4, where: { text.units[$0] == 0x20 }) { return end }
        var cut = text.cut(before: last, after: start)
        while let earlier = wholeStart[cut], earlier > start, text.isGraphemeBoundary(earlier) { cut = earlier }
        return cut
    }

    private func isNewline(_ place: Int) -> Bool { place < text.count && text.units[place] == 0x0a }

    /// Where the next part begins: after the newlines, or the one space, at which this one ended. Indentation stays.
    private func resume(at end: Int) -> Int {
        guard end < text.count else { return end }
        guard isNewline(end) else { return text.units[end] == 0x20 ? end + 1 : end }
        var start = end
        while isNewline(start) { start += 1 }
        return start
    }
}

extension TextEntity {
    fileprivate var isInline: Bool {
        switch kind {
        case .pre, .blockquote: false
        default: true
        }
    }
}
