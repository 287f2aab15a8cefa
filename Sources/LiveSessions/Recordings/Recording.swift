import HubCore
import HubService
import Terminal

/// The recording of one session that runs: what people may see of its output, with the time of each piece.
struct Recording {
    private let session: Session
    private let folder: RecordingFolder
    private let clock: any HubClock
    private(set) var file: RecordingFile
    private var writer: Asciicast.Writer
    private var size: TerminalSize
    /// The disk could not keep up; the next piece is marked.
    private var hasHole = false

    init(of session: Session, in folder: RecordingFolder, clock: any HubClock) {
        (self.session, self.folder, self.clock, size) = (session, folder, clock, session.size)
        let hasBefore = folder.hasRecording(of: session.id)
        file = folder.begin(session.id)
        writer = Asciicast.Writer(maximumBytes: folder.policy.maximumSession / 2)
        begin()
        // Its daemon sends again what it still has: nobody knows how much of that was recorded before the end.
        if hasBefore { mark("the hub was started again: what follows may repeat what stands above, or something may be missing") }
    }

    private var time: Duration { max(.zero, clock.now().since(session.createdAt)) }

    private mutating func begin() {
        put(writer.begin(.init(size: size, startedAt: session.createdAt, title: session.name)))
    }

    /// - Parameter paint: the screen as it is behind `bytes`, for the beginning of a further file.
    mutating func write(_ bytes: [UInt8], paint: () -> [UInt8]) {
        if hasHole {
            hasHole = false
            put(writer.mark("the disk was too slow: output is missing", at: time))
        }
        put(writer.output(bytes, at: time))
        guard writer.isFull else { return }
        file = folder.begin(session.id)
        writer = Asciicast.Writer(maximumBytes: folder.policy.maximumSession / 2)
        begin()
        put(writer.output(paint(), at: time))
    }

    mutating func mark(_ label: String) { put(writer.mark(label, at: time)) }

    mutating func resize(_ size: TerminalSize) {
        self.size = size
        put(writer.resize(to: size, at: time))
    }

    mutating func close() { put(writer.finish(at: time)) }

    private mutating func put(_ bytes: [UInt8]) {
        if !file.append(bytes) { hasHole = true }
    }
}
