import Cryptography

extension SessionOutput {
    /// Reads the most frequent message by far without building a document of it: an object of exactly the members that are written
    /// here and by installed clients, in their order, with or without a space behind `:` and `,`.
    ///
    /// - Returns: `nil` for everything else, valid or not, which the general way must read.
    package init?(scanning message: UnsafeRawBufferPointer) {
        var scanner = Scanner(bytes: message)
        guard scanner.skip("{"), scanner.member("type"), scanner.text() == Self.type, scanner.next(), scanner.member("session_id"),
            let name = scanner.text(), (1...128).contains(name.count), scanner.next()
        else { return nil }
        var offset: Int64?
        if scanner.member("offset") {
            offset = scanner.number()
            guard offset != nil, scanner.next() else { return nil }
        }
        guard scanner.member("data"), let data = scanner.digits(), let bytes = Base64.standard.decode(data) else { return nil }
        if offset == nil, scanner.next() {
            guard scanner.member("offset") else { return nil }
            offset = scanner.number()
            guard offset != nil else { return nil }
        }
        guard scanner.skip("}"), scanner.isAtEnd else { return nil }
        self.init(session: String(decoding: name, as: UTF8.self), bytes: bytes, offset: offset)
    }

    private static let type = Array("session_output".utf8)

    private struct Scanner {
        let bytes: UnsafeRawBufferPointer
        var place = 0

        init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

        var isAtEnd: Bool { place == bytes.count }

        mutating func skip(_ text: StaticString) -> Bool {
            let count = text.utf8CodeUnitCount
            guard bytes.count - place >= count,
                bytes[place..<place + count].elementsEqual(UnsafeBufferPointer(start: text.utf8Start, count: count))
            else { return false }
            place += count
            return true
        }

        mutating func next() -> Bool {
            guard skip(",") else { return false }
            _ = skip(" ")
            return true
        }

        /// `"name":`; nothing is taken if that is not there.
        mutating func member(_ name: StaticString) -> Bool {
            let start = place
            guard skip("\""), skip(name), skip("\":") else {
                place = start
                return false
            }
            _ = skip(" ")
            return true
        }

        /// A string of printable ASCII without escapes, as short as a name.
        mutating func text() -> [UInt8]? {
            guard skip("\"") else { return nil }
            let text = bytes[place...].prefix(129).prefix { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
            place += text.count
            return skip("\"") ? Array(text) : nil
        }

        /// What stands up to the next quote; whoever decodes it says whether it is Base64.
        mutating func digits() -> UnsafeRawBufferPointer? {
            guard skip("\""), let end = bytes[place...].firstIndex(of: UInt8(ascii: "\"")) else { return nil }
            defer { place = end + 1 }
            return UnsafeRawBufferPointer(rebasing: bytes[place..<end])
        }

        /// A number that the general way takes as a count.
        mutating func number() -> Int64? {
            let digits = bytes[place...].prefix(17).prefix { (0x30...0x39).contains($0) }
            guard (1...16).contains(digits.count), digits.count == 1 || digits.first != 0x30 else { return nil }
            let number = digits.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
            guard number <= Fields.maximumCount else { return nil }
            place += digits.count
            return number
        }
    }
}
