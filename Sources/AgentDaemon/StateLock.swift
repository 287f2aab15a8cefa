import Foundation

/// Lets one daemon at a time use a state directory. The kernel gives it back when the process ends, however it ends.
struct StateLock {
    private let descriptor: Int32

    struct Taken: Error, CustomStringConvertible {
        let directory: String
        var description: String { "another agent runs with this configuration (\(directory)/lock)" }
    }

    init(_ directory: String) throws {
        try PrivateFile.makeDirectory(directory)
        descriptor = open(directory + "/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw PrivateFile.Failure(path: directory + "/lock", code: errno) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw Taken(directory: directory)
        }
    }

    func release() { close(descriptor) }
}
