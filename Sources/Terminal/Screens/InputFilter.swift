/// Hands bytes on to libvterm in small pieces that end between characters, as valid UTF-8, without absurd parameters of control sequences,
/// and leaves combining marks out once a character has many.
///
/// libvterm collects the marks of one character without a limit, on its stack and in a buffer that never shrinks, so that endless
/// marks would take all memory. Nobody reads more than a few.
package struct InputFilter {
    /// So many scalars of a character are kept.
    package static let maximumLength = 8
    private static let largestPiece = 4096
    /// No more marks than this reach libvterm between two looks at what it made of them.
    private static let marksInPiece = 8
    private static let replacement: [UInt8] = [0xEF, 0xBF, 0xBD]
    /// CAN ends a control sequence without effect.
    private static let cancel: [UInt8] = [0x18]

    private var bounds = ControlSequenceBounds()
    /// The beginning of a character whose rest has not come yet.
    private var heldBack: [UInt8] = []

    package init() {}

    /// - Parameter lastGlyphLength: of the character that was written last, counted up to ``maximumLength``.
    package mutating func split(_ bytes: UnsafeRawBufferPointer, lastGlyphLength: () -> Int, feed: (UnsafeRawBufferPointer) -> Void) {
        guard heldBack.isEmpty else {
            let all = heldBack + bytes
            heldBack = []
            return all.withUnsafeBytes { split($0, lastGlyphLength: lastGlyphLength, feed: feed) }
        }
        let tail = UTF8Sequence.incompleteTail(of: bytes)
        heldBack = Array(bytes.suffix(tail))
        let bytes = UnsafeRawBufferPointer(rebasing: bytes.dropLast(tail))
        var (start, index, marks) = (0, 0, 0)
        func flush() {
            if index > start { feed(UnsafeRawBufferPointer(rebasing: bytes[start..<index])) }
            (start, marks) = (index, 0)
        }
        while index < bytes.count {
            if index - start >= Self.largestPiece { flush() }
            let byte = bytes[index]
            if byte < 0x80 {
                let verdict = bounds.ignores(byte) ? .take : bounds.judge(byte)
                if verdict == .take {
                    index += 1
                } else {
                    flush()
                    if verdict == .cancel { Self.cancel.withUnsafeBytes(feed) }
                    index += 1
                    start = index
                }
                continue
            }
            guard case .scalar(let scalar, let length) = UTF8Sequence(bytes, at: index) else {
                flush()
                Self.replacement.withUnsafeBytes(feed)
                index += 1
                start = index
                continue
            }
            if scalar.mayCombine {
                if marks >= Self.marksInPiece || lastGlyphLength() >= Self.maximumLength { flush() }
                if lastGlyphLength() >= Self.maximumLength {
                    index += length
                    start = index
                    continue
                }
                marks += 1
            }
            index += length
        }
        flush()
    }
}

extension Unicode.Scalar {
    /// Whether libvterm may take it for a part of the character before it: what is no more than that, and a few more.
    fileprivate var mayCombine: Bool {
        guard value >= 0xAD else { return false }
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .spacingMark, .format: return true
        default: return (0x1160...0x11FF).contains(value) || (0x200B...0x200F).contains(value)
        }
    }
}
