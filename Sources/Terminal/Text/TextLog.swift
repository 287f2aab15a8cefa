import HubCore

/// The plain text of a terminal's output: escape sequences are gone, and what was overwritten or erased is, too. Of full-screen
/// programs only the last screen is there.
package struct TextLog: ~Copyable {
    private let screen: TerminalScreen

    /// - Parameter maximumLines: the oldest go first.
    package init(size: TerminalSize, maximumLines: Int = 100_000) {
        screen = TerminalScreen(size: size, scrollback: maximumLines)
    }

    package func feed(_ bytes: some Sequence<UInt8>) {
        screen.feed(bytes)
    }

    package func resize(_ size: TerminalSize) {
        screen.resize(size)
    }

    /// One line below the other, each with its end; blank lines at the end are left out.
    package var text: String { screen.log }
}

extension TerminalScreen {
    /// What scrolled away and is still kept, then the screen: one line below the other, each with its end; blank lines at the end are
    /// left out.
    package var log: String {
        var lines = scrollbackLines() + image.lines
        while lines.last?.isEmpty == true { lines.removeLast() }
        return lines.map { $0 + "\n" }.joined()
    }
}
