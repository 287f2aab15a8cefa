import Testing

@testable import LiveSessions

@Suite struct OutputInboxTests {
    private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    @Test("what comes while nobody takes is gathered, and only the first must tell")
    func gathering() {
        var inbox = OutputInbox()
        let first = inbox.add(bytes("ab"), at: nil)
        let second = inbox.add(bytes("cd"), at: nil)
        #expect(first && !second)
        let abc = inbox.take(atMost: 3)
        #expect(abc == [.bytes(bytes("abc"), at: nil)] && inbox.taken == 3)
        let third = inbox.add(bytes("e"), at: nil)
        let rest = inbox.take(atMost: 10)
        let nothing = inbox.take(atMost: 10)
        #expect(!third && rest == [.bytes(bytes("de"), at: nil)] && nothing == nil)
        let again = inbox.add(bytes("f"), at: nil)
        #expect(again)
    }

    @Test("repeated output is dropped, and missing output is marked with its size")
    func offsets() {
        var inbox = OutputInbox()
        _ = inbox.add(bytes("abcd"), at: 100)
        _ = inbox.add(bytes("cdef"), at: 102)
        _ = inbox.add(bytes("ab"), at: 100)
        _ = inbox.add(bytes("z"), at: 116)
        let taken = inbox.take(atMost: 100)
        #expect(taken == [.bytes(bytes("abcdef"), at: 100), .hole(10), .bytes(bytes("z"), at: 116)])
        #expect(inbox.end == 117)
    }

    @Test("holes that a peer makes up add up to no more than a number holds")
    func madeUpHoles() {
        var inbox = OutputInbox()
        let block = Array(repeating: UInt8(ascii: "x"), count: 1 << 10)
        for _ in 0..<2000 {
            _ = inbox.restart(at: 0, markHole: false)
            _ = inbox.add(block, at: 0)
            _ = inbox.add([], at: 1 << 53)
        }
        var missing: Int64 = 0
        while let pieces = inbox.take(atMost: 16_384) {
            for case .hole(let size) in pieces { missing = max(missing, size) }
        }
        #expect(missing == .max)
    }

    @Test("a place that a peer moves on again and again ends nothing")
    func madeUpPlaces() {
        var output = PublicOutput(recording: nil)
        output.take(bytes("a"), at: 0) { [] }
        for _ in 0..<1100 { output.skip(1 << 53) { [] } }
        output.take(bytes("b"), at: 0) { [] }
        #expect(output.published == 2)
    }

    @Test("a flood keeps the newest, from a line's beginning on, and says how much is missing")
    func flood() {
        var inbox = OutputInbox()
        let block = Array(repeatElement(bytes(String(repeating: "x", count: 99) + "\n"), count: 100).joined())
        var sent = 0
        for _ in 0..<200 {
            _ = inbox.add(block, at: nil)
            sent += block.count
        }
        var (kept, missing) = (0, 0)
        while let pieces = inbox.take(atMost: 16_384) {
            for piece in pieces {
                switch piece {
                case .bytes(let bytes, _): kept += bytes.count
                case .hole(let size): missing += Int(size)
                }
            }
        }
        #expect(kept + missing == sent)
        #expect(kept <= OutputInbox.limit && missing > 0)
    }

    @Test("a gap after every byte makes a bounded number of pieces, and nothing of what is missing is forgotten")
    func gaps() {
        var inbox = OutputInbox()
        let sent = 100_000
        for index in 0..<sent { _ = inbox.add([UInt8(ascii: "x")], at: Int64(index) * 3) }
        #expect(inbox.taken > 0)
        var (kept, missing, pieces) = (0, 0, 0)
        var last: OutputInbox.Piece?
        while let some = inbox.take(atMost: 16_384) {
            pieces += some.count
            for piece in some {
                switch piece {
                case .bytes(let bytes, _): kept += bytes.count
                case .hole(let size): missing += Int(size)
                }
                last = piece
            }
        }
        #expect(pieces <= OutputInbox.pieceLimit && kept > 100)
        #expect(kept + missing == (sent - 1) * 3 + 1)
        #expect(last == .bytes([UInt8(ascii: "x")], at: Int64(sent - 1) * 3))
    }
}
