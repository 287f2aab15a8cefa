/// Neighbouring characters of one row that look the same.
///
/// Either each Unicode scalar of the text fills one column (`isUniform`), or the text is one character, possibly with combining
/// marks, that fills all `columns` columns.
package struct StyledRun: Hashable, Sendable {
    package var text: String
    package var columns: Int
    package var style: TextStyle

    package init(text: String, columns: Int, style: TextStyle = .plain) {
        (self.text, self.columns, self.style) = (text, columns, style)
    }

    package var isUniform: Bool { text.unicodeScalars.count == columns }
}
