import Testing

@testable import AgentDaemon

@Suite("Output on its way to the hub", .timeLimit(.minutes(1))) struct OutputFeedTests {
    @Test("holds its reader up while the hub grants nothing, and lets go of one that is given up")
    func givenUp() async throws {
        let feed = OutputFeed(capacity: 1 << 20) {}
        feed.begin(.init(numbersOutput: true, creditUntil: 0))
        feed.append([UInt8](repeating: 65, count: 300 << 10))
        let reader = Task { await feed.space() }
        let other = Task { await feed.space() }
        #expect(await eventually { feed.readersWaiting == 2 })
        reader.cancel()
        await reader.value
        #expect(feed.readersWaiting == 1)
        // Who is not given up goes on with the first grant.
        feed.grant(until: 1 << 20)
        while feed.take(atMost: 64 << 10) != nil {}
        await other.value
    }
}
