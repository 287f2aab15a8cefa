import Foundation
import HubTesting

/// A connection that sends what a test tells it and reads only when it is told: a peer that hangs.
final class RawPeer: Sendable {
    struct Failed: Error, CustomStringConvertible {
        let description: String
    }

    private let handle: Int32

    /// Connects to a port of loopback.
    init(port: Int) throws {
        handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var patience = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(handle, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(handle, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port)).bigEndian
        address.sin_addr = in_addr(s_addr: UInt32(0x7F00_0001).bigEndian)
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(handle, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
        guard status == 0 else {
            close(handle)
            throw Failed(description: String(cString: strerror(errno)))
        }
    }

    deinit { close(handle) }

    /// What a test sends fits into the kernel's buffers, so that this does not wait for a peer that does not read.
    func send(_ bytes: [UInt8]) throws {
        guard Glibc.send(handle, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
            throw Failed(description: String(cString: strerror(errno)))
        }
    }

    func send(_ text: String) throws { try send(Array(text.utf8)) }

    /// Reads until `mark` has come, and not one byte more than it can help.
    @discardableResult
    func read(until mark: String) async throws -> String {
        try await OffPool.run { try self.receive(until: mark) }
    }

    private func receive(until mark: String) throws -> String {
        var text = ""
        while !text.contains(mark) {
            var byte: UInt8 = 0
            guard recv(handle, &byte, 1, 0) == 1 else { throw Failed(description: "the peer ended before \(mark): \(text)") }
            text.unicodeScalars.append(Unicode.Scalar(byte))
        }
        return text
    }

    /// Opens a WebSocket (RFC 6455, section 4.1).
    func upgrade(_ path: String, headers: String = "") async throws {
        try send(
            "GET \(path) HTTP/1.1\r\nHost: hub\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\(headers)\r\n")
        let head = try await read(until: "\r\n\r\n")
        guard head.hasPrefix("HTTP/1.1 101") else { throw Failed(description: head) }
    }

    /// A text of less than 64 KiB in one frame, masked with nothing.
    func frame(_ text: String) throws {
        let bytes = Array(text.utf8)
        try send([0x81, 0x80 | 126, UInt8(bytes.count >> 8), UInt8(bytes.count & 0xFF), 0, 0, 0, 0] + bytes)
    }
}
