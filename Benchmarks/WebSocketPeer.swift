import Foundation

/// The least that a peer of the hub's WebSockets can be, on one blocking socket, so that what is measured is the hub: messages go out
/// masked with zeroes, come in as one unfragmented frame each, and pings are answered.
final class WebSocketPeer {
    struct Failed: Error, CustomStringConvertible {
        let description: String
    }

    let descriptor: Int32
    private var buffer: [UInt8]
    private var have = 0

    /// - Parameters:
    ///   - hub: `http://127.0.0.1:PORT`.
    ///   - source: the address to come from; one address has no more than some 28 000 ports for one server.
    ///   - room: bytes to begin with for what comes in; longer messages take more.
    init(_ hub: String, _ path: String, bearer: String? = nil, from source: String = "127.0.0.1", room: Int = 256 << 10) throws {
        guard let port = URLComponents(string: hub)?.port else { throw Failed(description: "bad address \(hub)") }
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        buffer = [UInt8](repeating: 0, count: room)
        guard descriptor >= 0 else { throw Failed(description: "no more sockets: \(String(cString: strerror(errno)))") }
        var one: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
        guard Self.call(bind, descriptor, source, 0) == 0, Self.call(connect, descriptor, "127.0.0.1", UInt16(port)) == 0 else {
            throw Failed(description: "no connection to \(hub): \(String(cString: strerror(errno)))")
        }
        let authorization = bearer.map { "Authorization: Bearer \($0)\r\n" } ?? ""
        try write(
            Array(
                """
                GET \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r
                Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\(authorization)\r\n
                """.utf8))
        try readHandshake()
    }

    deinit { close(descriptor) }

    private static func call(
        _ function: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32, _ descriptor: Int32, _ host: String, _ port: UInt16
    ) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port.bigEndian)
        address.sin_addr.s_addr = inet_addr(host)
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { function(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
    }

    private func readHandshake() throws {
        let end = Array("\r\n\r\n".utf8)
        while true {
            guard let range = buffer[..<have].firstRange(of: end) else {
                guard try fill() else { throw Failed(description: "the hub hung up") }
                continue
            }
            guard buffer[..<have].starts(with: "HTTP/1.1 101".utf8) else {
                throw Failed(description: "no upgrade: \(String(decoding: buffer[..<min(have, 100)], as: UTF8.self))")
            }
            return drop(range.upperBound)
        }
    }

    func send(_ text: String) throws { try send(opcode: 0x1, [Array(text.utf8)]) }

    /// Sends one text message that consists of these pieces.
    func send(_ pieces: [[UInt8]]) throws { try send(opcode: 0x1, pieces) }

    private func send(opcode: UInt8, _ pieces: [[UInt8]]) throws {
        let length = pieces.reduce(0) { $0 + $1.count }
        var frame: [UInt8] = [0x80 | opcode]
        frame.reserveCapacity(length + 14)
        switch length {
        case ..<126: frame.append(0x80 | UInt8(length))
        case ...0xFFFF: frame += [0x80 | 126, UInt8(length >> 8), UInt8(length & 0xFF)]
        default: frame += [0x80 | 127] + (0..<8).map { UInt8(truncatingIfNeeded: length >> (56 - 8 * $0)) }
        }
        frame += [0, 0, 0, 0]
        for piece in pieces { frame += piece }
        try write(frame)
    }

    private func write(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress?.advanced(by: sent), bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Failed(description: "the hub closed the connection") }
            sent += count
        }
    }

    /// Waits for bytes, once.
    ///
    /// - Returns: `false` at the end of the connection.
    private func fill() throws -> Bool {
        if have == buffer.count { buffer += [UInt8](repeating: 0, count: buffer.count) }
        let count = buffer.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress?.advanced(by: have), $0.count - have, 0) }
        guard count > 0 else { return false }
        have += count
        return true
    }

    private func drop(_ count: Int) {
        buffer.withUnsafeMutableBytes { bytes in
            guard let base = bytes.baseAddress, have > count else { return }
            memmove(base, base + count, have - count)
        }
        have -= count
    }

    /// - Returns: whether something comes, or the end, within this time.
    func waits(milliseconds: Int32) -> Bool {
        var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&polled, 1, milliseconds) > 0
    }

    /// Waits for bytes once, and hands on the messages that are whole then.
    ///
    /// - Throws: ``Failed`` when the hub has closed the connection.
    func receive(_ take: (UnsafeRawBufferPointer) throws -> Void) throws {
        guard try fill() else { throw Failed(description: "the hub closed the connection") }
        try handOn(take)
    }

    /// Hands on the messages that have come already.
    func handOn(_ take: (UnsafeRawBufferPointer) throws -> Void) throws {
        var place = 0
        var pings: [[UInt8]] = []
        try buffer.withUnsafeBytes { bytes in
            while let (opcode, payload) = Self.frame(UnsafeRawBufferPointer(rebasing: bytes[place..<have])) {
                place += payload.upperBound
                let content = UnsafeRawBufferPointer(rebasing: bytes[(place - payload.count)..<place])
                switch opcode {
                case 0x1: try take(content)
                case 0x9: pings.append(Array(content))
                case 0x8:
                    let reason = String(decoding: content.dropFirst(2), as: UTF8.self)
                    throw Failed(description: "the hub closed the connection: \(reason)")
                default: break
                }
            }
        }
        drop(place)
        for ping in pings { try send(opcode: 0xA, [ping]) }
    }

    /// The first frame, if all of it is there.
    private static func frame(_ bytes: UnsafeRawBufferPointer) -> (opcode: UInt8, payload: Range<Int>)? {
        guard bytes.count >= 2 else { return nil }
        var (start, length) = (2, Int(bytes[1] & 0x7F))
        if length >= 126 {
            let width = length == 126 ? 2 : 8
            guard bytes.count >= 2 + width else { return nil }
            length = bytes[2..<2 + width].reduce(0) { $0 << 8 | Int($1) }
            start += width
        }
        guard bytes.count - start >= length else { return nil }
        return (bytes[0] & 0xF, start..<start + length)
    }

    /// The next message as a JSON object.
    func nextObject(ofType type: String) throws -> [String: Any] {
        var found: [String: Any]?
        while found == nil {
            try receive { message in
                guard found == nil, let object = try JSONSerialization.jsonObject(with: Data(message)) as? [String: Any],
                    object["type"] as? String == type
                else { return }
                found = object
            }
        }
        return found ?? [:]
    }
}
