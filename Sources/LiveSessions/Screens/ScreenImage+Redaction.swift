import HubService
import Terminal

extension ScreenImage {
    /// The screen with secrets masked, those that go on in the next row included: a row that is full to its last column is looked at
    /// together with the one below it.
    func redacted() -> ScreenImage {
        var image = self
        let lines = lines
        var start = 0
        while start < rows.count {
            var end = start
            while end + 1 < rows.count, isFull(lines[end]), end - start < 64 { end += 1 }
            image.mask(start...end, lines)
            start = end + 1
        }
        return image
    }

    private func isFull(_ line: String) -> Bool { line.unicodeScalars.count >= size.columns }

    private mutating func mask(_ range: ClosedRange<Int>, _ lines: [String]) {
        let text = lines[range].joined()
        let masked = Redactor.redact(text)
        guard masked != text else { return }
        // What the two have in common stays as it looked; between it stands the mask.
        let (old, new) = (Array(text.unicodeScalars), Array(masked.unicodeScalars))
        let head = zip(old, new).prefix { $0 == $1 }.count
        let tail = zip(old.reversed(), new.reversed()).prefix { $0 == $1 }.count
        let hidden = head..<max(head, old.count - min(tail, min(old.count, new.count) - head))
        var position = 0
        for row in range {
            let end = position + lines[row].unicodeScalars.count
            if hidden.overlaps(position..<max(end, position)) {
                rows[row] = Self.masked(rows[row], hidden.clamped(to: position..<end), from: position)
            }
            position = end
        }
    }

    /// - Parameter hidden: counted in scalars; the row begins at `start`.
    private static func masked(_ row: [StyledRun], _ hidden: Range<Int>, from start: Int) -> [StyledRun] {
        var position = start
        return row.map { run in
            var run = run
            let scalars = Array(run.text.unicodeScalars)
            let mine = hidden.clamped(to: position..<position + scalars.count)
            if !mine.isEmpty {
                var text = String.UnicodeScalarView()
                for (index, scalar) in scalars.enumerated() { text.append(mine.contains(position + index) ? "*" : scalar) }
                // A wide character that is hidden leaves its second column to a star as well.
                if run.isUniform { run.text = String(text) } else { run.text = String(repeating: "*", count: run.columns) }
            }
            position += scalars.count
            return run
        }
    }
}
