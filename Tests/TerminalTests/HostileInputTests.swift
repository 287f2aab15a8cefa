import HubCore
import Terminal
import Testing

@Suite struct HostileInputTests {
    private struct Generator: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }

    /// What a terminal takes to heart, glued together at random.
    private func sequences(_ count: Int, using generator: inout Generator) -> [UInt8] {
        let finals = Array("@ABCDEFGHIJKLMPSTXZ`abcdefghijklmnopqrstuvwxyz{|}~".utf8)
        var bytes: [UInt8] = []
        for _ in 0..<count {
            switch Int.random(in: 0..<10, using: &generator) {
            case 0..<4:
                bytes += [0x1B, 0x5B]
                if Bool.random(using: &generator) { bytes.append("?>!=".utf8.randomElement(using: &generator) ?? 0x3F) }
                for _ in 0..<([0, 1, 2, 3, 40].randomElement(using: &generator) ?? 0) {
                    let number = [0, 1, 2, 5, 47, 1000, 1049, 99_999, 2_147_483_647, 4_294_967_295, 18_446_744_073_709_551_615 as UInt64]
                    bytes += Array("\(number.randomElement(using: &generator) ?? 0);".utf8)
                }
                if Int.random(in: 0..<8, using: &generator) == 0 { bytes.append("$ \"'".utf8.randomElement(using: &generator) ?? 0x20) }
                bytes.append(finals.randomElement(using: &generator) ?? 0x6D)
            case 4: bytes += [0x1B, UInt8.random(in: 0x20...0x7E, using: &generator)]
            case 5: bytes += [0x1B, "]P_^X".utf8.randomElement(using: &generator) ?? 0x5D] + Array("0;text".utf8)
            case 6: bytes += Array("日e\u{301}\u{200B}🚀👨‍👩‍👧ก็็็".utf8)
            case 7: bytes += (0..<8).map { _ in UInt8.random(in: 0...255, using: &generator) }
            case 8: bytes += Array("plain text\r\n".utf8)
            default: bytes.append(UInt8.random(in: 0...0x1F, using: &generator))
            }
        }
        return bytes
    }

    @Test(
        "lives through random sequences on screens of every size",
        arguments: [(1, 1), (2, 1), (1, 7), (3, 2), (80, 24), (500, 3), (300, 200)])
    func survives(columns: Int, rows: Int) {
        var generator = Generator(state: UInt64(columns * 1000 + rows))
        let screen = TerminalScreen(size: TerminalSize(clampingColumns: columns, rows: rows), scrollback: 20)
        for round in 0..<(columns * rows > 10_000 ? 5 : 40) {
            screen.feed(sequences(200, using: &generator))
            if round % 5 == 4 {
                let (columns, rows) = (Int.random(in: 1...30, using: &generator), Int.random(in: 1...30, using: &generator))
                screen.resize(TerminalSize(clampingColumns: columns, rows: rows))
            }
            let image = screen.image
            #expect(image.rows.count == screen.size.rows)
            #expect(image.rows.allSatisfy { $0.reduce(0) { $0 + $1.columns } <= screen.size.columns })
            #expect(image.cursor.row < screen.size.rows && image.cursor.column < screen.size.columns)
            #expect(screen.scrollbackCount <= 20)
        }
    }

    private func filtered(_ bytes: [UInt8], lastGlyphLength: Int) -> [UInt8] {
        var (filter, fed) = (InputFilter(), [UInt8]())
        bytes.withUnsafeBytes { bytes in
            filter.split(bytes, lastGlyphLength: { lastGlyphLength }, feed: { fed += $0 })
        }
        return fed
    }

    @Test("no mark gets through once a character has many, and none hides in broken characters")
    func filtersMarks() {
        let marks = Array("a\u{301}\u{20DD}\u{E31}\u{200D}b".utf8)
        #expect(filtered(marks, lastGlyphLength: 1) == marks)
        #expect(filtered(marks, lastGlyphLength: 8) == Array("ab".utf8))
        #expect(filtered([0xCC, 0x07, 0x81, 0x21], lastGlyphLength: 1) == Array("\u{FFFD}\u{7}\u{FFFD}!".utf8))
        #expect(filtered([0x1B, 0x5B] + Array("12345678;7m".utf8), lastGlyphLength: 1) == [0x1B, 0x5B] + Array("1234;7m".utf8))
        #expect(filtered(Array("\u{1b}[2000bx".utf8), lastGlyphLength: 1) == Array("\u{1b}[2000\u{18}x".utf8))
        #expect(filtered(Array("\u{1b}[200bx".utf8), lastGlyphLength: 1) == Array("\u{1b}[200bx".utf8))
        let many = [0x1B, 0x5B] + Array((0..<40).map { "\($0)" }.joined(separator: ";").utf8)
        #expect(filtered(many + [0x6D], lastGlyphLength: 1) == [0x1B, 0x5B] + Array("0;1;2;3;4;5;6;7;8;9;10;11;12;13;14;15m".utf8))
        #expect(filtered(Array("12345678".utf8), lastGlyphLength: 1) == Array("12345678".utf8))
    }

    @Test("a character keeps few of endless combining marks")
    func boundsMarks() {
        let screen = TerminalScreen(size: .standard, scrollback: 10)
        for chunk in ["a", String(repeating: "\u{301}", count: 5000), String(repeating: "\u{1b}[m\u{301}\u{302}", count: 500)] {
            screen.feed(Array(chunk.utf8))
        }
        #expect(screen.image.rows[0].map(\.text) == ["a" + String(repeating: "\u{301}", count: 7)])
    }

    @Test(
        "absurd counts are over at once",
        arguments: ["I", "Z", "b", "L", "M", "@", "P", "X", "S", "T", "A", "B", "C", "D", "G", "d", "r", "s"])
    func boundsCounts(command: String) {
        let screen = TerminalScreen(size: .standard, scrollback: 10)
        let clock = ContinuousClock()
        let time = clock.measure {
            for count in ["2147483647", "4294967295", "99999999999999999999999", "1;2147483647", "2147\u{7}483647"] {
                screen.feed(Array("x\u{1b}[\(count)\(command)y".utf8))
            }
        }
        #expect(time < .seconds(20), "a loop over all that was asked for takes minutes")
    }

    @Test("strings that never end and titles of the largest size are cut, and what follows is shown")
    func boundsStrings() {
        let screen = TerminalScreen(size: TerminalSize(clampingColumns: 500, rows: 5), scrollback: 3)
        screen.feed(Array("\u{1b}]0;".utf8) + [UInt8](repeating: 0x74, count: 300_000) + Array("\u{7}".utf8))
        #expect(screen.title.count <= 256)
        screen.feed(Array("\u{1b}P".utf8) + [UInt8](repeating: 0x30, count: 300_000) + Array("\u{1b}\\shown".utf8))
        #expect(screen.image.text == "shown")
        for _ in 0..<10 { screen.feed(Array(String(repeating: "e\u{301}\u{302}", count: 1000).utf8)) }
        // At most 256 bytes a line on average, however long they are.
        #expect(screen.scrollbackLines().reduce(0) { $0 + $1.utf8.count } <= 3 * 256)
    }
}
