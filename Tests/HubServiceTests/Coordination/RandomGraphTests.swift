import HubCore
import HubService
import HubTesting
import Testing

/// Random graphs, and random orders of what may happen to them, on a real database file.
@Suite struct RandomGraphTests {
    @Test(
        "whatever happens in whatever order: nothing starts early, nothing is misplaced or lost, no slot is oversold, done comes once",
        .timeLimit(.minutes(3)), arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
    func anything(seed: UInt64) async throws {
        var world = try await GraphWorld(seed: seed)
        for step in 0..<90 {
            let action = try await world.act()
            let faults = try await world.faults()
            try #require(faults.isEmpty, "seed \(seed), step \(step), after \(action): \(faults)")
        }
        try await world.finishAll()
        let faults = try await world.faults() + world.unfinished()
        try #require(faults.isEmpty, "seed \(seed), at the end: \(faults)")
        try #require(try await world.test.hub.verifyAudit().isEmpty, "seed \(seed): the audit chain is broken")
    }
}
