import Terminal

/// Draws a screen: backgrounds first, so that no glyph that reaches beyond its cell is painted over.
struct ScreenPainter {
    let canvas: Canvas
    let face: Face
    let layout: ScreenLayout
    let style: ScreenPicture.Style

    func paint(_ image: ScreenImage) {
        canvas.fill(
            Palette.background, x: 0, y: 0, width: layout.innerWidth + 1,
            height: layout.y(layout.size.rows) + layout.padding + 1)
        if let title = style.title { paint(title: title) }
        for (row, runs) in image.rows.enumerated() {
            forEach(runs) { run, column in
                let background = run.style.shades.background
                if background != Palette.background {
                    canvas.fill(
                        background, x: layout.x(column), y: layout.y(row), width: Double(run.columns) * layout.cell.width,
                        height: layout.cell.height)
                }
            }
        }
        for (row, runs) in image.rows.enumerated() {
            forEach(runs) { run, column in
                paint(run, row: row, column: column, shade: run.style.shades.foreground)
            }
        }
        if style.showsCursor, image.cursor.isVisible { paint(cursor: image.cursor, in: image) }
    }

    private func forEach(_ runs: [StyledRun], _ body: (StyledRun, Int) -> Void) {
        var column = 0
        for run in runs {
            body(run, column)
            column += run.columns
        }
    }

    private func paint(_ run: StyledRun, row: Int, column: Int, shade: Shade) {
        for piece in run.pieces {
            paint(piece.text, row: row, column: column + piece.offset, columns: piece.columns, style: run.style, shade: shade)
        }
        let (x, y, width) = (layout.x(column), layout.y(row), Double(run.columns) * layout.cell.width)
        if run.style.attributes.contains(.underline) {
            canvas.fill(shade, x: x, y: y + (layout.cell.baseline + 2).rounded(), width: width, height: 1)
        }
        if run.style.attributes.contains(.strike) {
            canvas.fill(shade, x: x, y: y + (layout.cell.baseline * 0.68).rounded(), width: width, height: 1)
        }
    }

    private func paint(_ text: String, row: Int, column: Int, columns: Int, style: TextStyle, shade: Shade) {
        let (x, y, width) = (layout.x(column), layout.y(row), Double(columns) * layout.cell.width)
        if columns == 1, let scalar = text.unicodeScalars.first,
            CellGraphics(scalar)?.draw(on: canvas, x: x, y: y, cell: layout.cell, shade: shade) != nil
        {
            return
        }
        face.draw(
            text, x: x, y: y, width: width, isBold: style.attributes.contains(.bold), isItalic: style.attributes.contains(.italic),
            shade: shade)
    }

    /// A block in the text's colour with the character in the background's.
    private func paint(cursor: ScreenImage.Cursor, in image: ScreenImage) {
        var (covered, start) = (StyledRun(text: " ", columns: 1), cursor.column)
        if image.rows.indices.contains(cursor.row) {
            forEach(image.rows[cursor.row]) { run, column in
                guard (column..<column + run.columns).contains(cursor.column) else { return }
                for piece in run.pieces(splittingAll: true)
                where (column + piece.offset..<column + piece.offset + piece.columns).contains(cursor.column) {
                    covered = StyledRun(text: piece.text, columns: piece.columns, style: run.style)
                    start = column + piece.offset
                }
            }
        }
        let shades = covered.style.shades
        canvas.fill(
            shades.foreground, x: layout.x(start), y: layout.y(cursor.row), width: Double(covered.columns) * layout.cell.width,
            height: layout.cell.height)
        paint(covered, row: cursor.row, column: start, shade: shades.background)
    }

    private func paint(title: String) {
        canvas.fill(Palette.titleBar, x: 0, y: 0, width: layout.innerWidth + 1, height: layout.titleHeight)
        let room = max(1, layout.size.columns - 2)
        // A title is one line, whatever the program put into it.
        let line = String(String.UnicodeScalarView(title.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
        let text = line.count > room ? line.prefix(room - 1) + "…" : line
        face.draw(
            text, x: layout.padding, y: (layout.titleHeight - layout.cell.height) / 2, width: layout.innerWidth - 2 * layout.padding,
            isBold: true, isItalic: false, shade: Palette.foreground)
    }
}

extension StyledRun {
    struct Piece {
        var text: String
        var offset: Int
        var columns: Int
    }

    /// What can be drawn at once and still be in its columns: plain ASCII together, everything else alone, blanks not at all.
    var pieces: [Piece] { pieces(splittingAll: false) }

    func pieces(splittingAll: Bool) -> [Piece] {
        guard isUniform else { return [Piece(text: text, offset: 0, columns: columns)] }
        var pieces: [Piece] = []
        var open = false
        for (offset, scalar) in text.unicodeScalars.enumerated() {
            let isPlain = scalar.isASCII && scalar != " " && !splittingAll
            if isPlain, open, var last = pieces.popLast() {
                last.text.unicodeScalars.append(scalar)
                last.columns += 1
                pieces.append(last)
            } else if scalar != " " || splittingAll {
                pieces.append(Piece(text: String(scalar), offset: offset, columns: 1))
            }
            open = isPlain
        }
        return pieces
    }
}
