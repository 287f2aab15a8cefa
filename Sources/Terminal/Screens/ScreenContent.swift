import HubCore

/// What a terminal holds: the screen that scrolls, the alternate one while a program shows it, and the lines that scrolled away.
struct ScreenContent {
    static let maximumTitle = 256
    private static let fewestClusters = 256

    var grid: Grid
    var pen = Pen()
    var isCursorVisible = true
    private(set) var title = ""
    private(set) var scrollback: Scrollback
    /// The screen that scrolls, while the alternate one is shown.
    private var hidden: Grid?
    /// Characters of more than one scalar, which do not fit into a cell.
    private var clusters: [String] = []
    private var maximumClusters = Self.fewestClusters

    init(size: TerminalSize, scrollback: Int) {
        grid = Grid(rows: size.rows, columns: size.columns)
        self.scrollback = Scrollback(maximumLines: scrollback)
    }

    var columns: Int { grid.columns }
    var isAlternate: Bool { hidden != nil }

    /// `false` where the same was there already.
    mutating func put(_ scalars: UnsafeBufferPointer<UInt32>, row: Int, column: Int, width: Int) -> Bool {
        var character = scalars.first ?? 0
        if scalars.count > 1 { character = Cell.clusterFlag | UInt32(cluster(of: scalars)) }
        return grid.put(Cell(character: character, pen: pen), row: row, column: column, width: width)
    }

    /// Moves rows up by `count`; those that leave the top of the screen that scrolls are remembered.
    mutating func scroll(rows: Range<Int>, by count: Int) {
        if count > 0, rows.lowerBound <= 0, !isAlternate {
            for row in 0..<min(count, rows.upperBound, grid.rows.count) { remember(row) }
        }
        grid.scroll(rows: rows, by: count, pen: pen.erased)
    }

    mutating func showAlternate(_ isShown: Bool) {
        guard isShown != isAlternate else { return }
        if isShown {
            hidden = grid
            grid = Grid(rows: grid.rows.count, columns: grid.columns)
        } else if let hidden {
            grid = hidden
            self.hidden = nil
        }
    }

    mutating func setTitle(_ text: String, isFirst: Bool) {
        title = String(((isFirst ? "" : title) + text).prefix(Self.maximumTitle))
    }

    /// Cuts or extends the screen; lines that no longer fit scroll away at its top, once the blank ones below are used up.
    ///
    /// - Returns: how many rows the cursor moves up with its line.
    mutating func resize(rows: Int, columns: Int, cursorRow: Int) -> Int {
        var moved = 0
        if !isAlternate {
            // No further than the cursor's row reaches the top: what is below it is cut.
            moved = scrollAway(min(max(grid.usedRows, cursorRow + 1) - rows, cursorRow))
        } else if var screen = hidden {
            swap(&grid, &screen)
            _ = scrollAway(grid.usedRows - rows)
            swap(&grid, &screen)
            screen.resize(rows: rows, columns: columns)
            hidden = screen
        }
        grid.resize(rows: rows, columns: columns)
        return moved
    }

    func styledRows() -> [[StyledRun]] { grid.rows.map(runs) }

    private mutating func scrollAway(_ count: Int) -> Int {
        guard count > 0 else { return 0 }
        for row in 0..<min(count, grid.rows.count) { remember(row) }
        grid.scroll(rows: 0..<grid.rows.count, by: count, pen: Pen())
        return count
    }

    private mutating func remember(_ row: Int) {
        guard scrollback.maximumLines > 0 else { return }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(grid.rows[row].count)
        for cell in grid.rows[row] where cell.character != Cell.continuation {
            if cell.character < 0x80 {
                bytes.append(cell.character == 0 ? UInt8(ascii: " ") : UInt8(cell.character))
            } else {
                var text = ""
                append(cell, to: &text)
                bytes.append(contentsOf: text.utf8)
            }
        }
        scrollback.append(bytes.trimmingBlanks())
    }

    private func runs(of row: Grid.Row) -> [StyledRun] {
        var runs: [StyledRun] = []
        var (text, start, pen) = ("", 0, Pen())
        func flush(at column: Int) {
            guard column > start else { return }
            runs.append(StyledRun(text: text, columns: column - start, style: pen.style))
            (text, start) = ("", column)
        }
        var column = 0
        while column < row.count {
            let cell = row[column]
            var end = column + 1
            // A right half stands alone where something was written over the left one.
            if cell.character != Cell.continuation, cell.character != 0 {
                while end < row.count, row[end].character == Cell.continuation, end < column + 2 { end += 1 }
            }
            let isAlone = end - column > 1 || cell.cluster != nil
            if isAlone || cell.pen != pen { flush(at: column) }
            pen = cell.pen
            append(cell, to: &text)
            if isAlone { flush(at: end) }
            column = end
        }
        flush(at: row.count)
        if let last = runs.last, last.style == .plain {
            let kept = last.text.unicodeScalars.reversed().drop { $0 == " " }.count
            if kept == 0 {
                runs.removeLast()
            } else if last.isUniform {
                runs[runs.count - 1] = StyledRun(text: String(last.text.unicodeScalars.prefix(kept)), columns: kept)
            }
        }
        return runs
    }

    private func append(_ cell: Cell, to text: inout String) {
        if let cluster = cell.cluster {
            text += clusters[cluster]
        } else {
            let isBlank = cell.character == 0 || cell.character == Cell.continuation
            text.unicodeScalars.append(isBlank ? " " : Unicode.Scalar(cell.character) ?? "\u{FFFD}")
        }
    }

    private mutating func cluster(of scalars: UnsafeBufferPointer<UInt32>) -> Int {
        if clusters.count >= maximumClusters { dropUnusedClusters() }
        var text = ""
        for scalar in scalars { text.unicodeScalars.append(Unicode.Scalar(scalar) ?? "\u{FFFD}") }
        clusters.append(text)
        return clusters.count - 1
    }

    private mutating func dropUnusedClusters() {
        var kept: [String] = []
        grid.forEachCluster {
            kept.append(clusters[$0]); return kept.count - 1
        }
        hidden?.forEachCluster {
            kept.append(clusters[$0]); return kept.count - 1
        }
        clusters = kept
        maximumClusters = max(Self.fewestClusters, kept.count * 2)
    }
}
