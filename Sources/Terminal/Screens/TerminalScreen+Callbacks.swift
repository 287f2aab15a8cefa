import CVTerm

/// What libvterm calls while it reads: always inside ``TerminalScreen/feed(_:)-(UnsafeRawBufferPointer)`` or `resize`, on the same thread.
extension TerminalScreen {
    static var stateCallbacks: VTermStateCallbacks {
        var callbacks = VTermStateCallbacks()
        callbacks.putglyph = { info, position, user in
            guard let user, let info else { return 1 }
            // Called for every character: the screen is not retained for it.
            Unmanaged<TerminalScreen>.fromOpaque(user)._withUnsafeGuaranteedRef { $0.put(info.pointee, at: position) }
            return 1
        }
        callbacks.scrollrect = { rect, downward, rightward, user in
            guard let screen = TerminalScreen.from(user) else { return 1 }
            // 0 makes libvterm use the two callbacks below.
            guard rightward == 0, rect.start_col <= 0, rect.end_col >= screen.content.columns else { return 0 }
            screen.content.scroll(rows: rect.rows, by: Int(downward))
            screen.hasChanged = true
            return 1
        }
        callbacks.moverect = { destination, source, user in
            guard let screen = TerminalScreen.from(user) else { return 1 }
            screen.content.grid.move(
                rows: source.rows, columns: source.columns, toRow: Int(destination.start_row), column: Int(destination.start_col))
            screen.hasChanged = true
            return 1
        }
        callbacks.erase = { rect, _, user in
            guard let screen = TerminalScreen.from(user) else { return 1 }
            screen.content.grid.erase(rows: rect.rows, columns: rect.columns, pen: screen.content.pen.erased)
            screen.hasChanged = true
            return 1
        }
        callbacks.initpen = { user in
            TerminalScreen.from(user)?.content.pen = Pen()
            return 1
        }
        callbacks.setpenattr = { attribute, value, user in
            guard let screen = TerminalScreen.from(user), let value else { return 1 }
            screen.content.pen.set(attribute, to: value)
            return 1
        }
        callbacks.settermprop = { property, value, user in
            guard let screen = TerminalScreen.from(user), let value else { return 1 }
            screen.set(property, to: value)
            return 1
        }
        callbacks.resize = { rows, columns, place, user in
            guard let screen = TerminalScreen.from(user), let place else { return 1 }
            let moved = screen.content.resize(rows: Int(rows), columns: Int(columns), cursorRow: screen.cursor.row)
            orchestratia_move_up(place, Int32(moved))
            return 1
        }
        return callbacks
    }

    static let outputCallback: @convention(c) (UnsafePointer<CChar>?, Int, UnsafeMutableRawPointer?) -> Void = { bytes, count, user in
        TerminalScreen.from(user)?.reply(UnsafeBufferPointer(start: bytes, count: count))
    }

    private static func from(_ user: UnsafeMutableRawPointer?) -> TerminalScreen? {
        user.map { Unmanaged<TerminalScreen>.fromOpaque($0).takeUnretainedValue() }
    }

    private func put(_ glyph: VTermGlyphInfo, at position: VTermPos) {
        guard let characters = glyph.chars else { return }
        var length = 0
        while length < InputFilter.maximumLength, characters[length] != 0 { length += 1 }
        lastGlyphLength = length
        let scalars = UnsafeBufferPointer(start: characters, count: length)
        if content.put(scalars, row: Int(position.row), column: Int(position.col), width: Int(glyph.width)) { hasChanged = true }
    }

    private func set(_ property: VTermProp, to value: UnsafeMutablePointer<VTermValue>) {
        switch property {
        case VTERM_PROP_ALTSCREEN: content.showAlternate(value.pointee.boolean != 0)
        case VTERM_PROP_CURSORVISIBLE: content.isCursorVisible = value.pointee.boolean != 0
        case VTERM_PROP_TITLE:
            let text = orchestratia_text(value)
            let bytes = UnsafeRawBufferPointer(start: text.bytes, count: min(text.count, 4 * ScreenContent.maximumTitle))
            content.setTitle(String(decoding: bytes, as: UTF8.self), isFirst: text.is_first != 0)
        default: return
        }
        hasChanged = true
    }
}

extension VTermRect {
    /// Empty where libvterm gives a rectangle that is turned inside out.
    fileprivate var rows: Range<Int> { Int(start_row)..<max(Int(start_row), Int(end_row)) }
    fileprivate var columns: Range<Int> { Int(start_col)..<max(Int(start_col), Int(end_col)) }
}

extension Pen {
    fileprivate mutating func set(_ attribute: VTermAttr, to value: UnsafeMutablePointer<VTermValue>) {
        func mark(_ mark: TextAttributes, _ isOn: Bool) {
            if isOn { attributes.insert(mark) } else { attributes.remove(mark) }
        }
        switch attribute {
        case VTERM_ATTR_BOLD: mark(.bold, value.pointee.boolean != 0)
        case VTERM_ATTR_ITALIC: mark(.italic, value.pointee.boolean != 0)
        case VTERM_ATTR_UNDERLINE: mark(.underline, value.pointee.number != 0)
        case VTERM_ATTR_REVERSE: mark(.reverse, value.pointee.boolean != 0)
        case VTERM_ATTR_STRIKE: mark(.strike, value.pointee.boolean != 0)
        case VTERM_ATTR_BLINK: mark(.blink, value.pointee.boolean != 0)
        case VTERM_ATTR_FOREGROUND: foreground = TerminalColor(value.pointee.color)
        case VTERM_ATTR_BACKGROUND: background = TerminalColor(value.pointee.color)
        default: break
        }
    }
}

extension TerminalColor {
    fileprivate init(_ color: VTermColor) {
        var color = color
        if orchestratia_color_is_default(&color) != 0 {
            self = .standard
        } else if orchestratia_color_is_indexed(&color) != 0 {
            self = .indexed(color.indexed.idx)
        } else {
            self = .rgb(red: color.rgb.red, green: color.rgb.green, blue: color.rgb.blue)
        }
    }
}
