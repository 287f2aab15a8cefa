import Foundation
import HubCore
import Pictures
import Terminal
import Testing

@Suite struct ScreenPictureTests {
    private func image(_ columns: Int, _ rows: Int, _ text: String) -> ScreenImage {
        let screen = TerminalScreen(size: TerminalSize(clampingColumns: columns, rows: rows), scrollback: 0)
        screen.feed(Array(text.utf8))
        return screen.image
    }

    /// Width and height, as the header of the PNG says (PNG specification, 11.2.2).
    private func sides(_ png: [UInt8]) -> (width: Int, height: Int)? {
        guard png.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]), png.count > 24 else { return nil }
        func number(_ at: Int) -> Int { png[at..<at + 4].reduce(0) { $0 << 8 | Int($1) } }
        return (number(16), number(20))
    }

    private func keep(_ png: [UInt8], as name: String) throws {
        guard let folder = ProcessInfo.processInfo.environment["ORCHESTRATIA_TEST_PICTURES"] else { return }
        try Data(png).write(to: URL(fileURLWithPath: folder).appendingPathComponent(name + ".png"))
    }

    @Test("the picture grows with the screen")
    func sizes() throws {
        let small = try #require(sides(try ScreenPicture.png(of: image(40, 10, "hello"))))
        let large = try #require(sides(try ScreenPicture.png(of: image(80, 20, "hello"))))
        #expect(large.width - small.width == 40 * 9)
        #expect(large.height > small.height)
        let titled = try #require(sides(try ScreenPicture.png(of: image(40, 10, "hello"), style: .init(title: "web#42"))))
        #expect(titled.width == small.width && titled.height > small.height)
    }

    @Test("what is on the screen, how it looks and where the cursor is make different pictures")
    func differs() throws {
        let texts = [
            "text", "texu", "\u{1b}[31mtext", "\u{1b}[1mtext", "\u{1b}[3mtext", "\u{1b}[4mtext", "\u{1b}[7mtext", "\u{1b}[9mtext",
            "\u{1b}[44mtext", "\u{1b}[38;5;100mtext", "\u{1b}[38;2;9;200;9mtext", "text\u{1b}[?25l", "text\u{1b}[H", "┌──┐", "┏━━┓", "████",
        ]
        let pictures = try texts.map { try ScreenPicture.png(of: image(10, 2, $0)) }
        #expect(Set(pictures).count == texts.count)
        #expect(try ScreenPicture.png(of: image(10, 2, texts[0])) == pictures[0])
    }

    @Test(
        "hostile text and titles are drawn",
        arguments: ["\u{202E}mirrored", "a\u{200D}b\u{FEFF}c", "\u{1F468}\u{200D}\u{1F469}", "\u{E000}\u{10FFFD}"])
    func draws(text: String) throws {
        let png = try ScreenPicture.png(of: image(20, 2, text), style: .init(title: text + "\n\u{0}" + String(repeating: "t", count: 500)))
        #expect(sides(png) != nil)
    }

    @Test("the smallest screen has a picture, and the largest one that Telegram takes")
    func extremes() async throws {
        #expect(sides(try ScreenPicture.png(of: image(1, 1, "日"))) != nil)
        let large = try #require(sides(try await ScreenPicture.draw(image(1000, 1000, "corner"))))
        #expect(large.width + large.height <= ScreenPicture.maximumSides)
        #expect(large.width * large.height <= ScreenPicture.maximumPixels)
    }

    @Test("a scale that no memory suffices for is refused")
    func refuses() {
        var style = ScreenPicture.Style()
        style.fontSize = 4000
        #expect(throws: PictureError.self) { try ScreenPicture.png(of: image(1000, 1000, ""), style: style) }
    }

    @Test("every kind of character that terminals draw with has its place")
    func showcase() async throws {
        let table = (0..<256).map { "\u{1b}[48;5;\($0)m\($0 % 16 == 15 ? "  \u{1b}[0m\r\n" : "  ")" }.joined()
        let lines = """
            \u{1b}[0m┌─┬─┐ ┏━┳━┓ ╭──╮ ╔═╦═╗ ▁▂▃▄▅▆▇█ ▏▎▍▌▋▊▉█ ░▒▓█ ▖▗▘▙▚▛▜▝▞▟\r
            │a│b│ ┃c┃d┃ │ef│ ║g║h║ \u{1b}[31mred \u{1b}[1mbold\u{1b}[0m \u{1b}[4munder\u{1b}[0m \u{1b}[7mreverse\u{1b}[0m \u{1b}[9mstrike\u{1b}[0m\r
            ├─┼─┤ ┣━╋━┫ ╰──╯ ╠═╬═╣ \u{1b}[38;2;255;120;0mtrue colour\u{1b}[0m \u{1b}[3mitalic \u{1b}[1mboth\u{1b}[0m\r
            └─┴─┘ ┗━┻━┛ ✓ ✗ ● ○ ⏺ ❯ › … ⠋⠙⠹ 日本語 한국어 e\u{301}te\u{301} 🚀 ✅\r

            """
        let png = try await ScreenPicture.draw(
            image(90, 24, table + lines + "\u{1b}[36m❯\u{1b}[0m type"), style: .init(title: "web#42 — claude"))
        try keep(png, as: "showcase")
        #expect(sides(png) != nil)
    }
}
