import HubCore
import Terminal
import Testing

@Suite struct TerminalScreenTests {
    private func screen(_ columns: Int = 20, _ rows: Int = 5, scrollback: Int = 100, feeding text: String = "") -> TerminalScreen {
        let screen = TerminalScreen(size: TerminalSize(clampingColumns: columns, rows: rows), scrollback: scrollback)
        screen.feed(Array(text.utf8))
        return screen
    }

    @Test("shows text where the cursor was moved to")
    func placesText() {
        let screen = screen(feeding: "one\r\ntwo\u{1b}[4;3Hfour\u{1b}[1;2HN")
        #expect(screen.image.lines == ["oNe", "two", "", "  four", ""])
        #expect(screen.image.cursor == .init(row: 0, column: 2))
        #expect(screen.image.text == "oNe\ntwo\n\n  four")
    }

    @Test("keeps the lines that scroll away, up to the limit, oldest first")
    func scrolls() {
        let screen = screen(20, 3, scrollback: 4, feeding: (1...10).map { "line \($0)" }.joined(separator: "\r\n"))
        #expect(screen.image.lines == ["line 8", "line 9", "line 10"])
        #expect(screen.scrollbackLines() == ["line 4", "line 5", "line 6", "line 7"])
        #expect(screen.scrollbackLines(last: 2) == ["line 6", "line 7"])
        #expect(screen.scrollbackLines(last: -1).isEmpty)
    }

    @Test("keeps the right lines when thousands scroll away")
    func scrollsFar() {
        let screen = screen(20, 3, scrollback: 50)
        for number in 1...5000 { screen.feed(Array("line \(number)\r\n".utf8)) }
        #expect(screen.scrollbackLines() == (4949...4998).map { "line \($0)" })
    }

    @Test("a full-screen program gets its own screen, and the other one comes back")
    func alternates() {
        let screen = screen(20, 3, feeding: "shell$ vi\u{1b}[?1049h\u{1b}[2J\u{1b}[1;1Heditor\r\n\r\n\r\n\r\n")
        #expect(screen.isAlternate && screen.image.isAlternate)
        #expect(screen.scrollbackCount == 0)
        screen.feed(Array("\u{1b}[?1049l".utf8))
        #expect(!screen.isAlternate)
        #expect(screen.image.lines == ["shell$ vi", "", ""])
        #expect(screen.image.cursor.column == 9)
    }

    @Test("wide characters take two columns, combining marks none")
    func widths() {
        let screen = screen(feeding: "日本x\r\ne\u{301}tude")
        #expect(screen.image.lines[0] == "日本x")
        #expect(screen.image.rows[0].map(\.columns) == [2, 2, 1])
        #expect(screen.image.rows[1] == [StyledRun(text: "e\u{301}", columns: 1), StyledRun(text: "tude", columns: 4)])
        #expect(screen.image.rows[1].map(\.isUniform) == [false, true])
        #expect(screen.cursor.column == 5)
    }

    @Test("reads the colours of all three kinds, and the attributes")
    func styles() throws {
        let screen = screen(
            60, 2,
            feeding:
                "\u{1b}[31;44mred\u{1b}[0m \u{1b}[1;3;4;7;9mall\u{1b}[0m\u{1b}[38;5;200mindex\u{1b}[38;2;1;2;3;48;2;4;5;6mrgb\u{1b}[0mend")
        let runs = screen.image.rows[0]
        #expect(runs.map(\.text) == ["red", " ", "all", "index", "rgb", "end"])
        #expect(runs[0].style == TextStyle(foreground: .indexed(1), background: .indexed(4)))
        #expect(runs[1].style == .plain)
        #expect(runs[2].style == TextStyle(attributes: [.bold, .italic, .underline, .reverse, .strike]))
        #expect(runs[3].style == TextStyle(foreground: .indexed(200)))
        #expect(runs[4].style == TextStyle(foreground: .rgb(red: 1, green: 2, blue: 3), background: .rgb(red: 4, green: 5, blue: 6)))
        #expect(runs[5].style == .plain)
    }

