import HubCore
import HubService
import HubTesting
import Terminal
import Testing

@testable import LiveSessions

@Suite(.timeLimit(.minutes(3))) struct WatchingTests {
    @Test("secrets are on no screen, in no output and in no recording, cut or wrapped as they may be")
    func secrets() async throws {
        try await TestTerminal.run { terminal in
            let secret = "ghp_0123456789abcdefghij0123456789abcdef"
            let id = terminal.session.id
            // Wraps at the edge of the screen, and is cut into pieces.
            let text = String(repeating: ".", count: 104) + " " + secret + " end\r\n"
            for piece in stride(from: 0, to: text.count, by: 7).map({ String(text.dropFirst($0).prefix(7)) }) { terminal.print(piece) }
            terminal.print("visible")
            await terminal.shows("visible")
            let image = try #require(await terminal.live.screen(of: id))
            #expect(!image.lines.joined().contains("0123456789") && image.text.contains("end"))
            let log = String(decoding: try #require(await terminal.live.log(of: id)), as: UTF8.self)
            #expect(log.contains("*** end") && !log.contains("abcdef"))
            let recording = String(decoding: try #require(await terminal.live.recording(of: id)), as: UTF8.self)
            #expect(!recording.contains("abcdefghij"))
        }
    }

    @Test("who does not read gets the screen as it is, marked, and costs bounded memory")
    func slowWatcher() async throws {
        try await TestTerminal.run { terminal in
            let id = terminal.session.id
            terminal.print("begin")
            await terminal.shows("begin")
            let seen = await terminal.live.withBytes(of: id, from: 0) { watcher -> [String] in
                let line = String(repeating: "y", count: 98) + "\r\n"
                let block = String(repeating: line, count: 100)
                for round in 0..<150 {
                    terminal.print(block + "round \(round)\r\n")
                    await terminal.until { $0.text.contains("round \(round)") }
                }
                var seen: [String] = []
                while let event = await watcher.next() {
                    switch event {
                    case .output(let chunk): seen.append("output \(chunk.offset)")
                    case .repaint(let repaint):
                        seen.append("repaint \(repaint.isSkip)")
                        let screen = TerminalScreen(size: repaint.size)
                        screen.feed(repaint.bytes)
                        #expect(screen.image.text.hasSuffix("round 149"))
                        terminal.print("and on")
                    case .resized: break
                    case .ended: return seen
                    }
                    if seen.count == 2 { await terminal.live.end(id) }
                }
                return seen
            }
            #expect(seen?.first == "repaint true")
            #expect(seen?.dropFirst().first?.hasPrefix("output") == true)
        }
    }

    @Test("a repaint shows what the terminal shows, styles and cursor included")
    func repaint() async throws {
        try await TestTerminal.run { terminal in
            terminal.print("plain \u{1b}[1;31mred\u{1b}[0;48;5;200mback\u{1b}[0m \u{1b}[38;2;1;2;3mrgb\u{1b}[0m\r\n日本 wide\u{1b}[5;10H")
            await terminal.shows("wide")
            let image = try #require(await terminal.live.screen(of: terminal.session.id))
            let copy = TerminalScreen(size: image.size)
            copy.feed(image.paint)
            #expect(copy.image == image)
        }
    }

    @Test("questions of the program are answered without tmux, and old ones never")
    func replies() async throws {
        try await TestTerminal.run { terminal in
            terminal.print("\u{1b}[6n")
            #expect(await terminal.link.input() == "\u{1b}[1;1R")
        }
    }

    @Test("changes end with the session, and its last screen stays")
    func end() async throws {
        try await TestTerminal.run { terminal in
            terminal.print("bye")
            await terminal.shows("bye")
            let changes = await terminal.live.changes(of: terminal.session.id)
            try await terminal.hub.hub.run(
                SessionClosed(terminal.session.id, on: terminal.session.server, exitCode: 0), as: .hub)
            var last: ScreenChange?
            for await change in changes { last = change }
            #expect(last == .ended)
            #expect(await terminal.live.screen(of: terminal.session.id)?.text == "bye")
            // Another hub has only the recording.
            let other = try LiveSessions(terminal.hub.hub, recordings: terminal.hub.directory.file("recordings"))
            _ = await terminal.live.recording(of: terminal.session.id)
            #expect(await other.screen(of: terminal.session.id)?.text == "bye")
        }
    }

    @Test("a recording keeps within its size, and begins with the screen as it was then")
    func recordingSize() async throws {
        try await TestTerminal.run(policy: RecordingPolicy(maximumSession: 64 << 10)) { terminal in
            let block = String(repeating: String(repeating: "z", count: 98) + "\r\n", count: 50)
            for round in 0..<60 {
                terminal.print(block + "round \(round)\r\n")
                await terminal.shows("round \(round)")
            }
            let bytes = try #require(await terminal.live.recording(of: terminal.session.id))
            #expect(bytes.count <= 70 << 10)
            let recording = try Asciicast.Recording(parsing: bytes)
            #expect(recording.screen().image.text.hasSuffix("round 59"))
        }
    }
}
