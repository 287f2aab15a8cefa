import CPango

/// A cairo image of opaque pixels, freed with its last reference.
final class Canvas {
    let context: OpaquePointer
    private let surface: OpaquePointer

    /// - Parameters:
    ///   - width: in pixels, as `height`
    ///   - scale: pixels for one unit of drawing
    init(width: Int, height: Int, scale: Double) throws(PictureError) {
        // cairo never returns a null pointer: a surface or context that could not be made carries a status.
        guard let surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, Int32(clamping: width), Int32(clamping: height)) else {
            throw .drawing("no surface")
        }
        guard let context = cairo_create(surface) else {
            cairo_surface_destroy(surface)
            throw .drawing("no context")
        }
        (self.surface, self.context) = (surface, context)
        try check(cairo_status(context))
        cairo_scale(context, scale, scale)
    }

    deinit {
        cairo_destroy(context)
        cairo_surface_destroy(surface)
    }

    func fill(_ shade: Shade, x: Double, y: Double, width: Double, height: Double, opacity: Double = 1) {
        cairo_set_source_rgba(context, shade.red, shade.green, shade.blue, opacity)
        cairo_rectangle(context, x, y, width, height)
        cairo_fill(context)
    }

    func png() throws(PictureError) -> [UInt8] {
        cairo_surface_flush(surface)
        try check(cairo_status(context))
        var bytes: [UInt8] = []
        let status = withUnsafeMutablePointer(to: &bytes) { target in
            cairo_surface_write_to_png_stream(
                surface,
                { target, data, count in
                    guard let target else { return CAIRO_STATUS_WRITE_ERROR }
                    target.assumingMemoryBound(to: [UInt8].self).pointee
                        .append(contentsOf: UnsafeBufferPointer(start: data, count: Int(count)))
                    return CAIRO_STATUS_SUCCESS
                }, target)
        }
        try check(status)
        return bytes
    }

    private func check(_ status: cairo_status_t) throws(PictureError) {
        guard status == CAIRO_STATUS_SUCCESS else { throw .drawing(String(cString: cairo_status_to_string(status))) }
    }
}
