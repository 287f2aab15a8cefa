/// A key that people press in a terminal by its name.
package enum TerminalKey: Hashable, Sendable {
    case enter, escape, tab, backtab, backspace, delete, space
    case up, down, left, right, home, end, pageUp, pageDown
    /// With a letter `a`…`z`.
    case control(Character)
    /// A printable character of its own: `y`, `1`.
    case character(Character)

    /// Reads `esc`, `ctrl-c`, `^C`, `up`, `y` …, any case.
    package init?(_ name: String) {
        let lower = name.lowercased()
        if let known = Self.names[lower] {
            self = known
            return
        }
        for prefix in ["ctrl-", "ctrl+", "c-", "^"] where lower.hasPrefix(prefix) {
            guard let letter = Self.letter(lower.dropFirst(prefix.count)) else { return nil }
            self = .control(letter)
            return
        }
        guard name.count == 1, let character = name.first, character.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value != 0x7F })
        else { return nil }
        self = .character(character)
    }

    private static func letter(_ text: Substring) -> Character? {
        guard text.count == 1, let letter = text.first, ("a"..."z").contains(letter) else { return nil }
        return letter
    }

    private static let names: [String: TerminalKey] = [
        "enter": .enter, "return": .enter, "esc": .escape, "escape": .escape, "tab": .tab, "shift-tab": .backtab, "backtab": .backtab,
        "backspace": .backspace, "delete": .delete, "del": .delete, "space": .space, "up": .up, "down": .down, "left": .left,
        "right": .right, "home": .home, "end": .end, "pageup": .pageUp, "pgup": .pageUp, "pagedown": .pageDown, "pgdn": .pageDown,
    ]

    /// What a terminal sends for it (xterm's control sequences).
    func bytes(hasApplicationKeys: Bool) -> [UInt8] {
        func cursor(_ letter: String) -> [UInt8] { Array(((hasApplicationKeys ? "\u{1b}O" : "\u{1b}[") + letter).utf8) }
        return switch self {
        case .enter: [0x0D]
        case .escape: [0x1B]
        case .tab: [0x09]
        case .backtab: Array("\u{1b}[Z".utf8)
        case .backspace: [0x7F]
        case .delete: Array("\u{1b}[3~".utf8)
        case .space: [0x20]
        case .up: cursor("A")
        case .down: cursor("B")
        case .right: cursor("C")
        case .left: cursor("D")
        case .home: cursor("H")
        case .end: cursor("F")
        case .pageUp: Array("\u{1b}[5~".utf8)
        case .pageDown: Array("\u{1b}[6~".utf8)
        case .control(let letter): [(letter.asciiValue ?? 0) & 0x1F]
        case .character(let character): Array(String(character).utf8)
        }
    }
}
