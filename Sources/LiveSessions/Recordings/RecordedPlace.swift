import HubCore
import Terminal

/// How far a recording goes, by the terminal's own count of its output: a line of the file, written together with what stands above it,
/// so that after a crash the one is never there without the other. No player shows it, and readers of recordings do not get it.
struct RecordedPlace: Hashable {
    /// Bytes of output before it; `nil`: the terminal's server does not number them.
    var offset: Int64?

    private static let code = Array(#","p",""#.utf8)
    private static let end = Array(#""]"#.utf8)

    func line(at time: Duration) -> [UInt8] {
        Array("[\(Asciicast.seconds(time))".utf8) + Self.code + Array((offset.map(String.init) ?? "").utf8) + Self.end + [0x0A]
    }

    /// - Parameter line: without its end.
    init?(line: some BidirectionalCollection<UInt8>) {
        // In no other line does this stand unescaped behind the first comma.
        guard let comma = line.prefix(32).firstIndex(of: UInt8(ascii: ",")), line[comma...].starts(with: Self.code) else { return nil }
        let rest = line[comma...].dropFirst(Self.code.count)
        guard rest.suffix(Self.end.count).elementsEqual(Self.end) else { return nil }
        let digits = rest.dropLast(Self.end.count)
        offset = digits.isEmpty ? nil : Int64(String(decoding: digits, as: UTF8.self))
        guard digits.isEmpty || offset ?? -1 >= 0 else { return nil }
    }

    init(offset: Int64?) { self.offset = offset }

    /// The last one in a recording.
    ///
    /// - Parameter isPart: the first line may be cut.
    /// - Returns: it, and the number of bytes up to its end; `nil` if there is none.
    static func last(in bytes: [UInt8], isPart: Bool = false) -> (place: RecordedPlace, end: Int)? {
        // What is behind the last line break was cut.
        var end = bytes.lastIndex(of: 0x0A)
        while let lineEnd = end {
            let before = bytes[..<lineEnd].lastIndex(of: 0x0A)
            if before == nil && isPart { return nil }
            if let place = RecordedPlace(line: bytes[(before.map { $0 + 1 } ?? 0)..<lineEnd]) { return (place, lineEnd + 1) }
            end = before
        }
        return nil
    }

    /// A recording, or a part of one that begins with a line, without these lines and without a last line that was cut.
    static func removed(from bytes: ArraySlice<UInt8>) -> [UInt8] {
        var kept: [UInt8] = []
        kept.reserveCapacity(bytes.count)
        var rest = bytes
        while let end = rest.firstIndex(of: 0x0A) {
            if RecordedPlace(line: rest[..<end]) == nil { kept += rest[...end] }
            rest = rest[(end + 1)...]
        }
        return kept
    }
}