    @Test("an erased line keeps the background it was erased with")
    func erasesInColour() {
        let screen = screen(10, 2, feeding: "gone\u{1b}[42m\r\u{1b}[K")
        #expect(
            screen.image.rows[0] == [
                StyledRun(text: String(repeating: " ", count: 10), columns: 10, style: TextStyle(background: .indexed(2)))
            ])
        #expect(screen.image.lines[0] == "")
    }

    @Test("inserts and deletes characters and lines")
    func edits() {
        let screen = screen(10, 4, feeding: "abcdef\r\n2\r\n3\r\n4\u{1b}[1;2H\u{1b}[2P\u{1b}[1;4H\u{1b}[1@X\u{1b}[2;1H\u{1b}[M")
        #expect(screen.image.lines == ["adeXf", "3", "4", ""])
    }

    @Test("the version grows with what is visible, and only with that")
    func versions() {
        let screen = screen(feeding: "a")
        let first = screen.version
        screen.feed(Array("\u{1b}[1;1Ha".utf8))
        #expect(screen.version == first)
        screen.feed(Array("\u{1b}[1;1Hb".utf8))
        let second = screen.version
        #expect(second > first)
        screen.feed(Array("\u{1b}[3;3H".utf8))
        let third = screen.version
        #expect(third > second)
        screen.feed(Array("\u{1b}]0;title\u{7}".utf8))
        #expect(screen.version > third)
        #expect(screen.title == "title")
    }

    @Test("a title is cut, and hiding the cursor shows")
    func properties() {
        let screen = screen(feeding: "\u{1b}]2;\(String(repeating: "t", count: 1000))\u{7}\u{1b}[?25l")
        #expect(screen.image.title == String(repeating: "t", count: 256))
        #expect(!screen.image.cursor.isVisible)
        screen.feed(Array("\u{1b}]0;my title é\u{1b}\\".utf8))
        #expect(screen.image.title == "my title é")
    }

    @Test("answers what the program asks, once")
    func replies() {
        let screen = screen(feeding: "ab\u{1b}[6n")
        #expect(String(decoding: screen.takeReplies(), as: UTF8.self) == "\u{1b}[1;3R")
        #expect(screen.takeReplies().isEmpty)
        for _ in 0..<10_000 { screen.feed(Array("\u{1b}[6n".utf8)) }
        #expect(screen.takeReplies().count <= 4096)
    }

    @Test("a character that arrives in pieces is shown once it is whole")
    func joinsCharacters() {
        let screen = screen()
        for byte in Array("é日🚀\u{1b}[31m!".utf8) { screen.feed([byte]) }
        #expect(screen.image.lines[0] == "é日🚀!")
        screen.feed([0xE6, 0x97])
        screen.feed([0x41, 0xFF])
        #expect(screen.image.lines[0] == "é日🚀!\u{FFFD}\u{FFFD}A\u{FFFD}")
    }

    @Test("a smaller screen lets its upper lines scroll away and keeps the cursor's")
    func shrinks() {
        let screen = screen(20, 5, feeding: "1\r\n2\r\n3\r\n4\r\n5$ ")
        screen.resize(TerminalSize(clampingColumns: 3, rows: 2))
        #expect(screen.image.lines == ["4", "5$"])
        #expect(screen.image.cursor == .init(row: 1, column: 2))
        #expect(screen.scrollbackLines() == ["1", "2", "3"])
        screen.resize(TerminalSize(clampingColumns: 500, rows: 200))
        screen.feed(Array("\r\nmore".utf8))
        #expect(screen.image.lines.prefix(3) == ["4", "5$", "more"])
        #expect(screen.image.rows.count == 200)
    }

    @Test("blank lines below go first when the screen gets smaller")
    func shrinksBlanks() {
        let screen = screen(20, 10, feeding: "1\r\n2$ ")
        screen.resize(TerminalSize(clampingColumns: 20, rows: 2))
        #expect(screen.image.lines == ["1", "2$"])
        #expect(screen.scrollbackCount == 0)
    }

    @Test("the cursor stays on the screen, and so does one that was saved")
    func keepsCursors() {
        let screen = screen(20, 10, feeding: (1...10).map { "\($0)" }.joined(separator: "\r\n") + "\u{1b}7\u{1b}[3;1H")
        screen.resize(TerminalSize(clampingColumns: 20, rows: 2))
        #expect(screen.image.cursor.row == 0)
        #expect(screen.image.lines == ["3", "4"])
        #expect(screen.scrollbackLines() == ["1", "2"])
        screen.feed(Array("\u{1b}8restored".utf8))
        #expect(screen.image.lines == ["restored", "4"])
    }

    @Test("margins that no longer fit are gone when the screen got smaller")
    func resetsMargins() {
        let screen = screen(20, 20, feeding: "\u{1b}[15;18r\u{1b}[1;1Htop\r\n")
        screen.resize(TerminalSize(clampingColumns: 20, rows: 3))
        for number in 1...5 { screen.feed(Array("\(number)\r\n".utf8)) }
        #expect(screen.image.lines == ["4", "5", ""])
    }

    @Test("both screens follow a change of size while the alternate one is shown")
    func resizesBoth() {
        let screen = screen(20, 5, feeding: "1\r\n2\r\n3\r\n4\r\n5\u{1b}[?1049hfull")
        screen.resize(TerminalSize(clampingColumns: 10, rows: 2))
        screen.feed(Array("\u{1b}[?1049l".utf8))
        #expect(screen.image.lines == ["4", "5"])
        #expect(screen.scrollbackLines() == ["1", "2", "3"])
    }
}
