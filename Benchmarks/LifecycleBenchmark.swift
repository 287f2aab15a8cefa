import Foundation

/// Durable task lifecycles per second over REST: create, assign, start, complete; four requests each, all with one server's key.
struct LifecycleBenchmark {
    private static let seconds = 5.0
    private static let rounds = 3

    func run() async throws {
        let hub = try HubProcess()
        defer { hub.stop() }
        let key = try register(hub)
        try measure(hub, key, clients: 16, seconds: 1)  // warms up
        for clients in [1, 16, 64] {
            var rates: [Double] = []
            var samples: [Double] = []
            let before = hub.processorTime
            for _ in 0..<Self.rounds {
                let result = try measure(hub, key, clients: clients, seconds: Self.seconds)
                rates.append(result.rate)
                samples += result.samples
            }
            let share = (hub.processorTime - before) / (Self.seconds * Double(Self.rounds))
            say(
                "lifecycles over REST, \(clients) clients: median \(rounded(median(rates), digits: 0))/s of \(Self.rounds) rounds; each request \(Distribution(samples).summary); hub uses \(rounded(share)) cores, \(rounded(hub.residentMemory, digits: 1)) MiB"
            )
        }
    }

    /// No slots: the hub assigns nothing by itself, and assigning by hand may exceed them.
    private func register(_ hub: HubProcess) throws -> String {
        let token = try hub.subcommand(["registration-token", "--project", "default"])
        return try BareAgent.register("bench", token: token, over: HTTPConnection(hub.ready.url))
    }

    /// One thread a client, since its socket blocks.
    @discardableResult
    private func measure(_ hub: HubProcess, _ key: String, clients: Int, seconds: Double) throws -> (rate: Double, samples: [Double]) {
        let collected = Collected()
        let url = hub.ready.url
        let end = ContinuousClock.now + .milliseconds(Int(seconds * 1000))
        let begin = ContinuousClock.now
        let threads = (0..<clients).map { _ in
            Thread {
                do {
                    collected.add(try Self.work(url, key, until: end))
                } catch {
                    collected.fail("\(error)")
                }
            }
        }
        for thread in threads { thread.start() }
        let results = try collected.wait(for: clients)
        let elapsed = milliseconds(ContinuousClock.now - begin) / 1000
        return (Double(results.lifecycles) / elapsed, results.samples)
    }

    private static func work(_ url: String, _ key: String, until end: ContinuousClock.Instant) throws -> (Int, [Double]) {
        let connection = try HTTPConnection(url)
        var samples: [Double] = []
        var count = 0
        func post(_ path: String, _ body: String) throws -> String {
            let begin = ContinuousClock.now
            let answer = try connection.post(path, body, key: key)
            samples.append(milliseconds(ContinuousClock.now - begin))
            guard (200..<300).contains(answer.status) else {
                throw HTTPConnection.Failed(description: "\(path) answered \(answer.status): \(answer.body.prefix(200))")
            }
            return answer.body
        }
        while ContinuousClock.now < end {
            let created = try post(
                "server/tasks", #"{"title":"Fix the login redirect","spec":"Keep the return address.","priority":"normal"}"#)
            guard let mark = created.range(of: #""id":""#) else {
                throw HTTPConnection.Failed(description: "no id in \(created.prefix(80))")
            }
            let id = created[mark.upperBound...].prefix(36)
            _ = try post("server/tasks/\(id)/assign", #"{"server":"bench"}"#)
            _ = try post("server/tasks/\(id)/start", "")
            _ = try post("server/tasks/\(id)/complete", #"{"result":{"summary":"done"}}"#)
            count += 1
        }
        return (count, samples)
    }
}

/// What the client threads bring back. `@unchecked Sendable`: every field is touched under `condition` only.
private final class Collected: @unchecked Sendable {
    private let condition = NSCondition()
    private var finished = 0
    private var lifecycles = 0
    private var samples: [Double] = []
    private var failure: String?

    func add(_ result: (Int, [Double])) {
        condition.lock()
        lifecycles += result.0
        samples += result.1
        finished += 1
        condition.signal()
        condition.unlock()
    }

    func fail(_ why: String) {
        condition.lock()
        failure = why
        finished += 1
        condition.signal()
        condition.unlock()
    }

    func wait(for count: Int) throws -> (lifecycles: Int, samples: [Double]) {
        condition.lock()
        defer { condition.unlock() }
        while finished < count { condition.wait() }
        if let failure { throw HTTPConnection.Failed(description: failure) }
        return (lifecycles, samples)
    }
}
