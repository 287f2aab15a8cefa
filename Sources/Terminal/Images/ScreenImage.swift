import HubCore

/// What a terminal shows at one moment.
package struct ScreenImage: Hashable, Sendable {
    package struct Cursor: Hashable, Sendable {
        /// Both from 0, within the screen.
        package var row: Int
        package var column: Int
        package var isVisible: Bool

        package init(row: Int, column: Int, isVisible: Bool = true) {
            (self.row, self.column, self.isVisible) = (row, column, isVisible)
        }
    }

    package var size: TerminalSize
    /// `size.rows` rows, each from column 0 on without a gap; plain blanks at the end of a row are left out.
    package var rows: [[StyledRun]]
    package var cursor: Cursor
    /// Whether a full-screen program shows its own screen instead of the one that scrolls.
    package var isAlternate: Bool
    /// As the program set it, at most 256 characters; empty where it set none.
    package var title: String

    package init(size: TerminalSize, rows: [[StyledRun]], cursor: Cursor, isAlternate: Bool = false, title: String = "") {
        (self.size, self.rows, self.cursor, self.isAlternate, self.title) = (size, rows, cursor, isAlternate, title)
    }

    /// An empty screen.
    package init(size: TerminalSize) {
        self.init(size: size, rows: Array(repeating: [], count: size.rows), cursor: Cursor(row: 0, column: 0))
    }

    /// The text of each row without the blanks at its end: `size.rows` of them.
    package var lines: [String] { rows.indices.map(line) }

    /// The text of a row without the blanks at its end; empty where there is no such row.
    package func line(_ row: Int) -> String {
        guard rows.indices.contains(row) else { return "" }
        var line = rows[row].map(\.text).joined()
        while line.unicodeScalars.last == " " { line.unicodeScalars.removeLast() }
        return line
    }

    /// ``lines`` without the empty ones at the end, one below the other.
    package var text: String {
        var lines = lines
        while lines.last?.isEmpty == true { lines.removeLast() }
        return lines.joined(separator: "\n")
    }
}
