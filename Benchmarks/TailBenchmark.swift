import Foundation

/// `/tail` in a chat: from output of an agent to the edit that shows it, with `telegram.limits: none`. Each terminal has a chat of its own
/// and says something less often than the hub redraws a chat (once a second), so what is measured is the way and not the wait.
struct TailBenchmark {
    private static let terminals = 10
    private static let rounds = 20

    func run() async throws {
        let telegram = try BareBotAPI()
        let hub = try HubProcess(environment: [
            "ORCHESTRATIA_BOT_TOKENS": BareBotAPI.token, "ORCHESTRATIA_TELEGRAM_API_URL": telegram.url,
            "ORCHESTRATIA_TELEGRAM_FILE_URL": telegram.url + "/file", "ORCHESTRATIA_TELEGRAM_LIMITS": "none",
        ])
        defer { hub.stop() }
        let token = try ControlConnection(hub).apiToken()
        let book = MarkBook(telegram)
        guard let code = hub.ready.pairingCode else { throw HubProcess.Failed(description: "no pairing code") }
        try book.say("/start \(code)", in: 7)
        let sessions = try (1...Self.terminals).map { number in
            let name = "bench\(number)"
            let key = try BareAgent.register(
                name, token: ControlConnection(hub).registrationToken(), over: HTTPConnection(hub.ready.url))
            let agent = try BareAgent.connect(hub.ready.url, key: key)
            _ = try agent.nextObject(ofType: "auth_ok")
            let session = try BareSession(on: hub, agent: agent, token: token, server: name, name: "tail\(number)")
            try book.say("/project default", in: -1000 - number)
            try book.say("/tail tail\(number)", in: -1000 - number)
            return session
        }
        let before = hub.processorTime
        let begin = ContinuousClock.now
        for round in 0..<Self.rounds {
            for (number, session) in sessions.enumerated() {
                // Each its own moment within 1.5 s.
                let due = begin + .milliseconds(2000 + 1500 * round + 150 * number)
                let wait = milliseconds(due - ContinuousClock.now)
                if wait > 0 { usleep(UInt32(wait * 1000)) }
                let mark = "mark-\(round)-\(number)-end"
                book.expect(mark)
                try session.print("step \(round): \(mark)\r\n")
            }
        }
        let samples = try book.collect(Self.rounds * Self.terminals)
        let time = milliseconds(ContinuousClock.now - begin) / 1000
        say(
            "tail, output of an agent → edit in the chat, \(Self.terminals) terminals in a chat each: \(Distribution(samples).summary); hub uses \(rounded((hub.processorTime - before) / time, digits: 3)) cores; load \(Machine.load)"
        )
    }
}

/// Which words were said when, and how long it took until an edit showed them.
///
/// `@unchecked Sendable`: every mutable field is touched under `condition` only.
private final class MarkBook: @unchecked Sendable {
    private let telegram: BareBotAPI
    private let condition = NSCondition()
    private var expected: [String: ContinuousClock.Instant] = [:]
    private var samples: [Double] = []
    private var answers: [Int: Int] = [:]

    init(_ telegram: BareBotAPI) {
        self.telegram = telegram
        telegram.whenSent { [self] chat in
            condition.lock()
            answers[chat, default: 0] += 1
            condition.broadcast()
            condition.unlock()
        }
        telegram.whenEdited { [self] body in edited(body) }
    }

    private func edited(_ body: String) {
        let now = ContinuousClock.now
        condition.lock()
        defer { condition.unlock() }
        for (mark, since) in expected where body.contains(mark) {
            expected[mark] = nil
            samples.append(milliseconds(now - since))
        }
        condition.broadcast()
    }

    /// Says something, and waits for an answer.
    func say(_ text: String, in chat: Int) throws {
        condition.lock()
        defer { condition.unlock() }
        let before = answers[chat, default: 0]
        telegram.say(text, in: chat)
        while answers[chat, default: 0] == before {
            guard condition.wait(until: Date(timeIntervalSinceNow: 20)) else {
                throw HubProcess.Failed(description: "\(text) got no answer")
            }
        }
    }

    /// The mark is about to be printed.
    func expect(_ mark: String) {
        condition.lock()
        expected[mark] = .now
        condition.unlock()
    }

    func collect(_ count: Int) throws -> [Double] {
        condition.lock()
        defer { condition.unlock() }
        while samples.count < count {
            guard condition.wait(until: Date(timeIntervalSinceNow: 20)) else {
                throw HubProcess.Failed(description: "\(expected.count) of \(count) words were never shown: \(expected.keys.prefix(3))")
            }
        }
        return samples
    }
}
