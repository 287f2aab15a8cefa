import Foundation

/// Reads what a program writes, on a thread of its own.
///
/// Not with `FileHandle.readabilityHandler`: a handle that goes away closes its descriptor before its dispatch source has let go of
/// it, and if a child that was started meanwhile holds a copy, events of that file go on to arrive at memory that is freed.
package enum ProgramOutput {
    /// What arrives, piece by piece, until everybody who can write has closed the pipe.
    ///
    /// - Parameter keep: hears every piece, also those that nobody waits for any more.
    package static func texts(of pipe: Pipe, keep: @escaping @Sendable (String) -> Void = { _ in }) -> AsyncStream<String> {
        let (texts, continuation) = AsyncStream.makeStream(of: String.self)
        let handle = pipe.fileHandleForReading
        let thread = Thread {
            var bytes = [UInt8](repeating: 0, count: 65_536)
            while true {
                let count = read(handle.fileDescriptor, &bytes, bytes.count)
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { break }
                let text = String(decoding: bytes[..<count], as: UTF8.self)
                keep(text)
                continuation.yield(text)
            }
            continuation.finish()
        }
        thread.name = "program output"
        thread.start()
        return texts
    }
}
