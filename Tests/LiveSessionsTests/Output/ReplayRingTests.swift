import Testing

@testable import LiveSessions

@Suite struct ReplayRingTests {
    @Test("gives the output from an offset on as long as it is there")
    func replay() {
        var ring = ReplayRing(capacity: 10)
        for (index, text) in ["abcd", "efgh", "ijkl"].enumerated() {
            ring.append(OutputChunk(offset: Int64(index * 4), bytes: Array(text.utf8)))
        }
        #expect(ring.chunks(from: 0) == nil)
        #expect(ring.chunks(from: 6)?.flatMap(\.bytes) == Array("ghijkl".utf8))
        #expect(ring.chunks(from: 6)?.first?.offset == 6)
        #expect(ring.chunks(from: 12)?.isEmpty == true)
    }
}
