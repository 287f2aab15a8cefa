import HubCore

/// What happens in a terminal, for those who follow its output byte by byte.
package enum OutputEvent: Sendable {
    case output(OutputChunk)
    /// Begin with an empty terminal of this size: the bytes paint the screen as it is now. Output before it is skipped, be it that
    /// the watcher was too slow, that some never reached the hub, or that this is where watching begins.
    case repaint(Repaint)
    case resized(TerminalSize)
    case ended

    package struct Repaint: Hashable, Sendable {
        /// Of the output that follows.
        package var offset: Int64
        package var size: TerminalSize
        package var bytes: [UInt8]
        /// Whether output is missing that the watcher asked for.
        package var isSkip: Bool
    }
}
