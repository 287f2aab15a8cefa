/// One character cell in 12 bytes. All zero is a plain blank.
struct Cell: Equatable {
    static let blank = Cell()
    /// The right half of a wide character.
    static let continuation = UInt32.max
    /// Set in `character` where the rest is an index into the grid's clusters.
    static let clusterFlag: UInt32 = 0x8000_0000

    var character: UInt32 = 0
    var pen = Pen()

    var cluster: Int? {
        character != Self.continuation && character & Self.clusterFlag != 0 ? Int(character & ~Self.clusterFlag) : nil
    }
}

/// A style in 8 bytes: two colours, and the attributes in spare bits of the first.
///
/// A colour is 2 bits of kind (0 standard, 1 indexed, 2 RGB), then, in the foreground only, 6 bits of attributes, then 24 bits.
struct Pen: Equatable {
    private static let colorBits: UInt32 = 0xC0FF_FFFF

    private var foregroundBits: UInt32 = 0
    private var backgroundBits: UInt32 = 0

    var foreground: TerminalColor {
        get { Self.color(foregroundBits) }
        set { foregroundBits = foregroundBits & ~Self.colorBits | Self.bits(newValue) }
    }

    var background: TerminalColor {
        get { Self.color(backgroundBits) }
        set { backgroundBits = Self.bits(newValue) }
    }

    var attributes: TextAttributes {
        get { TextAttributes(rawValue: UInt8(foregroundBits >> 24 & 0x3F)) }
        set { foregroundBits = foregroundBits & Self.colorBits | UInt32(newValue.rawValue & 0x3F) << 24 }
    }

    /// What an erased cell keeps: the background.
    var erased: Pen {
        var pen = Pen()
        pen.backgroundBits = backgroundBits
        return pen
    }

    var style: TextStyle { TextStyle(foreground: foreground, background: background, attributes: attributes) }

    private static func bits(_ color: TerminalColor) -> UInt32 {
        switch color {
        case .standard: 0
        case .indexed(let index): 1 << 30 | UInt32(index)
        case .rgb(let red, let green, let blue): 2 << 30 | UInt32(red) << 16 | UInt32(green) << 8 | UInt32(blue)
        }
    }

    private static func color(_ bits: UInt32) -> TerminalColor {
        switch bits >> 30 {
        case 1: .indexed(UInt8(truncatingIfNeeded: bits))
        case 2:
            .rgb(
                red: UInt8(truncatingIfNeeded: bits >> 16), green: UInt8(truncatingIfNeeded: bits >> 8),
                blue: UInt8(truncatingIfNeeded: bits))
        default: .standard
        }
    }
}
