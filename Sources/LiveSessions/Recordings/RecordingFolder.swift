import Foundation
import HubCore
import Terminal

/// The recordings of all sessions, `SESSION.N.cast` with a number that grows: each file holds at most half of what a session may take,
/// and the newest two are kept. All times in them count from the session's beginning.
final class RecordingFolder: Sendable {
    let path: String
    let policy: RecordingPolicy
    /// Everything that touches the disk runs here, one after the other.
    private let queue = DispatchQueue(label: "recordings")
    private let open = Locked([Weak]())

    init(path: String, policy: RecordingPolicy) throws {
        (self.path, self.policy) = (path, policy)
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    /// Whether there is more of the session's recording than this file.
    func hasOthers(than file: RecordingFile, of session: Session.ID) -> Bool {
        numbers(of: session).contains { self.file(session, $0) != file.path }
    }

    /// The newest file that an earlier run of the hub left, to go on with: cut behind the last place, so that it holds exactly what
    /// comes before that.
    ///
    /// - Returns: `nil` if there is none that says how far it goes.
    func resume(_ session: Session.ID) -> (file: RecordingFile, place: RecordedPlace)? {
        for number in numbers(of: session).reversed() {
            let path = file(session, number)
            // Of a session that was given up and came back.
            if let writing = open.withLock({ $0.compactMap(\.file).last { $0.path == path } }) { queue.sync { writing.flush() } }
            guard let (place, end) = Self.lastPlace(in: path) else {
                let bytes = FileManager.default.contents(atPath: path) ?? Data()
                // Of a hub that ended before it recorded anything there, nothing is worth keeping.
                guard bytes.count(where: { $0 == 0x0A }) <= 1 else { return nil }
                unlink(path)
                continue
            }
            truncate(path, off_t(end))
            let resumed = RecordingFile(path: path, size: end, queue: queue)
            open.withLock { $0.append(Weak(file: resumed)) }
            return (resumed, place)
        }
        return nil
    }

    /// It stands at the end, unless the hub or its machine ended in the middle of a write.
    private static func lastPlace(in path: String) -> (place: RecordedPlace, end: Int)? {
        guard let file = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? file.close() }
        for length in [UInt64(64 << 10), .max] {
            guard let size = try? file.seekToEnd() else { return nil }
            let begin = size > length ? size - length : 0
            guard (try? file.seek(toOffset: begin)) != nil, let data = try? file.readToEnd() else { return nil }
            if let (place, end) = RecordedPlace.last(in: Array(data), isPart: begin > 0) { return (place, Int(begin) + end) }
            if begin == 0 { return nil }
        }
        return nil
    }

    /// A new file behind those of the session that exist.
    func begin(_ session: Session.ID) -> RecordingFile {
        let number = (numbers(of: session).last ?? 0) + 1
        // Held by name at once, so that the next has another number.
        _ = FileManager.default.createFile(atPath: file(session, number), contents: nil, attributes: [.posixPermissions: 0o600])
        queue.async { [self] in
            for old in numbers(of: session).dropLast(2) { try? FileManager.default.removeItem(atPath: file(session, old)) }
        }
        let begun = RecordingFile(path: file(session, number), queue: queue)
        open.withLock { $0.append(Weak(file: begun)) }
        return begun
    }

    /// All that is kept of a session's recording, as one.
    func recording(of session: Session.ID) async -> [UInt8]? {
        await onQueue { [self] in
            var whole: [UInt8] = []
            for number in numbers(of: session) {
                guard let data = FileManager.default.contents(atPath: file(session, number)), !data.isEmpty else { continue }
                let bytes = Array(data)
                guard let first = bytes.firstIndex(of: 0x0A), let last = bytes.lastIndex(of: 0x0A) else { continue }
                // One header for all, and no line without an end.
                whole += RecordedPlace.removed(from: whole.isEmpty ? bytes[...last] : bytes[(first + 1)..<max(first + 1, last + 1)])
            }
            return whole.isEmpty ? nil : whole
        }
    }

    /// Waits until what was recorded so far is in the files.
    func flush() async {
        let files = open.withLock { open in
            open = open.filter { $0.file != nil }
            return open.compactMap(\.file)
        }
        await onQueue { for file in files { file.flush() } }
    }

    private struct Weak: Sendable {
        weak var file: RecordingFile?
    }

    /// Removes what is too old, and the oldest if all is too much.
    func clean(now: Timestamp) async {
        await onQueue { [self] in
            var files = contents()
            let oldest = now - policy.maximumAge
            var total = files.reduce(0) { $0 + $1.size }
            files.sort { $0.changed < $1.changed }
            for file in files where file.changed < oldest || total > policy.maximumTotal {
                try? FileManager.default.removeItem(atPath: file.path)
                total -= file.size
            }
        }
    }

    /// Runs `work` on the queue of the disk.
    func onQueue<Result: Sendable>(_ work: @escaping @Sendable () -> Result) async -> Result {
        await withCheckedContinuation { continuation in queue.async { continuation.resume(returning: work()) } }
    }

    private func contents() -> [(path: String, size: Int, changed: Timestamp)] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return names.filter { $0.hasSuffix(".cast") }.compactMap { name in
            let path = path + "/" + name
            guard let attributes = try? FileManager.default.attributesOfItem(atPath: path),
                let size = attributes[.size] as? Int, let date = attributes[.modificationDate] as? Date
            else { return nil }
            return (path, size, Timestamp(date))
        }
    }

    private func file(_ session: Session.ID, _ number: Int) -> String { "\(path)/\(session).\(number).cast" }

    private func numbers(of session: Session.ID) -> [Int] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return names.compactMap { name in
            let parts = name.split(separator: ".")
            guard parts.count == 3, parts[0] == session.text, parts[2] == "cast" else { return nil }
            return Int(parts[1])
        }.sorted()
    }
}
