import Foundation

/// Measures the built hub from outside: durable task lifecycles over REST, update to reply through Telegram, terminals (relayed, typed into, drawn, tailed),
/// many agents and many bots, cold start and idle memory.
/// `make bench` builds both programs for release and runs this, or those that are named; `docs/benchmarks.md` keeps the figures.
@main
struct Benchmark {
    static func main() async {
        let wanted = Set(CommandLine.arguments.dropFirst())
        let all: [(name: String, run: () async throws -> Void)] = [
            ("start", { try await StartBenchmark().run() }),
            ("rest", { try await LifecycleBenchmark().run() }),
            ("cascade", { try await CascadeBenchmark().run() }),
            ("chat", { try await ChatBenchmark().run() }),
            ("relay", { try await RelayBenchmark().run() }),
            ("echo", { try await EchoBenchmark().run() }),
            ("screens", { try await ScreensBenchmark().run() }),
            ("tail", { try await TailBenchmark().run() }),
            ("connections", { try await ConnectionsBenchmark().run() }),
            ("bots", { try await BotsBenchmark().run() }),
        ]
        guard wanted.isSubset(of: Set(all.map(\.name))) else {
            print("usage: orchestratia-bench [\(all.map(\.name).joined(separator: " | "))]…")
            exit(2)
        }
        say(Machine.description)
        do {
            for benchmark in all where wanted.isEmpty || wanted.contains(benchmark.name) { try await benchmark.run() }
        } catch {
            print("failed: \(error)")
            exit(1)
        }
    }
}

enum Machine {
    static var description: String {
        let cpu =
            contents("/proc/cpuinfo").split(separator: "\n").first { $0.hasPrefix("model name") }?
            .split(separator: ":").last?.trimmingCharacters(in: .whitespaces) ?? "unknown processor"
        let memory = contents("/proc/meminfo").split(separator: "\n").first.map { $0.split(separator: " ") } ?? []
        let gibibytes = memory.count > 1 ? (Int(memory[1]) ?? 0) / 1_048_576 : 0
        return "machine: \(ProcessInfo.processInfo.processorCount) cores of \(cpu), \(gibibytes) GiB; load at start \(load)"
    }

    /// Of the last minute.
    static var load: String { contents("/proc/loadavg").split(separator: " ").first.map { String($0) } ?? "?" }

    /// Raises the limit of this process and of those that it starts.
    static func allowDescriptors(_ count: Int) throws {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        if limit.rlim_cur >= rlim_t(count) { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        guard limit.rlim_cur >= rlim_t(count) else {
            throw HubProcess.Failed(description: "no more than \(limit.rlim_max) descriptors (ulimit -Hn), \(count) are needed")
        }
    }

    static func contents(_ path: String) -> String { (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }
}

/// Times in milliseconds.
struct Distribution {
    private let sorted: [Double]

    init(_ samples: [Double]) {
        sorted = samples.sorted()
    }

    func percentile(_ percent: Double) -> Double {
        guard !sorted.isEmpty else { return .nan }
        let rank = Int((percent / 100 * Double(sorted.count)).rounded(.up))
        return sorted[min(max(rank, 1), sorted.count) - 1]
    }

    var summary: String {
        "p50 \(rounded(percentile(50))) ms, p99 \(rounded(percentile(99))) ms, max \(rounded(sorted.last ?? .nan)) ms (\(sorted.count) samples)"
    }
}

/// Prints at once, also where the output is a file.
func say(_ line: String) {
    print(line)
    fflush(nil)
}

func rounded(_ value: Double, digits: Int = 2) -> String { String(format: "%.\(digits)f", value) }

func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    return sorted.isEmpty ? .nan : sorted[sorted.count / 2]
}

func milliseconds(_ duration: Duration) -> Double {
    Double(duration.components.seconds) * 1000 + Double(duration.components.attoseconds) / 1e15
}
