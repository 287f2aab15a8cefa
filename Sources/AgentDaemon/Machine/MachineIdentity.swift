import Foundation

/// By what a hub knows a machine again (agent protocol, section 1.2).
package struct MachineIdentity: Sendable {
    package var hostname: String
    /// Empty where the machine has none: then it is always a new one.
    package var id: String
    package var macAddress: String

    package init(hostname: String, id: String, macAddress: String) {
        (self.hostname, self.id, self.macAddress) = (hostname, id, macAddress)
    }

    package static var current: MachineIdentity {
        MachineIdentity(
            hostname: ProcessInfo.processInfo.hostName, id: line("/etc/machine-id") ?? line("/var/lib/dbus/machine-id") ?? "",
            macAddress: macAddress)
    }

    private static var macAddress: String {
        let root = "/sys/class/net"
        for name in ((try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []).sorted() where name != "lo" {
            if let address = line("\(root)/\(name)/address"), address.count == 17, address != "00:00:00:00:00:00" { return address }
        }
        return "00:00:00:00:00:00"
    }

    private static func line(_ path: String) -> String? {
        guard let bytes = ProcFile.read(path, atMost: 4096) else { return nil }
        let text = String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        return text.isEmpty ? nil : text
    }
}
