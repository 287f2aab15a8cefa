import Foundation

/// Cold start on an existing database without bots, and memory at rest.
struct StartBenchmark {
    func run() async throws {
        let first = try HubProcess()
        let folder = first.folder
        first.stop(keepingFolder: true)
        var times: [Double] = []
        var memory: [Double] = []
        for _ in 0..<10 {
            let hub = try HubProcess(folder: folder)
            times.append(milliseconds(hub.startTime))
            try await Task.sleep(for: .milliseconds(500))
            memory.append(hub.residentMemory)
            hub.stop(keepingFolder: true)
        }
        try? FileManager.default.removeItem(atPath: folder)
        say("cold start, process begun to serving: median \(rounded(median(times), digits: 0)) ms of \(times.count)")
        say("idle memory: median \(rounded(median(memory), digits: 1)) MiB resident")
    }
}
