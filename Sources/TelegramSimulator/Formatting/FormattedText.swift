/// Text with entities, on its way from a request to a message.
struct FormattedText: Equatable, Sendable {
    var units: [UInt16]
    var entities: [World.Entity]

    init(_ text: String, entities: [World.Entity] = []) {
        units = Array(text.utf16)
        self.entities = entities
    }

    var text: String { String(decoding: units, as: UTF16.self) }
    /// UTF-16 code units, as the limits count.
    var length: Int { units.count }

    /// Telegram's own cleaning: control characters become spaces, carriage returns go, white space at the end goes, and at the start as far
    /// as nothing is formatted there. At most 100 entities count.
    func cleaned() -> FormattedText {
        var cleaned: [UInt16] = []
        var position: [Int] = []
        for unit in units {
            position.append(cleaned.count)
            switch unit {
            case 0x0D: break
            case 0x09, 0x0A: cleaned.append(unit)
            case 0..<0x20, 0x7F: cleaned.append(0x20)
            default: cleaned.append(unit)
            }
        }
        position.append(cleaned.count)
        let blank: (UInt16) -> Bool = { $0 == 0x20 || $0 == 0x0A || $0 == 0x09 || $0 == 0xA0 }
        var end = cleaned.count
        while end > 0, blank(cleaned[end - 1]) { end -= 1 }
        let shifted = entities.map { (entity: $0, from: position[$0.offset], to: min(position[$0.end], end)) }
        let formatted = shifted.filter { $0.from < $0.to }.map(\.from).min() ?? end
        let start = min(cleaned.firstIndex { !blank($0) } ?? end, formatted, end)
        var result = FormattedText("")
        result.units = Array(cleaned[start..<end])
        let kept = shifted.compactMap { entity, from, to -> World.Entity? in
            let (from, to) = (max(from, start), to)
            guard from < to else { return nil }
            return World.Entity(
                entity.kind, offset: from - start, length: to - from, url: entity.url, language: entity.language, user: entity.user)
        }
        result.entities = Array(FormattedText.ordered(kept).prefix(100))
        return result
    }

    static func ordered(_ entities: [World.Entity]) -> [World.Entity] {
        entities.sorted { $0.offset == $1.offset ? $0.length > $1.length : $0.offset < $1.offset }
    }
}
