import Testing

@testable import ChatOps

@Suite struct AgentTextTests {
    @Test("masks secrets, drops what cannot be seen, and keeps taps from forming")
    func cleans() {
        #expect(AgentText.line("key sk-abcdefghijklmnopqrstuvwx end") == "key *** end")
        #expect(AgentText.line("a\u{1B}[31mred\u{1B}[0m \u{202E}evil\0") == "ared evil")
        #expect(AgentText.line("two\nlines") == "two lines")
        #expect(AgentText.prose("/approve now, @ada", limit: 100) == "/\u{2060}approve now, @\u{2060}ada")
        #expect(AgentText.block("/etc/passwd") == "/etc/passwd")
    }

    @Test("cuts with a marker that says how much is missing")
    func cuts() {
        #expect(AgentText.prose(String(repeating: "x", count: 15), limit: 10) == "xxxxxxxxxx\n… cut, 5 characters more")
        #expect(AgentText.tail("1\n2\n3\n4", lines: 2, limit: 100) == "… cut, 4 characters before\n3\n4")
        #expect(AgentText.line("👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦", limit: 2) == "👩‍👩‍👧‍👦…")
    }

    @Test("survives hostile text", arguments: ["\u{1B}", "\u{1B}[", "@", "/", "\u{FFFD}", String(repeating: "\u{0301}", count: 10_000)])
    func hostile(text: String) {
        #expect(AgentText.prose(text, limit: 50).count <= 100)
    }
}
