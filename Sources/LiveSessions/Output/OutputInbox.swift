/// Output of one terminal on its way from the connection to the screen: what came while the screen was busy is gathered, and when it
/// is too much, the oldest is dropped and the hole is marked. So a terminal that floods costs bounded memory and holds up nobody.
struct OutputInbox {
    enum Piece: Hashable {
        /// With the offset of the first, where the client numbers its output.
        case bytes([UInt8], at: Int64?)
        /// Output is missing here: how much, 0 where nobody knows.
        case hole(Int64)
    }

    /// Most bytes that wait; a client with credit never sends more.
    static let limit = 512 << 10
    /// What is left of a flood.
    private static let kept = 128 << 10
    /// Most pieces that wait: output with a gap after each byte would make two of each.
    static let pieceLimit = 1024
    /// What is left of too many.
    private static let keptPieces = 512

    private var pieces: [Piece] = []
    private var count = 0
    /// The offset behind the last byte that came; `nil` until the first.
    private(set) var end: Int64?
    /// Somebody has been told to take what is here.
    private var isClaimed = false

    /// The offset up to which everything has been taken.
    var taken: Int64 { (end ?? 0) - Int64(count) }

    /// - Parameter offset: of the first byte, if the client numbers its output.
    /// - Returns: whether somebody must be told to take it.
    mutating func add(_ bytes: [UInt8], at offset: Int64?) -> Bool {
        var (bytes, offset) = (bytes, offset)
        if let first = offset, let end {
            if first > end {
                append(hole: first - end)
            } else if first < end {
                // A repetition, of which the rest may be new.
                let known = end - first
                guard known < bytes.count else { return false }
                bytes.removeFirst(Int(known))
                offset = end
            }
            self.end = max(end, first) + Int64(bytes.count)
        } else {
            end = (offset ?? end ?? 0) + Int64(bytes.count)
        }
        guard !bytes.isEmpty else { return claim() }
        if case .bytes(var last, let begin)? = pieces.last, begin.map({ $0 + Int64(last.count) }) == offset {
            pieces.removeLast()
            last += bytes
            pieces.append(.bytes(last, at: begin))
        } else {
            pieces.append(.bytes(bytes, at: offset))
        }
        count += bytes.count
        if count > Self.limit { dropOldest(keeping: Self.kept) } else if pieces.count > Self.pieceLimit { dropOldest(keeping: count) }
        return claim()
    }

    /// Counting begins anew with what comes next, of which `offset` is the first byte if it is known.
    ///
    /// - Returns: whether somebody must be told to take it.
    mutating func restart(at offset: Int64?, markHole: Bool) -> Bool {
        if markHole { append(hole: 0) }
        end = offset
        return claim()
    }

    /// At most `limit` bytes with the holes between them, oldest first; `nil` if there is nothing, and then the next to add must tell.
    mutating func take(atMost limit: Int) -> [Piece]? {
        guard !pieces.isEmpty else {
            isClaimed = false
            return nil
        }
        var taken: [Piece] = []
        var (next, room) = (0, limit)
        while next < pieces.count, room > 0 {
            guard case .bytes(let bytes, let offset) = pieces[next] else {
                taken.append(pieces[next])
                next += 1
                continue
            }
            if bytes.count <= room {
                taken.append(pieces[next])
                next += 1
                room -= bytes.count
                count -= bytes.count
            } else {
                taken.append(.bytes(Array(bytes.prefix(room)), at: offset))
                pieces[next] = .bytes(Array(bytes.dropFirst(room)), at: offset.map { $0 + Int64(room) })
                count -= room
                room = 0
            }
        }
        pieces.removeFirst(next)
        return taken
    }

    private mutating func claim() -> Bool {
        guard !isClaimed, !pieces.isEmpty else { return false }
        isClaimed = true
        return true
    }

    private mutating func append(hole: Int64) {
        if case .hole(let before)? = pieces.last {
            pieces[pieces.count - 1] = .hole(before == 0 || hole == 0 ? 0 : before.addingSaturated(hole))
        } else {
            pieces.append(.hole(hole))
        }
    }

    /// Keeps the newest output, of its bytes at most `kept`, from the beginning of a line or an escape sequence on where there is one.
    private mutating func dropOldest(keeping kept: Int) {
        var dropped: Int64 = 0
        var isUnknown = false
        var (next, rest): (Int, [Piece]) = (0, [])
        while next < pieces.count, count > kept || pieces.count - next > Self.keptPieces {
            switch pieces[next] {
            case .hole(let size):
                dropped = dropped.addingSaturated(size)
                if size == 0 { isUnknown = true }
            case .bytes(let bytes, _) where count <= kept:
                dropped = dropped.addingSaturated(Int64(bytes.count))
                count -= bytes.count
            case .bytes(let bytes, let offset):
                let excess = min(count - kept, bytes.count)
                let start = bytes[excess...].prefix(1024).firstIndex { $0 == 0x0A || $0 == 0x1B } ?? excess
                dropped = dropped.addingSaturated(Int64(start))
                count -= start
                if start < bytes.count { rest = [.bytes(Array(bytes[start...]), at: offset.map { $0 + Int64(start) })] }
            }
            next += 1
            if !rest.isEmpty { break }
        }
        // A hole that comes next is part of the one that this makes.
        if rest.isEmpty, next < pieces.count, case .hole(let size) = pieces[next] {
            dropped = dropped.addingSaturated(size)
            if size == 0 { isUnknown = true }
            next += 1
        }
        pieces.replaceSubrange(..<next, with: [.hole(isUnknown ? 0 : dropped)] + rest)
    }
}
