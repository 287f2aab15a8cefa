/// Lines and blocks that have to meet those of the neighbouring cells without a gap, which glyphs of fonts do not always do: drawn as
/// rectangles instead (Unicode, Box Drawing U+2500… and Block Elements U+2580…).
struct CellGraphics {
    /// The heaviness of the four arms of a line: 0 none, 1 light, 2 heavy.
    struct Arms: Equatable {
        var left = 0
        var right = 0
        var up = 0
        var down = 0
    }

    private enum Figure {
        case lines(Arms)
        /// Rectangles in eighths of the cell: x, y, width, height, from the top left.
        case blocks([(Int, Int, Int, Int)])
        case shade(Double)
    }

    private let figure: Figure

    /// `nil` where the font's glyph is to be used.
    init?(_ scalar: Unicode.Scalar) {
        if let arms = Self.arms[scalar] {
            figure = .lines(arms)
            return
        }
        switch scalar.value {
        case 0x2580: figure = .blocks([(0, 0, 8, 4)])
        case 0x2581...0x2588:
            let height = Int(scalar.value - 0x2580)
            figure = .blocks([(0, 8 - height, 8, height)])
        case 0x2589...0x258F: figure = .blocks([(0, 0, Int(0x2590 - scalar.value), 8)])
        case 0x2590: figure = .blocks([(4, 0, 4, 8)])
        case 0x2591...0x2593: figure = .shade(Double(scalar.value - 0x2590) / 4)
        case 0x2594: figure = .blocks([(0, 0, 8, 1)])
        case 0x2595: figure = .blocks([(7, 0, 1, 8)])
        case 0x2596...0x259F: figure = .blocks(Self.quadrants[Int(scalar.value - 0x2596)].map(Self.quadrant))
        default: return nil
        }
    }

    func draw(on canvas: Canvas, x: Double, y: Double, cell: CellMetrics, shade: Shade) {
        switch figure {
        case .shade(let opacity): canvas.fill(shade, x: x, y: y, width: cell.width, height: cell.height, opacity: opacity)
        case .blocks(let blocks):
            for (left, top, width, height) in blocks {
                let (from, to) = ((cell.width * Double(left) / 8).rounded(), (cell.width * Double(left + width) / 8).rounded())
                let (above, below) = ((cell.height * Double(top) / 8).rounded(), (cell.height * Double(top + height) / 8).rounded())
                canvas.fill(shade, x: x + from, y: y + above, width: max(1, to - from), height: max(1, below - above))
            }
        case .lines(let arms):
            let (middle, center) = ((cell.width / 2).rounded(.down), (cell.height / 2).rounded(.down))
            func horizontal(_ weight: Int, from: Double, to: Double) {
                guard weight > 0 else { return }
                canvas.fill(shade, x: x + from, y: y + center - (weight == 2 ? 1 : 0), width: to - from, height: weight == 2 ? 3 : 1)
            }
            func vertical(_ weight: Int, from: Double, to: Double) {
                guard weight > 0 else { return }
                canvas.fill(shade, x: x + middle - (weight == 2 ? 1 : 0), y: y + from, width: weight == 2 ? 3 : 1, height: to - from)
            }
            horizontal(arms.left, from: 0, to: middle + 1)
            horizontal(arms.right, from: middle, to: cell.width)
            vertical(arms.up, from: 0, to: center + 1)
            vertical(arms.down, from: center, to: cell.height)
        }
    }

    /// Each character with the weights of its arms to the left, right, top and bottom.
    private static let lines = """
        ─1100 ━2200 │0011 ┃0022 ┌0101 ┐1001 └0110 ┘1010 ├0111 ┤1011 ┬1101 ┴1110 ┼1111
        ┏0202 ┓2002 ┗0220 ┛2020 ┣0222 ┫2022 ┳2202 ┻2220 ╋2222
        ╴1000 ╵0010 ╶0100 ╷0001 ╸2000 ╹0020 ╺0200 ╻0002 ┝0211 ┥2011 ┠0122 ┨1022
        """

    private static let arms: [Unicode.Scalar: Arms] = {
        var table: [Unicode.Scalar: Arms] = [:]
        for entry in lines.split(whereSeparator: \.isWhitespace) {
            let weights: [Int] = entry.unicodeScalars.dropFirst().map { Int($0.value) - 48 }
            guard let scalar = entry.unicodeScalars.first, weights.count == 4 else { continue }
            table[scalar] = Arms(left: weights[0], right: weights[1], up: weights[2], down: weights[3])
        }
        return table
    }()

    /// The quarters of U+2596 on that are filled: 0 upper left, 1 upper right, 2 lower left, 3 lower right.
    private static let quadrants: [[Int]] = [[2], [3], [0], [0, 2, 3], [0, 3], [0, 1, 2], [0, 1, 3], [1], [1, 2], [1, 2, 3]]

    private static func quadrant(_ index: Int) -> (Int, Int, Int, Int) { (index % 2 * 4, index / 2 * 4, 4, 4) }
}
