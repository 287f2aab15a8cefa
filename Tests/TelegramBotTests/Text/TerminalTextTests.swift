import Testing

@testable import TelegramBot

@Suite struct TerminalTextTests {
    @Test(
        "terminal output becomes what it left on the lines",
        arguments: [
            ("plain\ntext", "plain\ntext"),
            ("\u{1b}[1;31merror\u{1b}[0m: x", "error: x"),
            ("\u{1b}]0;title\u{7}after", "after"),
            ("\u{1b}]8;;http://x\u{1b}\\link\u{1b}]8;;\u{1b}\\", "link"),
            ("\u{1b}(Bascii\u{1b}=\u{1b}7", "ascii"),
            ("a\r\nb\r\n", "a\nb\n"),
            ("10%\r50%\r100%", "100%"),
            ("downloading\rdone\u{1b}[K", "done"),
            ("downloading\rdone", "doneloading"),
            ("abc\u{8}\u{8}X", "aXc"),
            ("a\tb", "a       b"),
            ("\u{9b}32mC1\u{9b}0m \u{90}dcs\u{9c}x", "C1 x"),
            ("bell\u{7} nul\0 del\u{7f}", "bell nul del"),
            ("trailing   \nnext  ", "trailing\nnext"),
            ("e\u{301}👨‍👩‍👧👍🏽", "e\u{301}👨‍👩‍👧👍🏽"),
            ("cut \u{1b}[31", "cut"),
            ("cut \u{1b}", "cut"),
            ("\u{1b}]never ended\nnext", "\nnext"),
            ("\u{1b}[3\nx", "\nx"),
            ("\u{1b}[2Kx", "x"),
        ])
    func plain(output: String, expected: String) {
        #expect(TerminalText.plain(output) == expected)
    }

    @Test func anythingIsHandledInLinearTime() {
        var dice = Dice(3)
        let alphabet = Array("ab \u{1b}[]mK;0123\r\n\t\u{8}\u{7}é👍\u{301}\u{9b}\\".unicodeScalars)
        for _ in 0..<200 {
            var text = String.UnicodeScalarView()
            for _ in 0..<500 { text.append(alphabet[Int.random(in: 0..<alphabet.count, using: &dice)]) }
            let plain = TerminalText.plain(String(text))
            #expect(plain.unicodeScalars.allSatisfy { $0 == "\n" || ($0.value >= 0x20 && !(0x7f..<0xa0).contains($0.value)) })
        }
        #expect(TerminalText.plain(String(repeating: "\t", count: 50_000) + "x").count < 5_000)
        #expect(TerminalText.plain(String(repeating: "x\r", count: 50_000)) == "x")
        #expect(TerminalText.plain("a" + String(repeating: "\u{301}", count: 50_000)).unicodeScalars.count == 32)
    }
}
