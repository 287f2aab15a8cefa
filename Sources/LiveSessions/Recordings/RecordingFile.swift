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
        var isScheduled = false
    }

    let path: String
    private let queue: DispatchQueue
    private let state = Locked(State())

    init(path: String, queue: DispatchQueue) {
        (self.path, self.queue) = (path, queue)
    }

    /// - Returns: `false` if the disk cannot keep up: nothing of `bytes` will be written.
    func append(_ bytes: [UInt8]) -> Bool {
        guard !bytes.isEmpty else { return true }
        let (isTaken, mustSchedule) = state.withLock { state in
            guard state.waiting.count + bytes.count <= Self.limit else { return (false, false) }
            state.waiting += bytes
            defer { state.isScheduled = true }
            return (true, !state.isScheduled)
        }
        if mustSchedule { queue.asyncAfter(deadline: .now() + Self.gatheringTime) { self.flush() } }
        return isTaken
    }

    /// On the queue.
    func flush() {
        let bytes = state.withLock { state in
            defer { (state.waiting, state.isScheduled) = ([], false) }
            return state.waiting
        }
        guard !bytes.isEmpty else { return }
        let file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { return }
        defer { close(file) }
        bytes.withUnsafeBytes { buffer in
            var written = 0
            while written < buffer.count {
                let count = write(file, buffer.baseAddress?.advanced(by: written), buffer.count - written)
                if count < 0 && errno == EINTR { continue }
                // A full disk costs the recording, not the session.
                guard count > 0 else { return }
                written += count
            }
        }
    }
}
