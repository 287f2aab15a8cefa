/// How large a terminal is, in character cells: what the kernel can hold (`struct winsize`) and the wire may name.
package struct WindowSize: Hashable, Sendable {
    package let columns: UInt16
    package let rows: UInt16

    /// What a session has unless somebody says otherwise (agent protocol, section 6.3).
    package static let standard = WindowSize(columns: 120, rows: 40)

    /// Each number is brought into 1…65535.
    package init(columns: Int, rows: Int) {
        self.columns = UInt16(min(max(columns, 1), 65_535))
        self.rows = UInt16(min(max(rows, 1), 65_535))
    }
}
