import HubCore

/// How large a character cell is, in pixels before scaling.
struct CellMetrics: Hashable {
    var width: Double
    var height: Double
    /// From the top of the cell.
    var baseline: Double
}

/// Where things are in the picture of a screen, in pixels before scaling.
struct ScreenLayout {
    let cell: CellMetrics
    let padding: Double
    let titleHeight: Double
    let size: TerminalSize
    private let scale: Double

    init(_ cell: CellMetrics, size: TerminalSize, style: ScreenPicture.Style) {
        (self.cell, self.size, padding, scale) = (cell, size, style.padding, style.scale)
        titleHeight = style.title == nil ? 0 : (cell.height * 1.5).rounded()
    }

    var width: Int { Int((innerWidth * scale).rounded(.up)) }
    var height: Int { Int(((Double(size.rows) * cell.height + 2 * padding + titleHeight) * scale).rounded(.up)) }
    var pixels: Int { width * height }
    var innerWidth: Double { Double(size.columns) * cell.width + 2 * padding }

    func x(_ column: Int) -> Double { padding + Double(column) * cell.width }
    func y(_ row: Int) -> Double { titleHeight + padding + Double(row) * cell.height }
}
