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
            pieces(of: handle) { piece in
                let text = String(decoding: piece, as: UTF8.self)
                keep(text)
                continuation.yield(text)
            }
            continuation.finish()
        }
        thread.name = "program output"
        thread.start()
        return texts
    }

    /// All of it, once everybody who can write has closed the pipe; blocks until then.
    static func whole(of handle: FileHandle) -> String {
        var bytes: [UInt8] = []
        pieces(of: handle) { bytes += $0 }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Foundation's own `readDataToEndOfFile()` takes a signal that arrives meanwhile for a fatal error.
    private static func pieces(of handle: FileHandle, _ take: (ArraySlice<UInt8>) -> Void) {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(handle.fileDescriptor, &bytes, bytes.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { break }
            take(bytes[..<count])
        }
    }
}
