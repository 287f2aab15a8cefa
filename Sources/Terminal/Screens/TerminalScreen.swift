import CVTerm
import HubCore

/// A terminal without a window: bytes of a program in, a screen out.
///
/// libvterm reads the escape sequences; the cells are kept here, because its own two buffers take 40 bytes for every cell, used or not,
/// and because it trusts positions that hostile input can push outside of a tiny screen. Any bytes are welcome: nothing that is fed
/// crashes it or lets it grow beyond what size and scrollback allow.
///
/// It has one owner at a time: not `Sendable`, to be kept behind a lock or in an actor.
package final class TerminalScreen {
    private static let maximumReplies = 4096
    /// Saves the cursor, resets the margins, which moves it, and restores it: DECSC, DECSTBM, DECSLRM, DECRC.
    private static let fitToSize = "\u{1b}7\u{1b}[r\u{1b}[s\u{1b}8".utf8.map(CChar.init(bitPattern:))

    package private(set) var size: TerminalSize
    /// Grows with everything that changes what is visible, the cursor and the title included.
    package private(set) var version: UInt64 = 0

    private let terminal: OpaquePointer
    /// libvterm keeps this pointer for as long as it lives.
    private let callbacks = UnsafeMutablePointer<VTermStateCallbacks>.allocate(capacity: 1)
    private var filter = InputFilter()
    private var shownCursor = VTermPos(row: 0, col: 0)

    // What the callbacks change. No access to these lasts beyond its statement, and libvterm calls back only inside of its own functions,
    // which are never called during one: so there is nothing that a check at every character could find.
    @exclusivity(unchecked) var content: ScreenContent
    @exclusivity(unchecked) var hasChanged = false
    var replies: [UInt8] = []
    /// How many scalars the character written last is made of.
    @exclusivity(unchecked) var lastGlyphLength = 0

    /// - Parameter scrollback: how many lines that scrolled away are kept.
    package init(size: TerminalSize, scrollback: Int = 1000) {
        guard let terminal = vterm_new(Int32(size.rows), Int32(size.columns)), let state = vterm_obtain_state(terminal) else {
            fatalError("out of memory")
        }
        self.size = size
        self.terminal = terminal
        content = ScreenContent(size: size, scrollback: scrollback)
        vterm_set_utf8(terminal, 1)
        callbacks.initialize(to: Self.stateCallbacks)
        let user = Unmanaged.passUnretained(self).toOpaque()
        vterm_state_set_callbacks(state, callbacks, user)
        vterm_output_set_callback(terminal, Self.outputCallback, user)
        vterm_state_reset(state, 1)
    }

    deinit {
        vterm_free(terminal)
        callbacks.deallocate()
    }

    package func feed(_ bytes: some Sequence<UInt8>) {
        let fed: Void? = bytes.withContiguousStorageIfAvailable { feed(UnsafeRawBufferPointer($0)) }
        if fed == nil { Array(bytes).withUnsafeBytes { feed($0) } }
    }

    package func feed(_ bytes: UnsafeRawBufferPointer) {
        filter.split(bytes, lastGlyphLength: { lastGlyphLength }) { piece in
            guard let base = piece.baseAddress else { return }
            vterm_input_write(terminal, base.assumingMemoryBound(to: CChar.self), piece.count)
        }
        noteChange()
    }

    package func resize(_ size: TerminalSize) {
        guard size != self.size else { return }
        let isSmaller = size.rows < self.size.rows || size.columns < self.size.columns
        vterm_set_size(terminal, Int32(size.rows), Int32(size.columns))
        self.size = size
        // libvterm 0.1 keeps a saved cursor and margins that no longer fit, and then writes outside of its memory.
        if isSmaller { _ = Self.fitToSize.withUnsafeBufferPointer { vterm_input_write(terminal, $0.baseAddress, $0.count) } }
        hasChanged = true
        noteChange()
    }

    /// What the program asked for and waits for (cursor position, device attributes), since the last call. It belongs into the input
    /// of a plain PTY; under tmux nothing, since tmux answers itself.
    package func takeReplies() -> [UInt8] {
        defer { replies = [] }
        return replies
    }

    package var isAlternate: Bool { content.isAlternate }
    /// libvterm 0.1 loses one whose sequence is split between two feeds.
    package var title: String { content.title }

    package var cursor: ScreenImage.Cursor {
        let place = position
        return ScreenImage.Cursor(
            row: min(max(0, Int(place.row)), size.rows - 1), column: min(max(0, Int(place.col)), size.columns - 1),
            isVisible: content.isCursorVisible)
    }

    package var image: ScreenImage {
        ScreenImage(
            size: size, rows: content.styledRows(), cursor: cursor, isAlternate: content.isAlternate, title: content.title)
    }

    /// The text of the last lines that scrolled away, oldest first. A full-screen program leaves none.
    package func scrollbackLines(last wanted: Int = .max) -> [String] { content.scrollback.last(wanted) }

    package var scrollbackCount: Int { content.scrollback.count }

    func reply(_ bytes: UnsafeBufferPointer<CChar>) {
        guard replies.count + bytes.count <= Self.maximumReplies else { return }
        replies.append(contentsOf: bytes.lazy.map(UInt8.init(bitPattern:)))
    }

    private var position: VTermPos {
        var position = VTermPos(row: 0, col: 0)
        vterm_state_get_cursorpos(vterm_obtain_state(terminal), &position)
        return position
    }

    private func noteChange() {
        let cursor = position
        if hasChanged || cursor.row != shownCursor.row || cursor.col != shownCursor.col { version += 1 }
        shownCursor = cursor
        hasChanged = false
    }
}
