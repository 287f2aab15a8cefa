/// A key that a person presses from a chat: a named one, Ctrl with a letter, or one character.
package struct PadKey: Hashable, Sendable, Codable {
    package enum Name: String, CaseIterable, Hashable, Sendable, Codable {
        case escape = "esc"
        case tab, enter, backspace, up, down, left, right, home, end
        case pageUp = "pageup"
        case pageDown = "pagedown"
        case space
    }

    package enum Kind: Hashable, Sendable, Codable {
        case named(Name)
        /// `a`…`z`.
        case control(Character)
        case character(Character)

        package func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            try container.encode(word)
        }

        package init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            guard let kind = Self(word: try container.decode(String.self)) else {
                throw DecodingError.dataCorruptedError(in: container, debugDescription: "no key")
            }
            self = kind
        }

        /// As it is typed and stored: `esc`, `ctrl-c`, `y`.
        var word: String {
            switch self {
            case .named(let name): name.rawValue
            case .control(let letter): "ctrl-\(letter)"
            case .character(let character): String(character)
            }
        }

        init?(word: String) {
            let lower = word.lowercased()
            let aliases = ["escape": "esc", "return": "enter", "del": "backspace", "pgup": "pageup", "pgdn": "pagedown"]
            if let name = Name(rawValue: aliases[lower] ?? lower) {
                self = .named(name)
            } else if let letter = ["ctrl-", "ctrl+", "c-", "^"].lazy.compactMap({ prefix in
                lower.hasPrefix(prefix) ? lower.dropFirst(prefix.count) : nil
            }).first, letter.utf8.count == 1, let character = letter.first, ("a"..."z").contains(character) {
                self = .control(character)
            } else if word.unicodeScalars.count == 1, let scalar = word.unicodeScalars.first, scalar.value > 0x20, scalar.value < 0x7F {
                self = .character(Character(scalar))
            } else {
                return nil
            }
        }
    }

    package let kind: Kind

    package init(_ kind: Kind) { self.kind = kind }
    package init(_ name: Name) { kind = .named(name) }

    /// `nil` if the word names no key.
    package init?(_ word: String) {
        guard let kind = Kind(word: word) else { return nil }
        self.kind = kind
    }

    package var word: String { kind.word }

    /// As buttons and receipts show it.
    package var label: String {
        switch kind {
        case .named(.escape): "Esc"
        case .named(.up): "↑"
        case .named(.down): "↓"
        case .named(.left): "←"
        case .named(.right): "→"
        case .named(.pageUp): "PgUp"
        case .named(.pageDown): "PgDn"
        case .named(let name): name.rawValue.prefix(1).uppercased() + name.rawValue.dropFirst()
        case .control(let letter): "Ctrl-\(letter.uppercased())"
        case .character(let character): String(character)
        }
    }
}
