extension FormattedText {
    /// Adds what Telegram finds by itself: commands, mentions, hashtags and links, outside of code and links.
    func withDetectedEntities() -> FormattedText {
        let closed: Set<String> = ["code", "pre", "text_link", "text_mention"]
        let barriers = entities.filter { closed.contains($0.kind) }
        var result = self
        var index = 0
        while index < units.count {
            if let barrier = barriers.first(where: { $0.offset <= index && index < $0.end }) {
                index = barrier.end
                continue
            }
            guard index == 0 || !isWord(units[index - 1]), let found = detect(at: index),
                !barriers.contains(where: { $0.offset < found.end && found.offset < $0.end })
            else {
                index += 1
                continue
            }
            result.entities.append(found)
            index = found.end
        }
        result.entities = Array(FormattedText.ordered(result.entities).prefix(100))
        return result
    }

    private func detect(at start: Int) -> World.Entity? {
        switch units[start] {
        case UInt16(ascii: "/"):
            // Next to these it is a path or a tag.
            let edges: [UInt16] = [UInt16(ascii: "/"), UInt16(ascii: "<"), UInt16(ascii: ">")]
            guard start == 0 || !edges.contains(units[start - 1]) else { return nil }
            let name = run(from: start + 1, limit: 64)
            guard name > 0 else { return nil }
            var end = start + 1 + name
            if end < units.count, units[end] == UInt16(ascii: "@") {
                let bot = run(from: end + 1, limit: 32)
                if bot >= 3 { end += 1 + bot }
            }
            guard end == units.count || !edges.contains(units[end]) else { return nil }
            return World.Entity("bot_command", offset: start, length: end - start)
        case UInt16(ascii: "@"):
            let name = run(from: start + 1, limit: 32)
            return name >= 3 ? World.Entity("mention", offset: start, length: name + 1) : nil
        case UInt16(ascii: "#"):
            let name = run(from: start + 1, limit: 256)
            let tag = units[(start + 1)..<(start + 1 + name)]
            // A number alone is no hashtag.
            return tag.contains { !(0x30...0x39).contains($0) } ? World.Entity("hashtag", offset: start, length: name + 1) : nil
        case UInt16(ascii: "h"):
            for scheme in ["https://", "http://"] where units[start...].starts(with: scheme.utf16) {
                var end = start + scheme.utf16.count
                while end < units.count, units[end] > 0x20, units[end] != 0x3C, units[end] != 0x3E, units[end] != 0x22 { end += 1 }
                while end > start, ".,;:!?)]'".utf16.contains(units[end - 1]) { end -= 1 }
                return end > start + scheme.utf16.count ? World.Entity("url", offset: start, length: end - start) : nil
            }
            return nil
        default: return nil
        }
    }

    private func run(from start: Int, limit: Int) -> Int {
        var count = 0
        while count < limit, start + count < units.count, isWord(units[start + count]), units[start + count] < 0x80 { count += 1 }
        return count
    }

    private func isWord(_ unit: UInt16) -> Bool {
        switch unit {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F: true
        default: unit > 0xBF
        }
    }
}

extension UInt16 {
    init(ascii character: Unicode.Scalar) { self = UInt16(truncatingIfNeeded: character.value) }
}
