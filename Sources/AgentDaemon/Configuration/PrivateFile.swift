import Foundation

/// Files that only their owner reads: configuration, records, keys.
enum PrivateFile {
    struct Failure: Error, CustomStringConvertible {
        let path: String
        let code: Int32
        var description: String { "\(path): \(String(cString: strerror(code)))" }
    }

    /// Replaces the file at once, so that a reader sees the old or the new one, and a crash leaves one of them.
    static func write(_ bytes: [UInt8], to path: String) throws(Failure) {
        let temporary = path + ".\(getpid()).\(UInt32.random(in: 0 ... .max)).new"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw Failure(path: path, code: errno) }
        var code: Int32 = 0
        if !writeAll(bytes, to: descriptor) || fsync(descriptor) != 0 { code = errno }
        close(descriptor)
        if code == 0 && rename(temporary, path) != 0 { code = errno }
        guard code == 0 else {
            unlink(temporary)
            throw Failure(path: path, code: code)
        }
    }

    /// Puts something else into a file that is ours already. A crash in the middle leaves a part of it.
    static func overwrite(_ path: String, with bytes: [UInt8]) throws(Failure) {
        let descriptor = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { throw Failure(path: path, code: errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_uid == geteuid() else {
            throw Failure(path: path, code: EPERM)
        }
        guard fchmod(descriptor, 0o600) == 0, ftruncate(descriptor, 0) == 0, writeAll(bytes, to: descriptor), fsync(descriptor) == 0 else {
            throw Failure(path: path, code: errno)
        }
    }

    static func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// - Parameter isOwn: whether it has to be this user's, and no link: in a folder of all users anybody can put one.
    /// - Returns: `nil` if there is none, it cannot be read, or it has more than `limit` bytes.
    static func read(_ path: String, limit: Int = 16 << 20, isOwn: Bool = false) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | (isOwn ? O_NOFOLLOW : 0))
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, Int(status.st_size) <= limit,
            !isOwn || status.st_uid == geteuid()
        else { return nil }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: false)
        return (try? handle.read(upToCount: limit)).map { $0.map(Array.init) ?? [] }
    }

    /// A directory of ours that nobody else looks into.
    static func makeDirectory(_ path: String) throws(Failure) {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw Failure(path: path, code: (error as NSError).underlyingCode ?? EIO)
        }
    }
}

extension NSError {
    fileprivate var underlyingCode: Int32? {
        (userInfo[NSUnderlyingErrorKey] as? NSError).flatMap { $0.domain == NSPOSIXErrorDomain ? Int32($0.code) : nil }
    }
}
