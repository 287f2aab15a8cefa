import HubCore
import Testing

@testable import Pictures

@Suite struct TurnsTests {
    @Test("no more than the limit run at once, and all have their turn")
    func limit() async throws {
        let turns = Turns(limit: 2)
        let running = Locked((now: 0, most: 0, all: 0))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    try await turns.run {
                        running.withLock { ($0.now, $0.most, $0.all) = ($0.now + 1, max($0.most, $0.now + 1), $0.all + 1) }
                        for _ in 0..<50 { await Task.yield() }
                        running.withLock { $0.now -= 1 }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(running.withLock { $0.most } <= 2)
        #expect(running.withLock { $0.all } == 20)
        #expect(turns.waiting == 0)
    }

    @Test("who is cancelled while waiting leaves, and the place is not lost", .timeLimit(.minutes(1)))
    func cancellation() async throws {
        let turns = Turns(limit: 1)
        let (end, ending) = AsyncStream<Void>.makeStream()
        let (begun, beginning) = AsyncStream<Void>.makeStream()
        let first = Task {
            try await turns.run {
                beginning.finish()
                for await _ in end {}
            }
        }
        for await _ in begun {}
        let second = Task { try await turns.run {} }
        while turns.waiting == 0 { await Task.yield() }
        second.cancel()
        await #expect(throws: CancellationError.self) { try await second.value }
        #expect(turns.waiting == 0)
        ending.finish()
        try await first.value
        #expect(try await turns.run { 7 } == 7)
    }
}
