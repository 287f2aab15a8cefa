import Foundation
import HubCore
import HubService
import HubTesting
import Terminal
import Testing

@testable import LiveSessions

/// What a hub that is started again makes of the recordings that it finds.
@Suite(.timeLimit(.minutes(3))) struct RecordingTests {
    private let numbering = AgentAbilities(numbersOutput: true)

    /// Another run of the hub, with the recordings of the one before as they are now, and the terminal back on it.
    ///
    /// - Parameter generation: how many runs there were before it.
    private func restarted(
        _ terminal: TestTerminal, _ arrival: TerminalArrival, generation: Int = 1,
        _ body: (LiveSessions, TestLink) async throws -> Void
    ) async throws {
        let link = TestLink(numbering)
        // The one before lives on here, and must not write into them any more.
        let folders = [generation - 1, generation].map { terminal.hub.directory.file($0 == 0 ? "recordings" : "recordings-\($0)") }
        try FileManager.default.copyItem(atPath: folders[0], toPath: folders[1])
        let live = try LiveSessions(terminal.hub.hub, recordings: folders[1])
        let running = Task { await live.run() }
        await live.attach(terminal.session, to: link, arrival)
        try await body(live, link)
        running.cancel()
        await running.value
    }

    private func send(_ text: String, from offset: Int, to live: LiveSessions, _ terminal: TestTerminal) {
        live.receive(Array(text.utf8.dropFirst(offset)), at: Int64(offset), from: terminal.session.id)
    }

    private func log(_ live: LiveSessions, _ terminal: TestTerminal) async throws -> String {
        String(decoding: try #require(await live.log(of: terminal.session.id)), as: UTF8.self)
    }

    private func marks(_ live: LiveSessions, _ terminal: TestTerminal) async throws -> [String] {
        try Asciicast.Recording(parsing: try #require(await live.recording(of: terminal.session.id))).events.compactMap {
            if case .marker(let label) = $0.kind { label } else { nil }
        }
    }

    private func until(_ text: String, _ live: LiveSessions, _ terminal: TestTerminal) async {
        let changes = await live.changes(of: terminal.session.id)
        if await live.screen(of: terminal.session.id)?.text.contains(text) ?? false { return }
        for await _ in changes where await live.screen(of: terminal.session.id)?.text.contains(text) ?? false { return }
    }

    /// The file as a hub leaves it that is killed: what it gathered last is not in it.
    private func file(_ terminal: TestTerminal, _ number: Int = 1) -> URL {
        URL(fileURLWithPath: terminal.hub.directory.file("recordings") + "/\(terminal.session.id).\(number).cast")
    }

    @Test("output is asked for from where the recording ends, and stands in it once", arguments: [0, 5, 13, 40])
    func once(cut: Int) async throws {
        try await TestTerminal.run(abilities: numbering) { terminal in
            let text = (1...20).map { "<\($0)> é\r\n" }.joined()
            // Anywhere, also within a character.
            let known = 90 + cut
            terminal.live.receive(Array(text.utf8.prefix(known)), at: 0, from: terminal.session.id)
            await terminal.shows("<9>")
            _ = await terminal.live.recording(of: terminal.session.id)
            // A write that the end of the hub cut short.
            let handle = try FileHandle(forWritingTo: file(terminal))
            try handle.seekToEnd()
            try handle.write(contentsOf: Data(#"[1.5,"o","<999> and then n"#.utf8))
            try handle.close()
            try await restarted(terminal, .back(offset: Int64(text.utf8.count))) { live, link in
                #expect(await link.next() == .replay(from: 0), "the screen needs what came before")
                send(text, from: 0, to: live, terminal)
                await until("<20>", live, terminal)
                let log = try await log(live, terminal)
                #expect(log.replacing("\n", with: "\r\n") == text)
                let marks = try await marks(live, terminal)
                #expect(marks.isEmpty)
                #expect(await live.screen(of: terminal.session.id)?.text.hasPrefix("<1> é") == true)
            }
        }
    }

    @Test("output that the daemon has not kept is marked with its size, and what is missing on the screen alone is not")
    func hole() async throws {
        try await TestTerminal.run(abilities: numbering) { terminal in
            let text = (1...20).map { "<\($0)>\r\n" }.joined()
            terminal.live.receive(Array(text.utf8.prefix(45)), at: 0, from: terminal.session.id)
            await terminal.shows("<9>")
            _ = await terminal.live.recording(of: terminal.session.id)
            try await restarted(terminal, .back(offset: Int64(text.utf8.count))) { live, _ in
                send(text, from: 30, to: live, terminal)
                await until("<20>", live, terminal)
                let log = try await log(live, terminal)
                #expect(log.replacing("\n", with: "\r\n") == text)
                let marks = try await marks(live, terminal)
                #expect(marks.isEmpty)
            }
            try await restarted(terminal, .back(offset: Int64(text.utf8.count) + 100), generation: 2) { live, _ in
                live.receive(Array("behind\r\n".utf8), at: Int64(text.utf8.count) + 92, from: terminal.session.id)
                await until("behind", live, terminal)
                let log = try await log(live, terminal)
                #expect(log.hasSuffix("<20>\nbehind\n"))
                let marks = try await marks(live, terminal)
                #expect(marks == ["92 bytes of output are missing"])
            }
        }
    }

    @Test("a terminal that comes twice at once is one, with one recording, and ends with both")
    func twiceAtOnce() async throws {
        try await TestTerminal.run { terminal in
            let live = try LiveSessions(terminal.hub.hub, recordings: terminal.hub.directory.file("twice"))
            let running = Task { await live.run() }
            await withDiscardingTaskGroup { group in
                for _ in 0..<20 { group.addTask { await live.attach(terminal.session, to: TestLink(AgentAbilities()), .new) } }
            }
            live.receive(Array("once\r\n".utf8), at: nil, from: terminal.session.id)
            await until("once", live, terminal)
            let log = try await log(live, terminal)
            #expect(log == "once\n")
            let names = try FileManager.default.contentsOfDirectory(atPath: terminal.hub.directory.file("twice"))
            #expect(names == ["\(terminal.session.id).1.cast"])
            await live.end(terminal.session.id)
            #expect(!live.receive([0x78], at: nil, from: terminal.session.id))
            running.cancel()
            await running.value
        }
    }

    @Test("a hub that recorded nothing gets everything")
    func nothing() async throws {
        try await TestTerminal.run(abilities: numbering) { terminal in
            _ = await terminal.live.recording(of: terminal.session.id)
            // Killed between making the file and writing to it.
            try Data().write(to: file(terminal))
            try await restarted(terminal, .back(offset: 6)) { live, link in
                #expect(await link.next() == .replay(from: 0))
                send("hello\n", from: 0, to: live, terminal)
                await until("hello", live, terminal)
                let log = try await log(live, terminal)
                #expect(log == "hello\n")
                let marks = try await marks(live, terminal)
                #expect(marks.isEmpty)
            }
        }
    }

    @Test("a secret that was half said when the hub ended is masked, and what was masked stands once")
    func secrets() async throws {
        try await TestTerminal.run(abilities: numbering) { terminal in
            let secret = "ghp_0123456789abcdefghij0123456789abcdef"
            let text = "before \(secret) middle\r\nagain \(secret) after\r\n"
            let known = text.utf8.count - 25
            terminal.live.receive(Array(text.utf8.prefix(known)), at: 0, from: terminal.session.id)
            await terminal.shows("middle")
            _ = await terminal.live.recording(of: terminal.session.id)
            try await restarted(terminal, .back(offset: Int64(text.utf8.count))) { live, _ in
                send(text, from: 0, to: live, terminal)
                await until("after", live, terminal)
                let log = try await log(live, terminal)
                #expect(!log.contains("abcdef"), "\(log)")
                #expect(log.matches(of: /before/).count == 1 && log.matches(of: /again/).count == 1, "\(log)")
                #expect(log.hasSuffix(" after\n"))
            }
        }
    }

    @Test("a daemon that counts anew is not taken for the one before, also by a hub that ends right then")
    func newCount() async throws {
        try await TestTerminal.run(abilities: numbering) { terminal in
            terminal.print(String(repeating: "old ", count: 100) + "\r\n", at: 0)
            await terminal.shows("old")
            _ = await terminal.live.recording(of: terminal.session.id)
            // Ends without having recorded anything of the new count.
            try await restarted(terminal, .found) { _, _ in }
            let text = (1...200).map { "<\($0)>" }.joined() + "\r\n"
            try await restarted(terminal, .back(offset: Int64(text.utf8.count)), generation: 2) { live, link in
                #expect(await link.next() == .replay(from: 0))
                send(text, from: 0, to: live, terminal)
                await until("<200>", live, terminal)
                let log = try await log(live, terminal)
                #expect(log.replacing("\n", with: "").hasSuffix(text.dropLast()), "\(log)")
                let marks = try await marks(live, terminal)
                #expect(marks.count == 1)
            }
        }
    }

    @Test("a recording that does not say how far it goes is continued with a mark")
    func unknownPlace() async throws {
        try await TestTerminal.run(abilities: numbering) { terminal in
            _ = await terminal.live.recording(of: terminal.session.id)
            let older = #"{"version":2,"width":80,"height":24}"# + "\n" + #"[0.5,"o","older\r\n"]"# + "\n"
            try Data(older.utf8).write(to: file(terminal))
            try await restarted(terminal, .back(offset: 7)) { live, _ in
                send("older\r\n", from: 0, to: live, terminal)
                await until("older", live, terminal)
                let marks = try await marks(live, terminal)
                #expect(marks.first?.hasPrefix("the hub was started again") == true)
                let log = try await log(live, terminal)
                #expect(log == "older\nolder\n")
            }
        }
    }
}
