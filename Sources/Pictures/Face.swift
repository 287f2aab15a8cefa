import CPango

/// A monospaced font in four cuts, and the layout that draws with it on one canvas.
final class Face {
    private let layout: OpaquePointer
    private let canvas: Canvas
    /// Regular, bold, italic, bold italic.
    private let cuts: [OpaquePointer]
    let metrics: CellMetrics

    init(_ canvas: Canvas, style: ScreenPicture.Style) throws(PictureError) {
        guard let layout = pango_cairo_create_layout(canvas.context) else { throw .drawing("no text layout") }
        let cuts = [(false, false), (true, false), (false, true), (true, true)].map { Self.description(style, isBold: $0, isItalic: $1) }
        pango_layout_set_font_description(layout, cuts[0])
        let context = pango_layout_get_context(layout)
        let metrics = pango_context_get_metrics(context, cuts[0], nil)
        // Some widths are for the font's average, so the cell is that of a character.
        pango_layout_set_text(layout, "M", -1)
        var (width, height): (Int32, Int32) = (0, 0)
        pango_layout_get_size(layout, &width, &height)
        let scale = Double(PANGO_SCALE)
        self.metrics = CellMetrics(
            width: (Double(width) / scale).rounded(), height: (Double(height) / scale).rounded(.up),
            baseline: Double(pango_layout_get_baseline(layout)) / scale)
        pango_font_metrics_unref(metrics)
        (self.layout, self.canvas, self.cuts) = (layout, canvas, cuts)
        guard width > 0, height > 0 else { throw .noFont }
    }

    deinit {
        g_object_unref(UnsafeMutableRawPointer(layout))
        for cut in cuts { pango_font_description_free(cut) }
    }

    /// How large a cell will be.
    static func metrics(_ style: ScreenPicture.Style) throws(PictureError) -> CellMetrics {
        try Face(Canvas(width: 8, height: 8, scale: 1), style: style).metrics
    }

    /// Draws a text with its left upper corner at that place; a text wider than `width` is squeezed into it.
    func draw(_ text: String, x: Double, y: Double, width: Double, isBold: Bool, isItalic: Bool, shade: Shade) {
        let context = canvas.context
        pango_layout_set_font_description(layout, cuts[(isBold ? 1 : 0) + (isItalic ? 2 : 0)])
        pango_layout_set_text(layout, text, Int32(clamping: text.utf8.count))
        var (wide, high): (Int32, Int32) = (0, 0)
        pango_layout_get_size(layout, &wide, &high)
        let drawn = Double(wide) / Double(PANGO_SCALE)
        // Fonts that fontconfig fell back to have widths and baselines of their own.
        let baseline = Double(pango_layout_get_baseline(layout)) / Double(PANGO_SCALE)
        cairo_save(context)
        cairo_set_source_rgb(context, shade.red, shade.green, shade.blue)
        cairo_translate(context, x, y + metrics.baseline - baseline)
        if drawn > width + 0.5, drawn > 0 { cairo_scale(context, width / drawn, 1) }
        cairo_move_to(context, 0, 0)
        pango_cairo_show_layout(context, layout)
        cairo_restore(context)
    }

    private static func description(_ style: ScreenPicture.Style, isBold: Bool, isItalic: Bool) -> OpaquePointer {
        let description: OpaquePointer = pango_font_description_new()
        pango_font_description_set_family(description, style.fonts.joined(separator: ","))
        pango_font_description_set_absolute_size(description, style.fontSize * Double(PANGO_SCALE))
        if isBold { pango_font_description_set_weight(description, PANGO_WEIGHT_BOLD) }
        if isItalic { pango_font_description_set_style(description, PANGO_STYLE_ITALIC) }
        return description
    }
}
