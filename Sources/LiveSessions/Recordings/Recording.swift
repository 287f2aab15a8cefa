import HubCore
import HubService
import Terminal

/// The recording of one session that runs: what people may see of its output, with the time of each piece.
///
/// One that an earlier run of the hub began goes on where it ends.
struct Recording {
    private let session: Session
    private let folder: RecordingFolder
    private let clock: any HubClock
    private(set) var file: RecordingFile
    private var writer: Asciicast.Writer
    private var size: TerminalSize
    /// How far it goes in the terminal's count.
    private var until: Int64?
    /// The disk could not keep up; the next piece is marked.
    private var hasHole = false
    /// There is a part of before, and nobody knows yet whether what comes follows it.
    private var isUncertain = false

    /// On the folder's queue.
    init(of session: Session, in folder: RecordingFolder, clock: any HubClock) {
        (self.session, self.folder, self.clock, size) = (session, folder, clock, session.size)
        let before = folder.resume(session.id)
        file = before?.file ?? folder.begin(session.id)
        writer = Asciicast.Writer(maximumBytes: folder.policy.maximumSession / 2, count: before?.file.size ?? 0)
        isUncertain = before != nil || folder.hasOthers(than: file, of: session.id)
        until = isUncertain ? before?.place.offset : 0
        if before == nil { begin() } else { put(writer.resize(to: size, at: time)) }
    }

    private var time: Duration { max(.zero, clock.now().since(session.createdAt)) }

    private mutating func begin() {
        put(writer.begin(.init(size: size, startedAt: session.createdAt, title: session.name)))
    }

    /// - Returns: the offset that the next bytes must have to follow what is recorded; `nil` if nobody knows.
    mutating func goOn() -> Int64? {
        if until != nil { isUncertain = false }
        return until
    }

    /// - Parameters:
    ///   - until: how far it goes then, where the terminal's output is numbered.
    ///   - paint: the screen as it is behind `bytes`, for the beginning of a further file.
    mutating func write(_ bytes: [UInt8], until: Int64?, paint: () -> [UInt8]) {
        markUncertainty()
        if hasHole {
            hasHole = false
            put(writer.mark("the disk was too slow: output is missing", at: time))
        }
        let lines = writer.output(bytes, at: time)
        self.until = until.map { $0 - Int64(writer.heldBackCount) }
        put(lines)
        guard writer.isFull || file.size >= folder.policy.maximumSession / 2 else { return }
        file = folder.begin(session.id)
        writer = Asciicast.Writer(maximumBytes: folder.policy.maximumSession / 2)
        self.until = until
        begin()
        put(writer.output(paint(), at: time))
    }

    /// - Parameter until: how far it goes behind what the mark stands for.
    mutating func mark(_ label: String, until: Int64?) {
        self.until = until
        if isUncertain { return markUncertainty() }
        put(writer.mark(label, at: time))
    }

    private mutating func markUncertainty() {
        guard isUncertain else { return }
        isUncertain = false
        put(
            writer.mark(
                "the hub was started again: what follows may repeat what stands above, or something may be missing", at: time))
    }

    mutating func resize(_ size: TerminalSize) {
        self.size = size
        put(writer.resize(to: size, at: time))
    }

    mutating func close() { put(writer.finish(at: time)) }

    /// Returns when all of it is in the file.
    func stored() async { await folder.flush() }

    private mutating func put(_ bytes: [UInt8]) {
        if !file.append(bytes, place: RecordedPlace(offset: until).line(at: time)) { hasHole = true }
    }
}
