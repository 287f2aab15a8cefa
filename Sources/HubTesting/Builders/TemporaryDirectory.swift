import Foundation

/// A directory of its own that goes with its last user.
package final class TemporaryDirectory: Sendable {
    package let path: String

    /// - Throws: what the file system throws.
    package init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("orchestratia-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        // What cannot be removed stays for the system to clear.
        try? FileManager.default.removeItem(atPath: path)
    }

    package func file(_ name: String) -> String { path + "/" + name }
}
