import Foundation
import HubCore
import HubService
import HubStore
import SQLiteDatabase

/// What follows from one completion, and from one server that comes online, through the real use cases and a real database file with
/// `synchronous=FULL`: the time until the transaction is on disk. In this process, without HTTP.
struct CascadeBenchmark {
    private static let rounds = 3

    func run() async throws {
        for count in [1000, 10_000, 100_000] {
            var times: [Double] = []
            for _ in 0..<Self.rounds { times.append(try await fan(of: count)) }
            say("cascade, one task with \(count) dependents: median \(rounded(median(times), digits: 1)) ms of \(Self.rounds)")
        }
        for count in [1000, 10_000, 100_000] {
            say("cascade, chain of \(count): a completion and the next assignment \(try await chain(of: count).summary)")
        }
        for count in [1000, 10_000, 100_000] {
            say("cascade, 10 layers of \(count / 10), 3 edges each: a completion \(try await layers(of: count).summary)")
        }
        try await placement()
    }

    /// - Returns: milliseconds of the completion that unblocks all.
    private func fan(of count: Int) async throws -> Double {
        let bench = try await BenchHub()
        defer { bench.remove() }
        let server = try await bench.servers(1)[0]
        let root = try await bench.create()
        try await bench.insert(count) { _ in [root.id] }
        return try await bench.complete(root, on: server)
    }

    private func chain(of count: Int) async throws -> Distribution {
        let bench = try await BenchHub()
        defer { bench.remove() }
        let server = try await bench.servers(1)[0]
        var next = try await bench.create()
        let first = next.id
        let ids = try await bench.insert(count, isChained: true) { $0 == 0 ? [first] : nil }
        var samples = [try await bench.complete(next, on: server)]
        for id in ids.prefix(500) {
            next = try await bench.task(id)
            samples.append(try await bench.complete(next, on: server))
        }
        return Distribution(samples)
    }

    private func layers(of count: Int) async throws -> Distribution {
        let bench = try await BenchHub()
        defer { bench.remove() }
        let server = try await bench.servers(1, slots: 64)[0]
        let width = count / 10
        let ids = try await bench.insertLayers(10, width: width)
        var samples: [Double] = []
        for id in ids.prefix(min(width, 500)) {
            samples.append(try await bench.complete(try await bench.assigned(id, to: server), on: server))
        }
        return Distribution(samples)
    }

    /// 10 000 tasks of 100 kinds wait; 1 000 servers of 4 slots come online one after the other; then one more.
    private func placement() async throws {
        let bench = try await BenchHub()
        defer { bench.remove() }
        let servers = try await bench.servers(1000, state: .offline)
        try await bench.insert(10_000)
        var samples: [Double] = []
        let begin = ContinuousClock.now
        for server in servers {
            let start = ContinuousClock.now
            try await bench.hub.run(MarkServerOnline(server.id), as: .hub)
            samples.append(milliseconds(ContinuousClock.now - start))
        }
        let total = milliseconds(ContinuousClock.now - begin) / 1000
        let placed = try await bench.assignedCount()
        say(
            "placement, 10 000 waiting tasks, 1 000 servers of 4 slots come online: \(Distribution(samples).summary) each; \(placed) placed in \(rounded(total, digits: 1)) s"
        )
        let again = try await BenchHub()
        defer { again.remove() }
        let all = try await again.servers(1000)
        let first = try await again.create()
        try await again.insert(10_000) { _ in [first.id] }
        let holder = all.first { $0.id == first.server } ?? all[0]
        say(
            "placement, 10 000 tasks unblocked at once over 1 000 free servers: \(rounded(try await again.complete(first, on: holder), digits: 0)) ms, \(try await again.assignedCount()) placed"
        )
    }
}
