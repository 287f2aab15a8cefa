import Terminal

extension ScreenImage {
    /// Bytes that paint this screen on an empty terminal of the same size.
    var paint: [UInt8] {
        var text = "\u{1b}[0m" + (isAlternate ? "\u{1b}[?1049h" : "\u{1b}[?1049l") + "\u{1b}[2J"
        var style = TextStyle.plain
        for (index, row) in rows.enumerated() where !row.isEmpty {
            text += "\u{1b}[\(index + 1);1H"
            for run in row {
                if run.style != style {
                    text += run.style.sequence
                    style = run.style
                }
                text += run.text
            }
        }
        text += "\u{1b}[0m\u{1b}[\(cursor.row + 1);\(cursor.column + 1)H" + (cursor.isVisible ? "\u{1b}[?25h" : "\u{1b}[?25l")
        return Array(text.utf8)
    }
}

extension TextStyle {
    /// SGR, from any style before it (ECMA-48, 8.3.117).
    fileprivate var sequence: String {
        var codes = ["0"]
        let names: [(TextAttributes, String)] = [
            (.bold, "1"), (.italic, "3"), (.underline, "4"), (.blink, "5"), (.reverse, "7"), (.strike, "9"),
        ]
        for (attribute, code) in names where attributes.contains(attribute) { codes.append(code) }
        codes += foreground.codes(base: 30) + background.codes(base: 40)
        return "\u{1b}[\(codes.joined(separator: ";"))m"
    }
}

extension TerminalColor {
    fileprivate func codes(base: Int) -> [String] {
        switch self {
        case .standard: []
        case .indexed(let index) where index < 8: ["\(base + Int(index))"]
        case .indexed(let index): ["\(base + 8)", "5", "\(index)"]
        case .rgb(let red, let green, let blue): ["\(base + 8)", "2", "\(red)", "\(green)", "\(blue)"]
        }
    }
}
