import Foundation

/// Two FIFOs that carry JSON texts, each ended by NUL.
///
/// `@unchecked Sendable`: `buffer` and `isClosed` are only touched on `queue`; the descriptors never change.
final class DevToolsPipe: @unchecked Sendable {
    private let commands: Int32
    private let replies: Int32
    private let queue = DispatchQueue(label: "devtools")
    private let source: any DispatchSourceRead
    private var buffer = Data()
    private var isClosed = false

    /// Makes the FIFOs and opens them.
    init(commands: String, replies: String) throws {
        guard mkfifo(commands, 0o600) == 0, mkfifo(replies, 0o600) == 0 else { throw Self.error() }
        // Both ways, so that opening does not wait for the other side.
        self.commands = Foundation.open(commands, O_RDWR | O_CLOEXEC)
        self.replies = Foundation.open(replies, O_RDWR | O_CLOEXEC | O_NONBLOCK)
        guard self.commands >= 0, self.replies >= 0 else { throw Self.error() }
        source = DispatchSource.makeReadSource(fileDescriptor: self.replies, queue: queue)
    }

    func start(_ receive: @escaping @Sendable (Data) -> Void) {
        source.setEventHandler { [self] in read(receive) }
        source.setCancelHandler { [self] in
            isClosed = true
            close(commands)
            close(replies)
        }
        source.resume()
    }

    func stop() { queue.async { self.source.cancel() } }

    func send(_ message: Data) {
        queue.async { [self] in
            // The number may be another file's by now.
            guard !isClosed else { return }
            let bytes = Array(message) + [0]
            var sent = 0
            while sent < bytes.count {
                let count = bytes[sent...].withUnsafeBytes { write(commands, $0.baseAddress, $0.count) }
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { return }
                sent += count
            }
        }
    }

    private func read(_ receive: (Data) -> Void) {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = chunk.withUnsafeMutableBytes { Foundation.read(replies, $0.baseAddress, $0.count) }
        guard count > 0 else { return }
        buffer.append(contentsOf: chunk[..<count])
        while let end = buffer.firstIndex(of: 0) {
            receive(Data(buffer[..<end]))
            buffer = Data(buffer[(end + 1)...])
        }
    }

    private static func error() -> POSIXError { POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
}
