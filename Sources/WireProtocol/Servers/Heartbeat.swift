import HubCore

/// The body of `POST /api/v1/servers/heartbeat` (agent protocol, sections 3.2 and 12).
package struct Heartbeat: Sendable {
    /// `nil` if the agent only says that it lives.
    package var systemInfo: JSONValue?
    package var report: CapabilityReport
    package var load: Load? { systemInfo.flatMap(Load.init(systemInfo:)) }

    package init(json: JSONValue) throws(WireFault) {
        let fields = try Fields(json)
        systemInfo = fields.value("system_info")
        try SystemInfo.check(systemInfo)
        report = try CapabilityReport(body: fields, systemInfo: try fields.object("system_info"))
    }
}

/// `system_info` (section 1.5).
package enum SystemInfo {
    /// In bytes of JSON.
    static let limit = 65_536

    /// What changes from one heartbeat to the next, and is not worth storing each time: the newest is kept in memory, see `Load`.
    private static let gauges: Set<String> = [
        "cpu_percent", "memory_used_gb", "memory_percent", "disk_used_gb", "disk_percent",
    ]

    static func check(_ info: JSONValue?) throws(WireFault) {
        guard let info else { return }
        guard info.bytes.count <= limit else { throw WireFault("system_info is larger than \(limit) bytes") }
    }

    /// The facts with `repos`, unless they hold that themselves: installed clients say it only when they register.
    package static func with(_ repositories: JSONValue?, in info: JSONValue) -> JSONValue {
        guard let repositories, let members = info.members, info["repos"] == nil else { return info }
        return .object(members + [.init("repos", repositories)])
    }

    /// Whether two reports say the same about the machine, gauges apart.
    package static func isSame(_ a: JSONValue, _ b: JSONValue) -> Bool { steady(a) == steady(b) }

    private static func steady(_ info: JSONValue) -> [String: JSONValue] {
        Dictionary((info.members ?? []).filter { !gauges.contains($0.name) }.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
    }
}

extension Load {
    /// `nil` if nothing of it was said, or nothing that can be a share of the whole.
    package init?(systemInfo: JSONValue) {
        func share(_ name: String) -> Int? {
            guard let value = systemInfo[name]?.double, (0...100).contains(value) else { return nil }
            return Int(value.rounded())
        }
        self.init(processors: share("cpu_percent"), memory: share("memory_percent"), disk: share("disk_percent"))
        if self == Load() { return nil }
    }
}
