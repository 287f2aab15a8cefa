import Foundation
import HubCore

/// The machine's load and size, as `system_info` says them (agent protocol, section 1.5).
struct SystemGauges: Sendable {
    /// Busy and all ticks of the processors since boot.
    struct Ticks: Hashable, Sendable {
        var busy: UInt64
        var all: UInt64

        init?(stat: String) {
            let fields = stat.split(separator: "\n").first?.split(separator: " ").dropFirst().compactMap { UInt64($0) } ?? []
            guard fields.count >= 5 else { return nil }
            all = fields.prefix(8).reduce(0, &+)
            busy = all &- fields[3] &- fields[4]
        }

        /// In percent, one decimal.
        func load(since earlier: Ticks) -> Double {
            guard all > earlier.all, busy >= earlier.busy else { return 0 }
            return (Double(busy - earlier.busy) / Double(all - earlier.all) * 1000).rounded() / 10
        }
    }

    /// In KiB.
    struct Memory: Hashable, Sendable {
        var total: Int
        var available: Int

        init?(meminfo: String) {
            var values: [Substring: Int] = [:]
            for line in meminfo.split(separator: "\n") {
                let parts = line.split(whereSeparator: { $0 == ":" || $0 == " " })
                if parts.count >= 2, let value = Int(parts[1]) { values[parts[0]] = value }
            }
            guard let total = values["MemTotal"], let available = values["MemAvailable"] else { return nil }
            (self.total, self.available) = (total, available)
        }

        static var current: Memory? { text("/proc/meminfo").flatMap(Memory.init(meminfo:)) }
    }

    static func text(_ path: String) -> String? {
        ProcFile.read(path, atMost: 1 << 20).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Half a second of looking, for the processors' load.
    static func systemInfo(username: String) async -> JSONValue {
        let before = text("/proc/stat").flatMap(Ticks.init(stat:))
        // A cancelled sample is a short one.
        try? await Task.sleep(for: .milliseconds(500))
        let after = text("/proc/stat").flatMap(Ticks.init(stat:))
        var load = 0.0
        if let before, let after { load = after.load(since: before) }
        let memory = Memory.current
        let (total, used) = (Double(memory?.total ?? 0), Double((memory?.total ?? 0) - (memory?.available ?? 0)))
        var disk = statvfs()
        let hasDisk = statvfs("/", &disk) == 0
        let diskTotal = hasDisk ? Double(disk.f_blocks) * Double(disk.f_frsize) : 0
        let diskUsed = hasDisk ? diskTotal - Double(disk.f_bfree) * Double(disk.f_frsize) : 0
        let release = text("/proc/sys/kernel/osrelease")?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
        let boot = text("/proc/stat")?.split(separator: "\n").first { $0.hasPrefix("btime ") }?.split(separator: " ").last.flatMap {
            Int($0)
        }
        return [
            "cpu_count": JSONValue(ProcessInfo.processInfo.activeProcessorCount), "cpu_percent": decimal(load),
            "memory_total_gb": decimal(total / 1_048_576), "memory_used_gb": decimal(used / 1_048_576),
            "memory_percent": decimal(total > 0 ? used / total * 100 : 0), "disk_total_gb": decimal(diskTotal / 1_073_741_824),
            "disk_used_gb": decimal(diskUsed / 1_073_741_824), "disk_percent": decimal(diskTotal > 0 ? diskUsed / diskTotal * 100 : 0),
            "platform": "Linux", "platform_release": .string(release), "python_version": "",
            // Misnamed by the protocol: it is the time of the boot.
            "uptime_seconds": JSONValue(boot ?? 0), "os_username": .string(username), "agent_version": .string(AgentDaemon.version),
        ]
    }

    private static func decimal(_ value: Double) -> JSONValue { .number(String((value * 10).rounded() / 10)) }
}
