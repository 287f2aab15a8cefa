import HubCore
import HubService
import Terminal

/// One terminal's output as people get it: masked, numbered anew, recorded, and passed on to those who follow it.
///
/// Where an operation takes a `paint`, that is the screen as it is behind the output, for whoever begins there.
struct PublicOutput {
    private static let ringCapacity = 128 << 10

    private var redactor = StreamRedactor()
    private var ring = ReplayRing(capacity: ringCapacity)
    private var recording: Recording?
    private var subscriptions: [ObjectIdentifier: ByteSubscription] = [:]
    /// Bytes that people could see so far.
    private(set) var published: Int64 = 0
    /// The offset behind the last byte that the terminal sent, where the client numbers its output.
    private var position: Int64?
    /// Output up to here was recorded by an earlier run of the hub: it makes up the screen, and comes to nobody's eyes twice.
    private var recordedUntil: Int64?

    init(recording: Recording?) {
        self.recording = recording
    }

    /// Whether the possible beginning of a secret is held back.
    var isHolding: Bool { redactor.isHolding }

    // MARK: What the terminal sends

    mutating func take(_ bytes: [UInt8], at offset: Int64?, paint: () -> [UInt8]) {
        position = offset.map { $0 + Int64(bytes.count) }
        publish(redactor.redact(unrecorded(bytes, at: offset)), paint)
    }

    /// Output is missing: so many bytes, 0 where nobody knows.
    mutating func skip(_ size: Int64, paint: () -> [UInt8]) {
        release(paint: paint)
        var missing = size
        if size > 0, let begin = position {
            let end = begin.addingSaturated(size)
            position = end
            if let recordedUntil {
                missing = end - max(begin, recordedUntil)
                if missing >= 0 { endRepetition() }
            }
        } else if recordedUntil != nil {
            endRepetition()
        }
        ring.clear()
        for subscription in subscriptions.values { subscription.skip() }
        // All that is missing on the screen may be recorded.
        guard size == 0 || missing > 0 else { return }
        recording?.mark(size == 0 ? "output is missing" : "\(missing) bytes of output are missing", until: position)
    }

    /// Lets out what is held back: no secret goes on behind it.
    mutating func release(paint: () -> [UInt8]) {
        let bytes = redactor.flush()
        if recordedUntil == nil { publish(bytes, paint) }
    }

    mutating func resize(to size: TerminalSize) {
        recording?.resize(size)
        for subscription in subscriptions.values { subscription.add(.resized(size)) }
    }

    /// The terminal's count is `offset` from here on; `nil` where it has none.
    mutating func count(from offset: Int64?) {
        position = offset
    }

    /// What of `bytes` no recording holds. The rest is read for what it tells of secrets that go on behind it.
    private mutating func unrecorded(_ bytes: [UInt8], at offset: Int64?) -> [UInt8] {
        guard let recordedUntil, let offset else { return bytes }
        let repeated = Int(min(max(0, recordedUntil - offset), Int64(bytes.count)))
        _ = redactor.redact(Array(bytes.prefix(repeated)))
        guard offset + Int64(repeated) >= recordedUntil else { return [] }
        endRepetition()
        return Array(bytes.dropFirst(repeated))
    }

    private mutating func endRepetition() {
        recordedUntil = nil
        // It was let through then, or it would not be recorded.
        if redactor.isHolding { _ = redactor.flush() }
        for subscription in subscriptions.values { subscription.skip() }
    }

    private mutating func publish(_ bytes: [UInt8], _ paint: () -> [UInt8]) {
        guard !bytes.isEmpty else { return }
        let chunk = OutputChunk(offset: published, bytes: bytes)
        published += Int64(bytes.count)
        ring.append(chunk)
        recording?.write(bytes, until: position.map { $0 - Int64(redactor.heldCount) }, paint: paint)
        for subscription in subscriptions.values { subscription.add(.output(chunk)) }
    }

    // MARK: Its recording

    /// - Parameters:
    ///   - offset: how much output the terminal has had.
    ///   - overlap: how much of what is recorded the screen needs again.
    /// - Returns: where the output must begin for the recording of an earlier run of the hub to go on; `nil` if it cannot.
    mutating func goOnRecording(until offset: Int64, overlap: Int64) -> Int64? {
        guard let recorded = recording?.goOn(), recorded <= offset else { return nil }
        let from = max(0, recorded - overlap)
        (recordedUntil, position) = (recorded, from)
        return from
    }

    /// Returns when all that was recorded is in its file.
    func stored() async { await recording?.stored() }

    /// The hub stops; the terminal may live on.
    mutating func closeRecording(paint: () -> [UInt8]) {
        // What is held back now comes again where output is numbered.
        if position == nil {
            release(paint: paint)
            recording?.close()
        }
        recording = nil
    }

    // MARK: Who follows it

    /// What was published from `offset` on, if all of it is still there.
    func events(from offset: Int64) -> [OutputEvent]? {
        guard offset <= published else { return nil }
        if let chunks = ring.chunks(from: offset) { return chunks.map(OutputEvent.output) }
        return offset == published ? [] : nil
    }

    mutating func add(_ subscription: ByteSubscription) {
        subscriptions[ObjectIdentifier(subscription)] = subscription
    }

    mutating func remove(_ subscription: ByteSubscription) {
        subscriptions[ObjectIdentifier(subscription)] = nil
    }

    /// Nothing follows: everybody is told, and the recording is closed.
    mutating func end(paint: () -> [UInt8]) {
        release(paint: paint)
        recording?.close()
        for subscription in subscriptions.values { subscription.add(.ended) }
        subscriptions = [:]
    }
}
