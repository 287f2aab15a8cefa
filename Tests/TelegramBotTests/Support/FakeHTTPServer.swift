import Foundation

/// An HTTP server on a raw socket, with one thread, that does to each request what its script says: also what no decent server would do.
final class FakeHTTPServer: @unchecked Sendable {
    struct Request: Sendable {
        let method: String
        let path: String
        let headers: String
        let body: String
        /// Connections are numbered from 0, requests of one connection too.
        let connection: Int
        let indexOnConnection: Int
    }

    enum Action: Sendable {
        case answer(status: Int = 200, headers: [String] = [], body: String)
        /// Bytes as they are, then the connection is closed.
        case rawThenClose(String)
        /// Closes without an answer.
        case drop
        /// Closes with a TCP reset.
        case reset
        /// Never answers, until ``releaseHeld(body:)``.
        case hold
    }

    // Unchecked: what follows is used on the server's thread alone, but for `state`, which has a lock, and constants.
    private struct State {
        var requests: [Request] = []
        var held = 0
        var connections = 0
        var release: String?
        var isStopping = false
        var hangUpAfter = Int.max
    }
    private struct Connection {
        var number: Int
        var received: [UInt8] = []
        var requests = 0
        var isHeld = false
    }

    let port: UInt16
    private let listener: Int32
    private var wake: [Int32] = [0, 0]
    private let script: @Sendable (Request) -> Action
    private let lock = NSLock()
    private var state = State()

    init(_ script: @escaping @Sendable (Request) -> Action) throws {
        self.script = script
        // All of them are closed in programs that other tests start meanwhile, or an end of ours would not be the end.
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        self.listener = listener
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(listener, address, size) == 0 && listen(listener, 512) == 0 && getsockname(listener, address, &size) == 0
            }
        }
        port = address.sin_port.bigEndian
        guard isListening, pipe(&wake) == 0 else { throw POSIXError(.EADDRNOTAVAIL) }
        for descriptor in wake { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        let thread = Thread { [self] in run() }
        thread.start()
    }

    var url: String { "http://127.0.0.1:\(port)" }
    var requests: [Request] { locked { $0.requests } }
    var connections: Int { locked { $0.connections } }
    var held: Int { locked { $0.held } }

    /// Closes any connection on which a request grows to so many bytes without being whole.
    func hangUp(afterBytes count: Int) { locked { $0.hangUpAfter = count } }

    func releaseHeld(body: String) {
        locked { $0.release = body }
        poke()
    }

    /// From here on connections are refused; those that are there end soon.
    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        locked { $0.isStopping = true }
        poke()
    }

    private func poke() { _ = write(wake[1], "x", 1) }

    private func locked<Value>(_ body: (inout State) -> Value) -> Value {
        lock.lock()
        defer { lock.unlock() }
        return body(&state)
    }

    private func run() {
        var open: [Int32: Connection] = [:]
        while true {
            var polled = [pollfd(fd: wake[0], events: Int16(POLLIN), revents: 0), pollfd(fd: listener, events: Int16(POLLIN), revents: 0)]
            polled += open.keys.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            poll(&polled, nfds_t(polled.count), -1)
            if polled[0].revents != 0 {
                var byte: UInt8 = 0
                read(wake[0], &byte, 1)
                if locked({ $0.isStopping }) { break }
                if let body = locked({ $0.release }) {
                    for descriptor in Array(open.keys) where open[descriptor]?.isHeld == true {
                        open[descriptor]?.isHeld = false
                        locked { $0.held -= 1 }
                        send(Self.answer(200, [], body), to: descriptor)
                    }
                }
            }
            if polled[1].revents != 0 {
                let descriptor = accept(listener, nil, nil)
                _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
                if descriptor >= 0 {
                    open[descriptor] = Connection(
                        number: locked {
                            $0.connections += 1; return $0.connections - 1
                        })
                }
            }
            for entry in polled.dropFirst(2) where entry.revents != 0 {
                if open[entry.fd] != nil, !serve(entry.fd, &open[entry.fd]!) {
                    if open[entry.fd]?.isHeld == true { locked { $0.held -= 1 } }
                    close(entry.fd)
                    open[entry.fd] = nil
                }
            }
        }
        for descriptor in Array(open.keys) + [listener, wake[0], wake[1]] { close(descriptor) }
    }

    /// Reads what came and acts on each whole request. Returns whether the connection stays.
    private func serve(_ descriptor: Int32, _ connection: inout Connection) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = read(descriptor, &buffer, buffer.count)
        guard count > 0 else { return false }
        connection.received += buffer[..<count]
        if connection.received.count >= locked({ $0.hangUpAfter }) { return false }
        while let request = Self.takeRequest(from: &connection) {
            locked { $0.requests.append(request) }
            switch script(request) {
            case .answer(let status, let headers, let body): send(Self.answer(status, headers, body), to: descriptor)
            case .rawThenClose(let bytes):
                send(bytes, to: descriptor)
                return false
            case .drop: return false
            case .reset:
                var linger = linger(l_onoff: 1, l_linger: 0)
                setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
                return false
            case .hold:
                connection.isHeld = true
                locked { $0.held += 1 }
            }
        }
        return true
    }

    private static func answer(_ status: Int, _ headers: [String], _ body: String) -> String {
        (["HTTP/1.1 \(status) X", "Content-Length: \(body.utf8.count)"] + headers + ["", body]).joined(separator: "\r\n")
    }

    private func send(_ text: String, to descriptor: Int32) {
        let bytes = Array(text.utf8)
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return }
            sent += count
        }
    }

    private static func takeRequest(from connection: inout Connection) -> Request? {
        let blank = Array("\r\n\r\n".utf8)
        guard let end = connection.received.firstRange(of: blank)?.upperBound else { return nil }
        let head = String(decoding: connection.received[..<end], as: UTF8.self)
        let length =
            head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-length:") }
            .flatMap { Int($0.drop { $0 != ":" }.dropFirst().trimmingCharacters(in: .whitespaces)) } ?? 0
        guard connection.received.count >= end + length else { return nil }
        let body = String(decoding: connection.received[end..<(end + length)], as: UTF8.self)
        connection.received.removeFirst(end + length)
        let line = head.split(separator: " ")
        defer { connection.requests += 1 }
        return Request(
            method: String(line.first ?? ""), path: line.count > 1 ? String(line[1]) : "", headers: head, body: body,
            connection: connection.number, indexOnConnection: connection.requests)
    }
}
