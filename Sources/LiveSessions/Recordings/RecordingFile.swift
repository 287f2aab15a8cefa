import Foundation
import HubCore

/// A file that grows. What is to be written is gathered and goes to the disk on the folder's own queue, so that nobody waits for it.
final class RecordingFile: Sendable {
    /// Most bytes that wait for the disk.
    private static let limit = 4 << 20
    /// How long writes are gathered.
    private static let gatheringTime = DispatchTimeInterval.milliseconds(200)

    private struct State {
        var waiting: [UInt8] = []
        /// Stands behind all that waits.
        var place: [UInt8] = []
        var isScheduled = false
        var size: Int
    }

    let path: String
    private let queue: DispatchQueue
    private let state: Locked<State>

    /// - Parameter size: of what is in it.
    init(path: String, size: Int = 0, queue: DispatchQueue) {
        (self.path, self.queue) = (path, queue)
        state = Locked(State(size: size))
    }

    /// In bytes, with what waits.
    var size: Int { state.withLock { $0.size + $0.waiting.count } }

    /// - Parameter place: the line that says how far the recording goes behind `bytes`; of those that wait only the last is written.
    /// - Returns: `false` if the disk cannot keep up: nothing of `bytes` will be written.
    func append(_ bytes: [UInt8], place: [UInt8]) -> Bool {
        guard !bytes.isEmpty else { return true }
        let (isTaken, mustSchedule) = state.withLock { state in
            guard state.waiting.count + bytes.count <= Self.limit else { return (false, !state.isScheduled) }
            state.waiting += bytes
            state.place = place
            return (true, !state.isScheduled)
        }
        if mustSchedule {
            state.withLock { $0.isScheduled = true }
            queue.asyncAfter(deadline: .now() + Self.gatheringTime) { self.flush() }
        }
        return isTaken
    }

    /// On the queue.
    func flush() {
        let (bytes, place) = state.withLock { state in
            defer { (state.waiting, state.isScheduled) = ([], false) }
            return (state.waiting, state.place)
        }
        guard !bytes.isEmpty else { return }
        // One that was removed meanwhile, being too old, does not come back.
        let file = open(path, O_WRONLY | O_APPEND | O_CLOEXEC)
        guard file >= 0 else { return }
        defer { close(file) }
        let before = lseek(file, 0, SEEK_END)
        if Self.write(bytes + place, to: file) {
            state.withLock { $0.size += bytes.count + place.count }
        } else {
            // A full disk costs the recording, not the session: what waits longer than there is room for it is marked as missing.
            ftruncate(file, max(0, before))
            state.withLock { $0.waiting = bytes + $0.waiting }
        }
    }

    private static func write(_ bytes: [UInt8], to file: Int32) -> Bool {
        bytes.withUnsafeBytes { buffer in
            var written = 0
            while written < buffer.count {
                let count = Foundation.write(file, buffer.baseAddress?.advanced(by: written), buffer.count - written)
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { return false }
                written += count
            }
            return true
        }
    }
}
