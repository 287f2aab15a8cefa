import Dispatch
import HubCore
import Terminal

/// Pictures of terminals.
///
/// Drawing blocks its thread for some ten milliseconds for an ordinary screen, and fontconfig reads its caches at the first one: use
/// ``draw(_:style:)`` from asynchronous code.
package enum ScreenPicture {
    package struct Style: Hashable, Sendable {
        /// Tried in this order; fontconfig adds what it has for characters that none of them knows.
        package var fonts = ["DejaVu Sans Mono", "Liberation Mono", "Noto Sans Mono", "monospace"]
        /// The height of the font in pixels, before ``scale``.
        package var fontSize = 15.0
        package var scale = 1.0
        /// Around the screen, in pixels, before ``scale``.
        package var padding = 8.0
        package var showsCursor = true
        /// A bar above the screen with this text; `nil` draws none.
        package var title: String?

        package init(title: String? = nil) {
            self.title = title
        }
    }

    /// Memory bounds a picture, at 4 bytes for each pixel.
    package static let maximumPixels = 24_000_000
    /// Telegram takes photos whose width and height are 10 000 together at most (Bot API, `sendPhoto`).
    package static let maximumSides = 10_000

    /// One thread at a time draws for all.
    private static let queue = DispatchQueue(label: "pictures", qos: .utility)

    /// A PNG of the screen, drawn on a thread of its own, one picture after the other.
    package static func draw(_ image: ScreenImage, style: Style = Style()) async throws(PictureError) -> [UInt8] {
        let drawn: Result<[UInt8], PictureError> = await withCheckedContinuation { continuation in
            queue.async {
                continuation.resume(returning: Result { () throws(PictureError) in try png(of: image, style: style) })
            }
        }
        return try drawn.get()
    }

    /// A PNG of the screen. Blocks while it draws; may be called from any thread.
    ///
    /// A screen whose picture would be too large is drawn smaller instead, down to a quarter of the size.
    package static func png(of image: ScreenImage, style: Style = Style()) throws(PictureError) -> [UInt8] {
        var style = style
        let cell = try Face.metrics(style)
        var layout = ScreenLayout(cell, size: image.size, style: style)
        if layout.width + layout.height > maximumSides || layout.pixels > maximumPixels {
            let fit = min(
                Double(maximumSides) / Double(layout.width + layout.height), (Double(maximumPixels) / Double(layout.pixels)).squareRoot())
            style.scale = max(style.scale * fit * 0.99, 0.25)
            layout = ScreenLayout(cell, size: image.size, style: style)
        }
        guard layout.pixels <= maximumPixels else { throw .tooLarge(width: layout.width, height: layout.height) }
        let canvas = try Canvas(width: layout.width, height: layout.height, scale: style.scale)
        let painter = ScreenPainter(canvas: canvas, face: try Face(canvas, style: style), layout: layout, style: style)
        painter.paint(image)
        return try canvas.png()
    }
}
