import Dispatch
import Foundation
import HubCore

import class HubCore.Locked

/// What a program printed that was run to its end, without white space at the ends, and how it ended.
package struct FinishedProgram: Sendable {
    /// Its exit code, or the number of the signal that ended it.
    package let status: Int32
    package let standard: String
    package let error: String

    /// Both.
    package var said: String { standard + "\n" + error }

    /// Runs a program to its end.
    ///
    /// - Parameters:
    ///   - environment: `nil`: ours.
    ///   - folder: where it runs; `nil`: where we do.
    ///   - seconds: after these it is killed.
    package static func run(
        _ path: String, _ arguments: [String], environment: [String: String]? = nil, in folder: String? = nil, input: String = "",
        atMost seconds: Int = 120
    ) async throws -> FinishedProgram {
        try await OffPool.run {
            // One that does not read its input is no end of ours.
            signal(SIGPIPE, SIG_IGN)
            let process = Process()
            let (output, error, standardInput) = (Pipe.own(), Pipe.own(), Pipe.own())
            process.executableURL = URL(fileURLWithPath: path)
            process.arguments = arguments
            if let environment { process.environment = environment }
            if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
            (process.standardOutput, process.standardError, process.standardInput) = (output, error, standardInput)
            try process.start()
            return process.limited(to: seconds) {
                // Both at the same time: a program waits while nobody reads what it says.
                let complaint = Locked("")
                let reading = DispatchGroup()
                let errors = error.fileHandleForReading
                DispatchQueue.global().async(group: reading) {
                    let text = Self.text(errors)
                    complaint.withLock { $0 = text }
                }
                let typing = standardInput.fileHandleForWriting
                DispatchQueue.global().async(group: reading) {
                    // It need not read it.
                    try? typing.write(contentsOf: Data(input.utf8))
                    try? typing.close()
                }
                let text = Self.text(output.fileHandleForReading)
                reading.wait()
                return FinishedProgram(status: process.end(), standard: text, error: complaint.withLock { $0 })
            }
        }
    }

    private static func text(_ file: FileHandle) -> String {
        ProgramOutput.whole(of: file).trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
