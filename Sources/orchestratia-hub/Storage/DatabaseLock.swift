import Foundation

/// Keeps two programs from writing to the same database: a file beside it, locked for as long as the program lives. The system lets
/// go of it when the process ends, however it ends.
final class DatabaseLock: Sendable {
    private let descriptor: Int32

    struct Taken: Error, CustomStringConvertible {
        let database: String
        let holder: String
        var description: String {
            "\(database) is in use by another hub\(holder.isEmpty ? "" : " (process \(holder))"): stop that one first, or choose another --database"
        }
    }

    /// - Throws: ``Taken``, or ``ConfigurationError`` if the file cannot be made.
    init(database: String) throws {
        let path = database + ".lock"
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw ConfigurationError("\(path) cannot be made: \(String(cString: strerror(errno)))")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let holder = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
            close(descriptor)
            throw Taken(database: database, holder: holder.trimmingCharacters(in: .whitespacesAndNewlines))
        }
        ftruncate(descriptor, 0)
        let text = "\(getpid())\n"
        _ = text.withCString { write(descriptor, $0, strlen($0)) }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }
}
