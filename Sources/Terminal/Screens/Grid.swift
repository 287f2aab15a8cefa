/// A rectangle of cells that has no more of them than were written to: rows end where only plain blanks follow.
///
/// All positions are clamped: what lies outside is not there.
struct Grid {
    typealias Row = ContiguousArray<Cell>

    private(set) var rows: ContiguousArray<Row>
    private(set) var columns: Int

    init(rows: Int, columns: Int) {
        self.rows = ContiguousArray(repeating: [], count: rows)
        self.columns = columns
    }

    /// Writes a character that is `width` columns wide; `false` where it was there already.
    mutating func put(_ cell: Cell, row: Int, column: Int, width: Int) -> Bool {
        guard rows.indices.contains(row), (0..<columns).contains(column) else { return false }
        if width <= 1 { return put(cell, row: row, column: column) }
        let end = min(column + width, columns)
        if rows[row].count < end { pad(row, to: end) }
        var changed = false
        for place in column..<end {
            let new = place == column ? cell : Cell(character: Cell.continuation, pen: cell.pen)
            if rows[row][place] != new {
                rows[row][place] = new
                changed = true
            }
        }
        return changed
    }

    /// The same for a character of one column, which nearly all are; within the grid.
    private mutating func put(_ cell: Cell, row: Int, column: Int) -> Bool {
        let count = rows[row].count
        if column < count {
            guard rows[row][column] != cell else { return false }
            rows[row][column] = cell
            return true
        }
        if column > count { pad(row, to: column) }
        rows[row].append(cell)
        return cell != .blank
    }

    /// Blanks a rectangle in the given style.
    mutating func erase(rows erased: Range<Int>, columns span: Range<Int>, pen: Pen) {
        let span = span.clamped(to: 0..<columns)
        let blank = Cell(character: 0, pen: pen)
        for row in erased.clamped(to: rows.indices) {
            if blank == .blank {
                if span.upperBound >= rows[row].count {
                    if span.lowerBound < rows[row].count { rows[row].removeSubrange(span.lowerBound...) }
                } else {
                    for column in span { rows[row][column] = blank }
                }
            } else {
                pad(row, to: span.upperBound)
                for column in span { rows[row][column] = blank }
            }
        }
    }

    /// Moves whole rows up by `count` (down where it is negative); what comes free has the given style.
    mutating func scroll(rows scrolled: Range<Int>, by count: Int, pen: Pen) {
        let scrolled = scrolled.clamped(to: rows.indices)
        let distance = min(abs(count), scrolled.count)
        for _ in 0..<distance {
            var row = rows.remove(at: count > 0 ? scrolled.lowerBound : scrolled.upperBound - 1)
            row.removeAll(keepingCapacity: row.capacity <= columns)
            rows.insert(row, at: count > 0 ? scrolled.upperBound - 1 : scrolled.lowerBound)
        }
        let freed = count > 0 ? scrolled.upperBound - distance..<scrolled.upperBound : scrolled.lowerBound..<scrolled.lowerBound + distance
        if pen != Pen() { erase(rows: freed, columns: 0..<columns, pen: pen) }
    }

    /// Copies a rectangle, which may overlap its new place.
    mutating func move(rows source: Range<Int>, columns span: Range<Int>, toRow row: Int, column: Int) {
        let (source, span) = (source.clamped(to: rows.indices), span.clamped(to: 0..<columns))
        let copies = source.map { row in span.map { rows[row].count > $0 ? rows[row][$0] : .blank } }
        for (offset, cells) in copies.enumerated() where rows.indices.contains(row + offset) {
            let end = min(column + cells.count, columns)
            guard column >= 0, column < end else { continue }
            pad(row + offset, to: end)
            for place in column..<end { rows[row + offset][place] = cells[place - column] }
        }
    }

    /// Cuts or extends to the given size, at the bottom and on the right.
    mutating func resize(rows height: Int, columns width: Int) {
        if rows.count > height { rows.removeLast(rows.count - height) }
        while rows.count < height { rows.append([]) }
        for row in rows.indices where rows[row].count > width { rows[row] = Row(rows[row][..<width]) }
        columns = width
    }

    /// Replaces the cells that `change` changes.
    mutating func forEachCluster(_ change: (Int) -> Int) {
        for row in rows.indices {
            for column in rows[row].indices {
                guard let cluster = rows[row][column].cluster else { continue }
                rows[row][column].character = Cell.clusterFlag | UInt32(change(cluster))
            }
        }
    }

    /// How many rows there are up to the last that is not blank.
    var usedRows: Int { (rows.lastIndex { !$0.isEmpty } ?? -1) + 1 }

    private mutating func pad(_ row: Int, to count: Int) {
        let missing = count - rows[row].count
        if missing > 0 { rows[row].append(contentsOf: repeatElement(.blank, count: missing)) }
    }
}
