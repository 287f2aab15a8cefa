import Foundation

/// From an update's arrival to the reply's, through the hub's own libcurl client, with `telegram.limits: none`.
struct ChatBenchmark {
    private static let chats = 200

    func run() async throws {
        let telegram = try BareBotAPI()
        let hub = try HubProcess(environment: [
            "ORCHESTRATIA_BOT_TOKENS": BareBotAPI.token, "ORCHESTRATIA_TELEGRAM_API_URL": telegram.url,
            "ORCHESTRATIA_TELEGRAM_FILE_URL": telegram.url + "/file", "ORCHESTRATIA_TELEGRAM_LIMITS": "none",
        ])
        defer { hub.stop() }
        let book = ReplyBook(telegram)
        guard let code = hub.ready.pairingCode else { throw HubProcess.Failed(description: "no pairing code") }
        _ = try book.ask("/start \(code)", in: 7)
        // A project each: every chat that works in a project gets the cards of its tasks, and these are to be told apart.
        for chat in 1...Self.chats {
            _ = try book.ask("/projects new bench\(chat)", in: 7)
            _ = try book.ask("/project bench\(chat)", in: -1000 - chat)
        }
        for (name, command) in [("read command /me", "/me"), ("durable command /new", "/new Fix the login redirect !manual")] {
            let samples = try atRate(50, seconds: 10, command, book)
            say("update → reply, \(name), 50/s: \(Distribution(samples).summary)")
        }
        for (name, command) in [("/me", "/me"), ("/new", "/new Fix the login redirect !manual")] {
            var rates: [Double] = []
            let before = hub.processorTime
            for _ in 0..<3 { rates.append(try sustained(seconds: 5, command, book)) }
            say(
                "sustained updates/s, \(Self.chats) chats waiting for their answers, \(name): median \(rounded(median(rates), digits: 0)) of 3; hub uses \(rounded((hub.processorTime - before) / 15)) cores, \(rounded(hub.residentMemory, digits: 1)) MiB"
            )
        }
    }

    private func atRate(_ rate: Double, seconds: Double, _ command: String, _ book: ReplyBook) throws -> [Double] {
        let begin = ContinuousClock.now
        let count = Int(rate * seconds)
        for number in 0..<count {
            let due = begin + .milliseconds(Int(Double(number) / rate * 1000))
            let wait = milliseconds(due - ContinuousClock.now)
            if wait > 0 { usleep(UInt32(wait * 1000)) }
            book.send(command, in: -1001 - number % Self.chats)
        }
        return try book.collect(count)
    }

    private func sustained(seconds: Double, _ command: String, _ book: ReplyBook) throws -> Double {
        let begin = ContinuousClock.now
        let end = begin + .milliseconds(Int(seconds * 1000))
        let count = try book.loop(command, in: (1...Self.chats).map { -1000 - $0 }, until: end)
        return Double(count) / (milliseconds(ContinuousClock.now - begin) / 1000)
    }
}

/// Which chat waits since when, and how long each answer took. `@unchecked Sendable`: all under `condition`.
private final class ReplyBook: @unchecked Sendable {
    private let telegram: BareBotAPI
    private let condition = NSCondition()
    private var asked: [Int: ContinuousClock.Instant] = [:]
    private var samples: [Double] = []
    private var onReply: (Int) -> Void = { _ in }

    init(_ telegram: BareBotAPI) {
        self.telegram = telegram
        telegram.whenSent { [self] in replied(in: $0) }
    }

    private func replied(in chat: Int) {
        condition.lock()
        defer { condition.unlock() }
        guard let since = asked.removeValue(forKey: chat) else { return }
        samples.append(milliseconds(ContinuousClock.now - since))
        onReply(chat)
        condition.signal()
    }

    func send(_ text: String, in chat: Int) {
        condition.lock()
        asked[chat] = ContinuousClock.now
        condition.unlock()
        telegram.say(text, in: chat)
    }

    func ask(_ text: String, in chat: Int) throws -> Double {
        send(text, in: chat)
        guard let sample = try collect(1).first else { throw HTTPConnection.Failed(description: "no reply") }
        return sample
    }

    /// Waits until `count` answers have come since the last time, and takes them.
    func collect(_ count: Int) throws -> [Double] {
        condition.lock()
        defer { condition.unlock() }
        while samples.count < count {
            guard condition.wait(until: Date(timeIntervalSinceNow: 20)) else {
                throw HTTPConnection.Failed(description: "\(count - samples.count) replies of \(count) did not come")
            }
        }
        defer { samples = [] }
        return samples
    }

    /// Asks again in each chat as soon as it has its answer.
    func loop(_ text: String, in chats: [Int], until end: ContinuousClock.Instant) throws -> Int {
        condition.lock()
        var count = 0
        var open = chats.count
        onReply = { [self] chat in
            count += 1
            if ContinuousClock.now < end {
                asked[chat] = ContinuousClock.now
                telegram.say(text, in: chat)
            } else {
                open -= 1
            }
        }
        condition.unlock()
        for chat in chats { send(text, in: chat) }
        condition.lock()
        defer { condition.unlock() }
        while open > 0 {
            guard condition.wait(until: Date(timeIntervalSinceNow: 20)) else {
                throw HTTPConnection.Failed(description: "\(open) chats got no answer")
            }
        }
        onReply = { _ in }
        samples = []
        return count
    }
}
