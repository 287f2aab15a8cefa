import Cryptography
import HubCore

extension Fields {
    /// The name by which both sides know a session: its id, or for one that was never acknowledged its tmux name
    /// (agent protocol, section 6.3). Bounded, so that it can be a key.
    func sessionName(_ name: String = "session_id") throws(WireFault) -> String {
        let text = try requiredString(name)
        guard !text.isEmpty, text.utf8.count <= 128, !text.utf8.contains(0) else {
            throw WireFault("\(name) must have 1 to 128 bytes, and no NUL")
        }
        return text
    }

    /// The largest count that is taken: up to it every JSON reader knows a number exactly (RFC 8259, section 6), and what is added to one
    /// stays far from the end of 64 bits.
    static let maximumCount: Int64 = 1 << 53

    /// A number from 0 to ``maximumCount``.
    func count(_ name: String) throws(WireFault) -> Int64? {
        guard let number = try int(name) else { return nil }
        guard (0...Self.maximumCount).contains(Int64(number)) else { throw WireFault("\(name) must be 0 to \(Self.maximumCount)") }
        return Int64(number)
    }

    /// A program's exit code, negative for a signal; one that no system gives counts as absent.
    func exitCode() throws(WireFault) -> Int? {
        try int("exit_code").flatMap { Int32(exactly: $0) }.map(Int.init)
    }

    func bytes(_ name: String) throws(WireFault) -> [UInt8] {
        guard let bytes = Base64.standard.decode(try requiredString(name)) else { throw WireFault("\(name) is not base64") }
        return bytes
    }

    /// A window's width or height in cells.
    func cells(_ name: String) throws(WireFault) -> Int? {
        guard let number = try int(name) else { return nil }
        guard (1...65_535).contains(number) else { throw WireFault("\(name) must be 1 to 65535") }
        return number
    }

    /// A text of which `limit` bytes are enough for what it is used for.
    func text(_ name: String, limit: Int) throws(WireFault) -> String? {
        guard let text = try string(name) else { return nil }
        guard text.utf8.count <= limit else { throw WireFault("\(name) is longer than \(limit) bytes") }
        return text
    }
}

extension JSONValue {
    static func base64(_ bytes: [UInt8]) -> JSONValue { .string(Base64.standard.encode(bytes)) }

    /// For what the other side types into a terminal or hands to a program: NUL ends texts there, and in installed clients the
    /// connection (agent protocol, section 6.2).
    static func typed(_ text: String) -> JSONValue {
        .string(text.utf8.contains(0) ? String(text.unicodeScalars.filter { $0 != "\0" }) : text)
    }
}

extension [JSONValue.Member] {
    mutating func add(_ name: String, _ value: String?) {
        if let value { append(.init(name, .typed(value))) }
    }

    mutating func add(_ name: String, _ value: Int64?) {
        if let value { append(.init(name, JSONValue(value))) }
    }

    mutating func add(_ name: String, _ value: Int?) {
        if let value { append(.init(name, JSONValue(value))) }
    }

    /// Written only where it is true.
    mutating func add(_ name: String, _ flag: Bool) {
        if flag { append(.init(name, true)) }
    }
}
