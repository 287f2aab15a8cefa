import HubCore
import LiveSessions
import Testing

/// Enter that is not submitted (bracketed paste, lost keys).
@Suite(.timeLimit(.minutes(3))) struct TypistTests {
    /// What the terminal shows is waited for as long as it may take: only a failing test reaches it.
    private static let patient = TypingTimes(appear: .seconds(20), submit: .seconds(20))
    /// The text appears in any case, and an Enter that is lost is waited for in vain.
    private static let losing = TypingTimes(appear: .seconds(20), submit: .seconds(3))
    @Test("text and Enter go apart, and a shell's echo and answer count as submitted")
    func shell() async throws {
        try await TestTerminal.run(typing: Self.patient) { terminal in
            terminal.print("$ ")
            await terminal.shows("$")
            async let outcome = terminal.live.type("ls\u{1b}[A\u{3}", into: terminal.session.id)
            // Control characters of people's text press no keys.
            #expect(await terminal.link.input() == "ls[A")
            terminal.print("ls[A")
            #expect(await terminal.link.input() == "\r")
            terminal.print("\r\nnothing\r\n$ ")
            #expect(await outcome == .submitted)
        }
    }

    @Test("a program that knows pasted text gets one paste")
    func paste() async throws {
        try await TestTerminal.run(typing: Self.patient) { terminal in
            terminal.print("\u{1b}[?2004h> ")
            await terminal.shows(">")
            async let outcome = terminal.live.type("one\ntwo", into: terminal.session.id, submit: false)
            #expect(await terminal.link.input() == "\u{1b}[200~one\rtwo\u{1b}[201~")
            terminal.print("one\r\n  two")
            #expect(await outcome == .typed)
        }
    }

    @Test("an Enter that is lost is pressed again")
    func lostEnter() async throws {
        try await TestTerminal.run(typing: Self.losing) { terminal in
            terminal.print("\u{1b}[?2004h> ")
            await terminal.shows(">")
            async let outcome = terminal.live.type("go", into: terminal.session.id)
            _ = await terminal.link.input()
            terminal.print("go")
            #expect(await terminal.link.input() == "\r")
            #expect(await terminal.link.input() == "\r")
            terminal.print("\r\n\u{1b}[2Kworking")
            #expect(await outcome == .submitted)
        }
    }

    @Test("an Enter that became a new line of the text is pressed again")
    func newLine() async throws {
        try await TestTerminal.run(typing: Self.losing) { terminal in
            terminal.print("\u{1b}[?2004h> ")
            await terminal.shows(">")
            async let outcome = terminal.live.type("go on", into: terminal.session.id)
            _ = await terminal.link.input()
            terminal.print("go on")
            #expect(await terminal.link.input() == "\r")
            terminal.print("\r\n")
            #expect(await terminal.link.input() == "\r")
            terminal.print("\u{1b}[2J\u{1b}[Hworking")
            #expect(await outcome == .submitted)
        }
    }

    @Test("what is never taken is said to be typed and not submitted; without a server nothing is typed")
    func unsubmitted() async throws {
        try await TestTerminal.run(typing: TypingTimes(appear: .seconds(20), submit: .milliseconds(300))) { terminal in
            terminal.print("$ ")
            await terminal.shows("$")
            async let outcome = terminal.live.type("x", into: terminal.session.id)
            #expect(await terminal.link.input() == "x")
            terminal.print("x")
            #expect(await outcome == .typedNotSubmitted)
            await terminal.live.detach(terminal.link)
            #expect(await terminal.live.type("x", into: terminal.session.id) == .serverOffline)
            #expect(await terminal.live.type("x", into: .random()) == .noSession)
        }
    }

    @Test(
        "keys by their names",
        arguments: [("esc", "\u{1b}"), ("Ctrl-C", "\u{3}"), ("^d", "\u{4}"), ("up", "\u{1b}OA"), ("enter", "\r"), ("y", "y"), ("1", "1")])
    func keys(name: String, sent: String) async throws {
        let key = try #require(TerminalKey(name))
        try await TestTerminal.run(typing: Self.patient) { terminal in
            terminal.print("\u{1b}[?1h$ ")
            await terminal.shows("$")
            async let outcome = terminal.live.press(key, into: terminal.session.id)
            #expect(await terminal.link.input() == sent)
            terminal.print(".")
            #expect(await outcome == .submitted)
        }
    }

    @Test("a key that changes nothing on the screen is said to have changed nothing")
    func deafKey() async throws {
        try await TestTerminal.run(typing: TypingTimes(appear: .milliseconds(300))) { terminal in
            terminal.print("$ ")
            await terminal.shows("$")
            #expect(await terminal.live.press(.escape, into: terminal.session.id) == .typedNotSubmitted)
            #expect(await terminal.link.input() == "\u{1b}")
        }
    }

    @Test("what is no key", arguments: ["", "ctrl-", "ctrl-1", "meta-x", "\u{1b}", "hello", " "])
    func noKeys(name: String) {
        #expect(TerminalKey(name) == nil)
    }
}
