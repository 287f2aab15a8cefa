import HubCore
import Testing
import WireProtocol

@testable import AgentDaemon

@Suite("What waits to be sent", .timeLimit(.minutes(1)))
struct OutgoingTests {
    @Test("ends the connection when it is too much, instead of leaving one of many out")
    func tooSlow() async {
        let outgoing = Outgoing()
        let ends = Locked(0)
        outgoing.open { ends.withLock { $0 += 1 } }
        for _ in 0..<Outgoing.maximum { #expect(outgoing.send(.ping)) }
        #expect(ends.withLock { $0 } == 0)
        for _ in 0..<2 { #expect(!outgoing.send(.ping)) }
        #expect(ends.withLock { $0 } == 1 && !outgoing.isOpen)
        guard case .end = await outgoing.next() else { return #expect(Bool(false), "nothing goes out behind a gap") }
    }
}
