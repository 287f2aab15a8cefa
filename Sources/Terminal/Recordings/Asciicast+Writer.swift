import HubCore

extension Asciicast {
    /// Turns what happens in a terminal into the bytes to append to its recording; where they go is the caller's affair.
    ///
    /// Output may be cut anywhere: a character's first bytes are held back until the rest has come. Once the recording has reached its
    /// limit it ends with a marker that says so, and nothing more is written.
    package struct Writer: Sendable {
        /// What the marker at the end takes, and bytes held back.
        private static let reserve = 256
        package static let limitLabel = "The recording ends here: it has reached its size limit."

        package let maximumBytes: Int
        /// How large the recording is so far, in bytes.
        package private(set) var count: Int
        package private(set) var isFull = false
        private var heldBack: [UInt8] = []
        private var lastTime = Duration.zero

        /// Bytes at the end of the output so far that are held back.
        package var heldBackCount: Int { heldBack.count }

        /// - Parameter count: of the recording that is continued; 0 for a new one, which begins with ``begin(_:)``.
        package init(maximumBytes: Int, count: Int = 0) {
            (self.maximumBytes, self.count) = (maximumBytes, count)
        }

        /// The first line.
        package mutating func begin(_ header: Header) -> [UInt8] {
            let line = header.line
            count += line.count
            return line
        }

        /// - Parameter time: since the beginning; one before the last event's counts as that one's.
        package mutating func output(_ bytes: some Collection<UInt8>, at time: Duration) -> [UInt8] {
            let all = heldBack + bytes
            let tail = all.withUnsafeBytes { UTF8Sequence.incompleteTail(of: $0) }
            heldBack = Array(all.suffix(tail))
            guard all.count > tail else { return [] }
            return append(.output(String(decoding: all.dropLast(tail), as: UTF8.self)), at: time)
        }

        package mutating func resize(to size: TerminalSize, at time: Duration) -> [UInt8] { append(.resize(size), at: time) }

        package mutating func mark(_ label: String, at time: Duration) -> [UInt8] { append(.marker(label), at: time) }

        /// What is still held back, at the end of the session.
        package mutating func finish(at time: Duration) -> [UInt8] {
            defer { heldBack = [] }
            return heldBack.isEmpty ? [] : append(.output("\u{FFFD}"), at: time)
        }

        private mutating func append(_ kind: Event.Kind, at time: Duration) -> [UInt8] {
            guard !isFull else { return [] }
            lastTime = max(time, lastTime)
            var line = Event(time: lastTime, kind: kind).line
            if count + line.count > maximumBytes - Self.reserve {
                isFull = true
                line = Event(time: lastTime, kind: .marker(Self.limitLabel)).line
            }
            count += line.count
            return line
        }
    }
}
