/// How large a terminal is, in character cells; both sides are within 1…1000.
package struct TerminalSize: Hashable, Sendable, CustomStringConvertible {
    package static let limits = 1...1000
    /// What a session has where nobody asked for another size (agent protocol, section 6.3).
    package static let standard = TerminalSize(clampingColumns: 120, rows: 40)

    package let columns: Int
    package let rows: Int

    /// `nil` where a side is outside of ``limits``.
    package init?(columns: Int, rows: Int) {
        guard Self.limits.contains(columns), Self.limits.contains(rows) else { return nil }
        (self.columns, self.rows) = (columns, rows)
    }

    /// The nearest size that is allowed.
    package init(clampingColumns columns: Int, rows: Int) {
        func clamped(_ side: Int) -> Int { min(max(side, Self.limits.lowerBound), Self.limits.upperBound) }
        (self.columns, self.rows) = (clamped(columns), clamped(rows))
    }

    /// `120x40`
    package var description: String { "\(columns)x\(rows)" }
}
