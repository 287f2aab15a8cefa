import Foundation

/// A process as `/proc/PID/stat` shows it (proc(5)).
package struct ProcessEntry: Hashable, Sendable {
    package let pid: Int32
    package let parent: Int32
    package let session: Int32
    /// Since boot, in clock ticks; with the number it names a process for good.
    package let startTime: UInt64
    package let isZombie: Bool

    package init(pid: Int32, parent: Int32, session: Int32, startTime: UInt64, isZombie: Bool = false) {
        (self.pid, self.parent, self.session, self.startTime, self.isZombie) = (pid, parent, session, startTime, isZombie)
    }

    /// Reads a line of `/proc/PID/stat`. The command's name stands in parentheses and may hold any characters.
    package init?(stat: String) {
        guard let open = stat.firstIndex(of: "("), let close = stat.lastIndex(of: ")"), open < close,
            let pid = Int32(stat[..<open].trimmingCharacters(in: .whitespaces))
        else { return nil }
        let fields = stat[stat.index(after: close)...].split(whereSeparator: \.isWhitespace)
        guard fields.count > 19, let parent = Int32(fields[1]), let session = Int32(fields[3]), let start = UInt64(fields[19])
        else { return nil }
        self.init(pid: pid, parent: parent, session: session, startTime: start, isZombie: fields[0] == "Z" || fields[0] == "X")
    }
}

/// All processes that this one can see, at one time.
package struct ProcessTable: Sendable {
    package let entries: [ProcessEntry]

    package init(_ entries: [ProcessEntry]) { self.entries = entries }

    /// Reads `/proc`; blocks for some milliseconds.
    static func read() -> ProcessTable {
        // Without /proc there is nothing to see.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return ProcessTable(names.compactMap { name in Int32(name).flatMap(entry(of:)) })
    }

    static func entry(of pid: Int32) -> ProcessEntry? {
        ProcFile.read("/proc/\(pid)/stat", atMost: 4096).flatMap { ProcessEntry(stat: String(decoding: $0, as: UTF8.self)) }
    }

    /// Whether the environment that a process was started with holds `variable` (`NAME=value`). Only our own user's can be read.
    static func environment(of pid: Int32, holds variable: String) -> Bool {
        guard let bytes = ProcFile.read("/proc/\(pid)/environ", atMost: 256 << 10) else { return false }
        return bytes.split(separator: 0).contains { $0.elementsEqual(variable.utf8) }
    }
}

enum ProcFile {
    /// Up to `limit` bytes of a file below `/proc`, whose size is not known before it is read.
    static func read(_ path: String, atMost limit: Int) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 8192)
        while bytes.count < limit {
            let count = Foundation.read(descriptor, &chunk, min(chunk.count, limit - bytes.count))
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { return nil }
            if count == 0 { break }
            bytes += chunk[..<count]
        }
        return bytes
    }
}
