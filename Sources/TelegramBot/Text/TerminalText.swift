/// What a terminal's output says, without how: for showing it in a chat.
package enum TerminalText {
    /// `output` without escape sequences and control characters. Carriage returns, backspaces and erased line ends are carried out, so a
    /// progress bar leaves its last state; tabs become spaces; lines keep no white space at their ends.
    ///
    /// It is linear in the length of `output`, and knows no cursor movement up or down: that needs a terminal.
    package static func plain(_ output: String, tabWidth: Int = 8) -> String {
        var screen = LineBuffer(tabWidth: max(tabWidth, 1))
        var scalars = output.unicodeScalars.makeIterator()
        var pending: Unicode.Scalar?
        while let scalar = pending ?? scalars.next() {
            pending = nil
            switch scalar.value {
            case 0x1b: pending = escape(&scalars, &screen)
            case 0x9b: pending = controlSequence(&scalars, &screen)
            case 0x90, 0x98, 0x9d, 0x9e, 0x9f: pending = controlString(&scalars)
            default: screen.put(scalar)
            }
        }
        return screen.text
    }

    private typealias Scalars = String.UnicodeScalarView.Iterator

    /// After ESC (ECMA-48). Returns the scalar that did not belong to the sequence.
    private static func escape(_ scalars: inout Scalars, _ screen: inout LineBuffer) -> Unicode.Scalar? {
        guard let next = scalars.next() else { return nil }
        switch next {
        case "[": return controlSequence(&scalars, &screen)
        case "]", "P", "X", "^", "_": return controlString(&scalars)
        case _ where (0x20...0x2f).contains(next.value):
            // Intermediates, then one final, as in `ESC ( B`.
            while let scalar = scalars.next() {
                if (0x20...0x2f).contains(scalar.value) { continue }
                return (0x30...0x7e).contains(scalar.value) ? nil : scalar
            }
            return nil
        case _ where (0x30...0x7e).contains(next.value): return nil
        default: return next
        }
    }

    /// After CSI: parameters and intermediates, then one final. Only "erase in line" does something here.
    private static func controlSequence(_ scalars: inout Scalars, _ screen: inout LineBuffer) -> Unicode.Scalar? {
        var parameters = ""
        while let scalar = scalars.next() {
            switch scalar.value {
            case 0x20...0x3f: if parameters.count < 16 { parameters.unicodeScalars.append(scalar) }
            case 0x40...0x7e:
                if scalar == "K" { screen.erase(parameters) }
                return nil
            default: return scalar
            }
        }
        return nil
    }

    /// After OSC, DCS and the like: up to BEL or ST. One that a newline or 4096 characters interrupt was none.
    private static func controlString(_ scalars: inout Scalars) -> Unicode.Scalar? {
        for _ in 0..<4096 {
            guard let scalar = scalars.next() else { return nil }
            switch scalar.value {
            case 0x07, 0x9c: return nil
            case 0x0a: return scalar
            case 0x1b:
                guard let next = scalars.next() else { return nil }
                if next != "\\" { return next }
                return nil
            default: continue
            }
        }
        return nil
    }
}

/// The line being written, cell by cell, and those above it.
private struct LineBuffer {
    let tabWidth: Int
    private var lines = ""
    private var cells: [String.UnicodeScalarView] = []
    private var column = 0

    init(tabWidth: Int) { self.tabWidth = tabWidth }

    var text: String { lines + line }

    private var line: String {
        let end = cells.lastIndex { !$0.elementsEqual(" ".unicodeScalars) }.map { $0 + 1 } ?? 0
        var result = String.UnicodeScalarView()
        for cell in cells[..<end] { result.append(contentsOf: cell) }
        return String(result)
    }

    mutating func put(_ scalar: Unicode.Scalar) {
        switch scalar.value {
        case 0x0a:
            lines += line
            lines += "\n"
            cells.removeAll(keepingCapacity: true)
            column = 0
        case 0x0d: column = 0
        case 0x08: column = max(0, column - 1)
        // No real line is that wide: tabs alone must not make one of any length.
        case 0x09: if column < 4096 { column = (column / tabWidth + 1) * tabWidth }
        case 0x00..<0x20, 0x7f..<0xa0, 0x2028...0x202e: break
        default:
            // What extends a character stays with it; 32 of them are more than any script needs.
            if scalar.value >= 0x300, column > 0, column <= cells.count, Self.extends(scalar) || cells[column - 1].last == "\u{200d}" {
                if cells[column - 1].count < 32 { cells[column - 1].append(scalar) }
                return
            }
            while cells.count < column { cells.append(" ".unicodeScalars) }
            let cell = String.UnicodeScalarView([scalar])
            if column < cells.count { cells[column] = cell } else { cells.append(cell) }
            column += 1
        }
    }

    mutating func erase(_ mode: String) {
        switch mode {
        case "", "0": if column < cells.count { cells.removeSubrange(column...) }
        case "1": for index in cells.indices.prefix(column + 1) { cells[index] = " ".unicodeScalars }
        case "2": cells.removeAll(keepingCapacity: true)
        default: break
        }
    }

    private static func extends(_ scalar: Unicode.Scalar) -> Bool {
        let properties = scalar.properties
        return properties.isGraphemeExtend || properties.isEmojiModifier || properties.isJoinControl
    }
}
