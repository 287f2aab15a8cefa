/// A colour as the program chose it; what it looks like is the picture's affair.
package enum TerminalColor: Hashable, Sendable {
    case standard
    /// 0–7 the plain colours, 8–15 the bright ones, 16–231 a cube of 6×6×6, 232–255 greys.
    case indexed(UInt8)
    case rgb(red: UInt8, green: UInt8, blue: UInt8)
}
