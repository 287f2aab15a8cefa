import HTTPClient
import HubCore
import HubTesting
import TelegramBot
import Testing

import enum HubCore.JSONValue

/// Random graphs under random operations of several clients at once, with the hub killed at random moments in between: what it has on disk
/// keeps every rule, and holds all that was answered. What servers that go and come back change is proved in one process, where time can be
/// moved.
@Suite(.timeLimit(.minutes(5))) struct KilledHubTests {
    private static let kills = 6

    @Test(arguments: [1, 2] as [UInt64])
    func `whatever is killed when: nothing starts early, no slot is oversold, nothing answered is lost, all is done once`(seed: UInt64)
        async throws
    {
        let hub = try HubProgram()
        try await hub.start()
        let transport = try CurlMultiLoop()
        let clients = Clients(transport)
        clients.address.withLock { $0 = hub.url }
        let bearer = try await hub.run(["api-token", "create", "--project", "default", "--role", "owner"]).standard
        var keys: [String] = []
        for (name, languages, slots) in [("mac-0", ["swift"], 1), ("mac-1", ["swift", "go"], 2), ("mac-2", ["go"], 2)] {
            keys.append(try await register(name, languages, slots, hub, transport))
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<2 { group.addTask { await clients.person(bearer, seed: seed * 100 + UInt64(number)) } }
            for (number, key) in keys.enumerated() { group.addTask { await clients.agent(key, seed: seed * 100 + 10 + UInt64(number)) } }
            var random = SplitMix(seed: seed)
            for kill in 0..<Self.kills {
                await clients.hear(of: Int.random(in: 10...40, using: &random))
                try await Task.sleep(for: .microseconds(Int.random(in: 0...20_000, using: &random)))  // a random point
                await hub.killWithoutWarning()
                try await check("seed \(seed), kill \(kill)", hub, clients)
                try await hub.start()
                clients.address.withLock { $0 = hub.url }
            }
            clients.calmDown()
            try await finish("seed \(seed)", bearer, clients)
            group.cancelAll()
        }
        await transport.shutdown()
        #expect(await hub.stop() == 0)
        let state = try await check("seed \(seed), at the end", hub, clients)
        #expect(state.unfinished.isEmpty, "seed \(seed)")
        #expect(try await hub.run(["audit", "verify"]).status == 0, "seed \(seed)")
        let answered = clients.operations.withLock { $0.count(where: \.isDone) }
        let unanswered = clients.operations.withLock { $0.count { $0.status == nil } }
        print("seed \(seed): \(answered) operations were done, \(unanswered) remained without an answer")
        #expect(answered >= 10 * Self.kills, "the hub was hardly asked anything")
    }

    @discardableResult
    private func check(_ place: String, _ hub: HubProgram, _ clients: Clients) async throws -> StoredState {
        // Clients go on meanwhile, but nothing is there that answers.
        let operations = clients.operations.withLock { $0 }
        let state = try await StoredState(path: hub.database)
        let faults = state.faults + state.faults(of: operations)
        try #require(faults.isEmpty, "\(place): \(faults.prefix(10).joined(separator: "; "))")
        return state
    }

    /// Waits until all tasks are done.
    private func finish(_ place: String, _ bearer: String, _ clients: Clients) async throws {
        let headers = [("Authorization", "Bearer \(bearer)")]
        let deadline = ContinuousClock.now + .seconds(150)
        while ContinuousClock.now < deadline {
            let all = await clients.ask("/api/v1/tasks?limit=1", headers)?["total"]?.int
            let done = await clients.ask("/api/v1/tasks?limit=1&status=done", headers)?["total"]?.int
            if let all, all == done { return }
            try await Task.sleep(for: .milliseconds(20))  // between two looks
        }
        Issue.record("\(place): the tasks are never all done")
    }

    private func register(
        _ name: String, _ languages: [String], _ slots: Int, _ hub: HubProgram, _ transport: CurlMultiLoop
    ) async throws -> String {
        let token = try await hub.run(["registration-token", "--project", "default"]).standard
        let body: JSONValue = [
            "name": .string(name), "hostname": .string(name), "ip": "0.0.0.0", "os": "linux", "repos": [:],
            "system_info": ["capabilities": ["slots": JSONValue(slots), "languages": JSONValue(languages)]],
            "registration_token": .string(token), "machine_id": .string(name), "mac_address": "",
        ]
        let answer = try await RESTClient(transport, apiKey: "").post(hub.url + "/api/v1/servers/register", body)
        return try #require(answer.body["api_key"]?.string)
    }
}
