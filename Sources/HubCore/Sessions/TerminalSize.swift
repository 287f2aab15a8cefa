/// How large a terminal is, in character cells; within 1…500 columns and 1…200 rows, which every program fits
/// into: a few bytes can make a terminal touch each of its cells.
package struct TerminalSize: Hashable, Sendable, CustomStringConvertible {
    package static let columnLimits = 1...500
    package static let rowLimits = 1...200
    /// What a session has where nobody asked for another size (agent protocol, section 6.3).
    package static let standard = TerminalSize(clampingColumns: 120, rows: 40)

    package let columns: Int
    package let rows: Int

    /// `nil` where a side is outside of its limits.
    package init?(columns: Int, rows: Int) {
        guard Self.columnLimits.contains(columns), Self.rowLimits.contains(rows) else { return nil }
        (self.columns, self.rows) = (columns, rows)
    }

    /// The nearest size that is allowed.
    package init(clampingColumns columns: Int, rows: Int) {
        func clamped(_ side: Int, _ limits: ClosedRange<Int>) -> Int { min(max(side, limits.lowerBound), limits.upperBound) }
        (self.columns, self.rows) = (clamped(columns, Self.columnLimits), clamped(rows, Self.rowLimits))
    }

    /// What is allowed, for those who asked for something else.
    package static let rule = "cols must be 1 to \(columnLimits.upperBound), and rows 1 to \(rowLimits.upperBound)"

    /// `120x40`
    package var description: String { "\(columns)x\(rows)" }
}
