import Cryptography
import HubCore

/// As much of a permission log as one report to the hub holds: whole lines.
struct PermissionPiece: Sendable {
    /// Bytes of lines; the hub takes bodies of 2 MiB.
    private static let maximumBytes = 512 << 10
    /// A line that is longer would never be taken.
    private static let maximumLine = 1 << 20

    /// What is no object is left out.
    let entries: [JSONValue]
    /// The lines behind it.
    let rest: [UInt8]
    /// The same for the same lines.
    let fingerprint: String

    init(of bytes: [UInt8]) {
        var (entries, end, count) = ([JSONValue](), 0, 0)
        while end < bytes.count {
            let next = bytes[end...].firstIndex(of: 0x0A).map { $0 + 1 } ?? bytes.count
            if count > 0, next > Self.maximumBytes || count == PermissionEntry.maximumReport { break }
            let line = bytes[end..<next]
            if line.count <= Self.maximumLine, let entry = try? JSONValue(parsing: Array(line)), entry.members != nil {
                entries.append(entry)
            }
            (end, count) = (next, count + 1)
        }
        self.entries = entries
        rest = Array(bytes[end...])
        fingerprint = Hex.encode(SHA256.digest(of: Array(bytes[..<end])))
    }
}
