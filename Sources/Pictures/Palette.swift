import Terminal

/// Red, green and blue, each 0…1.
struct Shade: Hashable {
    var red: Double
    var green: Double
    var blue: Double

    init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
        (self.red, self.green, self.blue) = (Double(red) / 255, Double(green) / 255, Double(blue) / 255)
    }
}

/// What a terminal's colours look like: a dark theme whose sixteen colours are all legible on its background.
enum Palette {
    static let background = Shade(0x14, 0x16, 0x1B)
    static let foreground = Shade(0xDC, 0xDF, 0xE4)
    static let titleBar = Shade(0x2A, 0x2D, 0x35)

    private static let plain = [
        Shade(0x3B, 0x40, 0x4A), Shade(0xE0, 0x6C, 0x75), Shade(0x8F, 0xC1, 0x6F), Shade(0xE0, 0xB8, 0x68),
        Shade(0x61, 0x9F, 0xEF), Shade(0xC6, 0x78, 0xDD), Shade(0x4F, 0xB8, 0xC4), Shade(0xC8, 0xCC, 0xD4),
        Shade(0x7A, 0x80, 0x8C), Shade(0xFF, 0x8A, 0x92), Shade(0xB3, 0xE0, 0x90), Shade(0xFF, 0xD8, 0x8A),
        Shade(0x8C, 0xBE, 0xFF), Shade(0xE0, 0x9C, 0xF5), Shade(0x7A, 0xDD, 0xE6), Shade(0xFF, 0xFF, 0xFF),
    ]

    /// - Returns: `nil` for the standard colour.
    static func shade(of color: TerminalColor) -> Shade? {
        switch color {
        case .standard: nil
        case .rgb(let red, let green, let blue): Shade(red, green, blue)
        case .indexed(let index) where index < 16: plain[Int(index)]
        case .indexed(let index) where index < 232:
            // xterm's cube: 0, 95, 135, 175, 215, 255.
            Shade(step((index - 16) / 36), step((index - 16) / 6 % 6), step((index - 16) % 6))
        case .indexed(let index):
            Shade(8 + 10 * (index - 232), 8 + 10 * (index - 232), 8 + 10 * (index - 232))
        }
    }

    private static func step(_ step: UInt8) -> UInt8 { step == 0 ? 0 : 55 + 40 * step }
}

extension TextStyle {
    /// Both colours as they are seen, with reverse taken into account.
    var shades: (foreground: Shade, background: Shade) {
        // The bright variant is how terminals have always shown bold in one of the eight plain colours.
        var color = foreground
        if attributes.contains(.bold), case .indexed(let index) = foreground, index < 8 { color = .indexed(index + 8) }
        let front = Palette.shade(of: color) ?? Palette.foreground
        let back = Palette.shade(of: background) ?? Palette.background
        return attributes.contains(.reverse) ? (back, front) : (front, back)
    }
}
