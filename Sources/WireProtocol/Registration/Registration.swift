import HubCore

/// The body of `POST /api/v1/servers/register` (agent protocol, section 1.2). Only `name` and `registration_token` must be there, so
/// that an agent can be written by hand.
package struct Registration: Sendable {
    /// The whole token, prefix included.
    package var token: String
    package var name: String
    package var hostname: String
    package var os: String
    /// May be empty: then the machine is always a new one.
    package var machineID: String
    package var macAddress: String
    package var systemInfo: JSONValue
    package var report: CapabilityReport

    package init(json: JSONValue) throws(WireFault) {
        let fields = try Fields(json)
        token = try fields.requiredString("registration_token")
        name = try fields.requiredString("name").trimmed
        hostname = try Self.short(fields, "hostname")
        os = try Self.short(fields, "os")
        machineID = try Self.short(fields, "machine_id")
        macAddress = try Self.short(fields, "mac_address")
        // The address is taken from the socket; a wrong type is still the client's fault.
        _ = try Self.short(fields, "ip")
        systemInfo = fields.value("system_info") ?? .object([])
        try SystemInfo.check(systemInfo)
        // Installed clients say it beside the other facts, once.
        if let repositories = fields.value("repos") { systemInfo = SystemInfo.with(repositories, in: systemInfo) }
        try SystemInfo.check(systemInfo)
        report = try CapabilityReport(body: fields, systemInfo: try fields.object("system_info"))
    }

    private static func short(_ fields: Fields, _ name: String) throws(WireFault) -> String {
        let text = try fields.string(name) ?? ""
        guard text.utf8.count <= 1024 else { throw WireFault("\(name) is longer than 1024 bytes") }
        guard !text.utf8.contains(0) else { throw WireFault("\(name) contains a NUL character") }
        return text
    }
}
