/// A text opened for cutting at UTF-16 offsets: linear to make, constant to ask.
struct UTF16Text {
    let units: [UInt16]
    /// `boundaries[i]` where a grapheme starts at unit `i`, and at the end.
    private let boundaries: [Bool]

    init(_ text: String) {
        units = Array(text.utf16)
        var boundaries = [Bool](repeating: false, count: units.count + 1)
        var offset = 0
        for character in text {
            boundaries[offset] = true
            offset += character.utf16.count
        }
        boundaries[units.count] = true
        self.boundaries = boundaries
    }

    var count: Int { units.count }

    func isGraphemeBoundary(_ offset: Int) -> Bool { boundaries[offset] }

    func isScalarBoundary(_ offset: Int) -> Bool { offset >= count || !UTF16.isTrailSurrogate(units[offset]) }

    /// The last place in `(start, end]` where no grapheme is cut; where one grapheme fills it all, where no surrogate pair is.
    func cut(before end: Int, after start: Int) -> Int {
        guard end < count else { return count }
        if let place = stride(from: end, to: start, by: -1).first(where: isGraphemeBoundary) { return place }
        return stride(from: end, to: start, by: -1).first(where: isScalarBoundary) ?? end
    }

    func isWhitespace(_ offset: Int) -> Bool { units[offset] == 0x20 || units[offset] == 0x0a }

    func text(_ range: Range<Int>) -> String { String(decoding: units[range], as: UTF16.self) }
}

extension MessageText {
    /// The part in `range`, whose ends must not cut a surrogate pair.
    func slice(_ range: Range<Int>, of opened: UTF16Text) -> MessageText {
        MessageText(opened.text(range), entities: entities.compactMap { $0.clipped(to: range) })
    }
}
