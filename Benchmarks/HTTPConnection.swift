import Foundation

/// One keep-alive connection to the hub on a blocking socket, for load: it does the least that HTTP/1.1 asks for.
final class HTTPConnection {
    struct Failed: Error, CustomStringConvertible {
        let description: String
    }

    private let descriptor: Int32
    private let host: String
    private var buffer = [UInt8](repeating: 0, count: 256 * 1024)

    /// - Parameter url: `http://127.0.0.1:PORT`.
    init(_ url: String) throws {
        guard let parts = URLComponents(string: url), let port = parts.port else { throw Failed(description: "bad address \(url)") }
        host = "127.0.0.1:\(port)"
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var one: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port).bigEndian)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
        guard status == 0 else { throw Failed(description: "no connection to \(url)") }
    }

    deinit { close(descriptor) }

    /// - Returns: status and body.
    func post(_ path: String, _ body: String, key: String) throws -> (status: Int, body: String) {
        try request("POST", path, body, "X-API-Key: \(key)")
    }

    /// - Parameter credential: the header line that shows who asks.
    /// - Returns: status and body.
    func request(_ method: String, _ path: String, _ body: String, _ credential: String) throws -> (status: Int, body: String) {
        let request =
            "\(method) /api/v1/\(path) HTTP/1.1\r\nHost: \(host)\r\n\(credential)\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
        try write(Array(request.utf8))
        return try readResponse()
    }

    private func write(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                send(descriptor, $0.baseAddress?.advanced(by: sent), bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Failed(description: "the hub closed the connection") }
            sent += count
        }
    }

    private func readResponse() throws -> (status: Int, body: String) {
        var have = 0
        var head: (end: Int, status: Int, length: Int)?
        while true {
            let count = buffer.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress?.advanced(by: have), $0.count - have, 0) }
            guard count > 0 else { throw Failed(description: "the hub closed the connection") }
            have += count
            if head == nil { head = parseHead(have) }
            if let head, have >= head.end + head.length {
                return (head.status, String(decoding: buffer[head.end..<head.end + head.length], as: UTF8.self))
            }
        }
    }

    private func parseHead(_ have: Int) -> (end: Int, status: Int, length: Int)? {
        let text = String(decoding: buffer[..<have], as: UTF8.self)
        guard let end = text.range(of: "\r\n\r\n") else { return nil }
        let lines = text[..<end.lowerBound].split(separator: "\r\n")
        let status = lines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        let header = lines.first { $0.lowercased().hasPrefix("content-length:") }
        let length = header?.split(separator: " ").last.flatMap { Int($0) } ?? 0
        return (text[..<end.upperBound].utf8.count, status, length)
    }
}
