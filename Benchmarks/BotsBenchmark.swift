import Foundation

/// Many bots of one hub, each with its own long poll: threads, memory, and how their first polls are spread.
struct BotsBenchmark {
    private static let count = 1000

    func run() async throws {
        try Machine.allowDescriptors(4 * Self.count + 200)
        try measure(overTLS: false)
        try measure(overTLS: true)
    }

    private func measure(overTLS: Bool) throws {
        let telegram = try BareBotAPI()
        let front = overTLS ? try TLSFront(to: telegram.port) : nil
        defer { front?.stop() }
        let url = front?.url ?? telegram.url
        let alone = try HubProcess()
        usleep(1_000_000)
        let (bareMemory, bareThreads) = (alone.residentMemory, alone.threads)
        alone.stop()
        let tokens = (1...Self.count).map { BareBotAPI.token(ofBot: 500_000 + $0) }
        let begin = ContinuousClock.now
        var environment = [
            "ORCHESTRATIA_BOT_TOKENS": tokens.joined(separator: ","), "ORCHESTRATIA_TELEGRAM_API_URL": url,
            "ORCHESTRATIA_TELEGRAM_FILE_URL": url + "/file", "ORCHESTRATIA_TELEGRAM_LIMITS": "none",
        ]
        environment["SSL_CERT_FILE"] = front?.trusted
        let hub = try HubProcess(environment: environment)
        defer { hub.stop() }
        while telegram.firstPolls.count < Self.count {
            guard ContinuousClock.now - begin < .seconds(120) else {
                throw HubProcess.Failed(description: "\(telegram.firstPolls.count) of \(Self.count) bots poll after 120 s")
            }
            usleep(50_000)
        }
        let times = telegram.firstPolls.map { milliseconds($0 - begin) / 1000 }.sorted()
        var most = 0
        for (index, time) in times.enumerated() { most = max(most, times[index...].prefix { $0 < time + 0.1 }.count) }
        let processor = hub.processorTime
        usleep(20_000_000)
        say(
            "\(Self.count) bots polling over \(overTLS ? "TLS" : "plain HTTP"): ready after \(rounded(milliseconds(hub.startTime), digits: 0)) ms, first polls from \(rounded(times.first ?? .nan)) to \(rounded(times.last ?? .nan)) s after the start, at most \(most) of them within 0.1 s, \(rounded(processor)) s of processor time until then; hub has \(hub.threads) threads (\(bareThreads) without bots) and \(rounded(hub.residentMemory, digits: 1)) MiB (\(rounded(bareMemory, digits: 1)) without), \(rounded((hub.residentMemory - bareMemory) * 1024 / Double(Self.count), digits: 1)) KiB a bot; \(rounded((hub.processorTime - processor) / 20, digits: 3)) cores in the 20 s after; load \(Machine.load)"
        )
    }
}
