/// Why there is no picture.
package enum PictureError: Error, Hashable, Sendable {
    /// The picture would have more pixels than ``ScreenPicture/maximumPixels``.
    case tooLarge(width: Int, height: Int)
    /// No font is installed that text could be drawn with.
    case noFont
    /// cairo's words, such as “out of memory”.
    case drawing(String)
}
