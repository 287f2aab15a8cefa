import HubCore
import Terminal
import Testing

@Suite struct AsciicastTests {
    private let header = Asciicast.Header(
        size: TerminalSize(clampingColumns: 80, rows: 24), startedAt: Timestamp(milliseconds: 1_700_000_000_123), title: "task-42")

    @Test("writes a header and a line for each event")
    func writes() {
        var writer = Asciicast.Writer(maximumBytes: 10_000)
        var bytes = writer.begin(header)
        bytes += writer.output(Array("\u{1b}[31m\"red\"\\\r\n".utf8), at: .milliseconds(1250))
        bytes += writer.resize(to: TerminalSize(clampingColumns: 100, rows: 30), at: .seconds(2))
        bytes += writer.mark("question", at: .microseconds(2_000_001))
        bytes += writer.output(Array("late".utf8), at: .seconds(1))
        #expect(
            String(decoding: bytes, as: UTF8.self) == #"""
                {"version":2,"width":80,"height":24,"timestamp":1700000000,"title":"task-42","env":{"TERM":"xterm-256color"}}
                [1.25,"o","\u001b[31m\"red\"\\\r\n"]
                [2.0,"r","100x30"]
                [2.000001,"m","question"]
                [2.000001,"o","late"]

                """#)
        #expect(writer.count == bytes.count)
    }

    @Test("holds a character's first bytes back until it is whole")
    func joinsCharacters() throws {
        var writer = Asciicast.Writer(maximumBytes: 10_000)
        var bytes = writer.begin(header)
        for (index, byte) in Array("é日🚀!".utf8).enumerated() { bytes += writer.output([byte], at: .seconds(index)) }
        bytes += writer.output([0xFF, 0xF0, 0x9F], at: .seconds(20))
        bytes += writer.finish(at: .seconds(21))
        let recording = try Asciicast.Recording(parsing: bytes)
        #expect(recording.events.map(\.kind) == ["é", "日", "🚀", "!", "\u{FFFD}", "\u{FFFD}"].map { .output($0) })
        #expect(writer.finish(at: .seconds(22)).isEmpty)
    }

    @Test("ends with a marker when the limit is reached, and never passes it")
    func ends() throws {
        var writer = Asciicast.Writer(maximumBytes: 2000)
        var bytes = writer.begin(header)
        for second in 0..<100 { bytes += writer.output(Array(repeating: 0x1B, count: 60), at: .seconds(second)) }
        #expect(writer.isFull)
        #expect(bytes.count <= 2000)
        #expect(try Asciicast.Recording(parsing: bytes).events.last?.kind == .marker(Asciicast.Writer.limitLabel))
        #expect(try Asciicast.Recording(parsing: bytes).events.count > 2)
    }

    @Test("what was written is read back, and shows the screen of any time")
    func reads() throws {
        var writer = Asciicast.Writer(maximumBytes: 10_000)
        var bytes = writer.begin(header)
        bytes += writer.output(Array("one\r\n".utf8), at: .seconds(1))
        bytes += writer.resize(to: TerminalSize(clampingColumns: 10, rows: 3), at: .seconds(2))
        bytes += writer.output(Array("two".utf8), at: .seconds(3))
        let recording = try Asciicast.Recording(parsing: bytes)
        #expect(
            recording.header == Asciicast.Header(size: header.size, startedAt: Timestamp(milliseconds: 1_700_000_000_000), title: "task-42")
        )
        #expect(recording.length == .seconds(3))
        #expect(recording.screen(at: .seconds(1)).image.text == "one")
        #expect(recording.screen().image.text == "one\ntwo")
        #expect(recording.screen().size.description == "10x3")
    }

    @Test("a last line without its end is left out, and unknown kinds are")
    func toleratesInterruption() throws {
        let head = #"{"version":2,"width":80,"height":24}"# + "\n" + #"[0.5,"o","a"]"# + "\n" + #"[0.6,"i","typed"]"# + "\n"
        #expect(try Asciicast.Recording(parsing: Array((head + #"[0.7,"o","b"#).utf8)).events.count == 1)
    }

    @Test("one of a larger terminal than there is now is shown in the largest") func large() throws {
        let text = #"{"version":2,"width":1000,"height":1000}"# + "\n" + #"[0.5,"o","a"]"# + "\n"
        let recording = try Asciicast.Recording(parsing: Array(text.utf8))
        #expect(recording.header.size.description == "500x200" && recording.screen().image.text == "a")
    }

    private static let faulty: [(String, Asciicast.Fault)] = [
        ("", .header), ("{}\n", .header), ("{\"version\":2,\"width\":0,\"height\":24}\n", .header),
        ("{\"version\":2,\"width\":80,\"height\":24,\"timestamp\":9e99}\n[1]\n", .event(line: 2)),
        ("{\"version\":2,\"width\":80,\"height\":24}\n[1e300,\"o\",\"a\"]\n", .event(line: 2)),
        ("{\"version\":2,\"width\":80,\"height\":24}\n[-1,\"o\",\"a\"]\n", .event(line: 2)),
    ]

    @Test("refuses what is no recording", arguments: faulty)
    func refuses(text: String, fault: Asciicast.Fault) {
        #expect(throws: fault) { try Asciicast.Recording(parsing: Array(text.utf8)) }
    }
}

@Suite struct TextLogTests {
    @Test("keeps what was to be read: no sequences, no progress bar's earlier states")
    func plain() {
        let log = TextLog(size: TerminalSize(clampingColumns: 40, rows: 3))
        log.feed(Array("\u{1b}[1mbuild\u{1b}[0m\r\n10%\r55%\r100%\r\nwrong\u{8}\u{8}\u{8}\u{1b}[K\r\n".utf8))
        for number in 1...5 { log.feed(Array("line \(number)\r\n".utf8)) }
        #expect(log.text == "build\n100%\nwr\nline 1\nline 2\nline 3\nline 4\nline 5\n")
    }

    @Test("is empty where nothing was said")
    func empty() {
        #expect(TextLog(size: .standard).text == "")
    }
}
