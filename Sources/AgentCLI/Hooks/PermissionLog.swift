import Foundation
import HubCore
import WireProtocol

/// What the hook decided, for the daemon to hand on (agent protocol, sections 3.10 and 8.7).
struct PermissionLog {
    /// Longer inputs, such as whole files that are written, are cut in the log.
    static let maximumText = 2000
    /// Where no daemon empties the file, it stops growing here.
    static let maximumBytes: off_t = 8 << 20

    private let path: String

    init(_ surroundings: Surroundings) { path = surroundings.temporaryFolder + "/" + AgentFiles.permissionLog }

    /// A line is written in one call, so that lines of several agents do not mix. A log that cannot be written holds nobody up, and
    /// nothing is written to a file that another user of the machine has put there.
    func append(_ entry: JSONValue) {
        let file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0o600)
        guard file >= 0 else { return }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_uid == geteuid(), status.st_mode & S_IFMT == S_IFREG,
            status.st_size < Self.maximumBytes
        else { return }
        let line = Self.cut(entry).bytes + [UInt8(ascii: "\n")]
        _ = line.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
    }

    private static func cut(_ value: JSONValue) -> JSONValue {
        switch value {
        case .string(let text) where text.utf8.count > maximumText: .string(String(text.prefix(maximumText / 4)) + "…")
        case .array(let items): .array(items.prefix(100).map(cut))
        case .object(let members): .object(members.prefix(100).map { .init($0.name, cut($0.value)) })
        case .null, .bool, .number, .string: value
        }
    }

    /// `2026-01-31T12:00:00+00:00`
    static func time(_ time: Timestamp) -> String { time.description.prefix(19) + "+00:00" }
}
