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
    private let open = Locked([String: Weak]())
    /// Of each session the numbers of its files, ascending: the folder is read once.
    private let index: Locked<[String: [Int]]>

    init(path: String, policy: RecordingPolicy) throws {
        (self.path, self.policy) = (path, policy)
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        var index: [String: [Int]] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: path) {
            if let (session, number) = Self.parts(of: name) { index[session, default: []].append(number) }
        }
        self.index = Locked(index.mapValues { $0.sorted() })
    }

    /// Whether there is more of the session's recording than this file.
    func hasOthers(than file: RecordingFile, of session: Session.ID) -> Bool {
        numbers(of: session).contains { self.file(session, $0) != file.path }
    }

    /// The newest file that an earlier run of the hub left, to go on with: cut behind the last place, so that it holds exactly what
    /// comes before that. On the queue.
    ///
    /// - Returns: `nil` if there is none that says how far it goes.
    func resume(_ session: Session.ID) -> (file: RecordingFile, place: RecordedPlace)? {
        for number in numbers(of: session).reversed() {
            let path = file(session, number)
            // Of a session that was given up and came back.
            if let writing = open.withLock({ $0[path]?.file }) { writing.flush() }
            guard let (place, end) = Self.lastPlace(in: path) else {
                let bytes = FileManager.default.contents(atPath: path) ?? Data()
                // Of a hub that ended before it recorded anything there, nothing is worth keeping.
                guard bytes.count(where: { $0 == 0x0A }) <= 1 else { return nil }
                remove(session.text, number)
                continue
            }
            truncate(path, off_t(end))
            let resumed = RecordingFile(path: path, size: end, queue: queue)
            open.withLock { $0[path] = Weak(file: resumed) }
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
        let number = index.withLock { index in
            let number = (index[session.text]?.last ?? 0) + 1
            index[session.text, default: []].append(number)
            return number
        }
        // Before anything is written to it.
        queue.async { [self] in
            _ = FileManager.default.createFile(atPath: file(session, number), contents: nil, attributes: [.posixPermissions: 0o600])
            for old in numbers(of: session).dropLast(2) { remove(session.text, old) }
        }
        let begun = RecordingFile(path: file(session, number), queue: queue)
        open.withLock { $0[begun.path] = Weak(file: begun) }
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
            open = open.filter { $0.value.file != nil }
            return open.values.compactMap(\.file)
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
                remove(file.session, file.number)
                total -= file.size
            }
        }
    }

    /// Runs `work` on the queue of the disk.
    func onQueue<Result: Sendable>(_ work: @escaping @Sendable () -> Result) async -> Result {
        await withCheckedContinuation { continuation in queue.async { continuation.resume(returning: work()) } }
    }

    private func contents() -> [(session: String, number: Int, size: Int, changed: Timestamp)] {
        index.withLock { $0 }.flatMap { session, numbers in
            numbers.compactMap { number in
                guard let attributes = try? FileManager.default.attributesOfItem(atPath: file(session, number)),
                    let size = attributes[.size] as? Int, let date = attributes[.modificationDate] as? Date
                else { return nil }
                return (session, number, size, Timestamp(date))
            }
        }
    }

    /// On the queue.
    private func remove(_ session: String, _ number: Int) {
        unlink(file(session, number))
        index.withLock { index in
            index[session]?.removeAll { $0 == number }
            if index[session]?.isEmpty == true { index[session] = nil }
        }
    }

    private func file(_ session: Session.ID, _ number: Int) -> String { file(session.text, number) }
    private func file(_ session: String, _ number: Int) -> String { "\(path)/\(session).\(number).cast" }

    private func numbers(of session: Session.ID) -> [Int] { index.withLock { $0[session.text] ?? [] } }

    /// What the name of a recording's file says; `nil` for another file.
    private static func parts(of name: String) -> (session: String, number: Int)? {
        let parts = name.split(separator: ".")
        guard parts.count == 3, let session = Session.ID(String(parts[0])), parts[2] == "cast", let number = Int(parts[1]),
            (1...1_000_000_000).contains(number)
        else { return nil }
        return (session.text, number)
    }
}
