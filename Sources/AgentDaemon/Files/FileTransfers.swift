import Cryptography
import Foundation
import Glibc
import HubCore
import Logging
import WireProtocol

/// Files between two servers, relayed by the hub (agent protocol, section 6.6).
actor FileTransfers {
    private final class Arriving {
        let offer: FileOffer
        let temporary: String
        let handle: FileHandle
        var next: Int64 = 0
        var size: Int64 = 0
        /// Of what has come; a whole file would hold up the others while it is read again.
        private var hash: SHA256? = SHA256()

        init(offer: FileOffer, temporary: String, handle: FileHandle) {
            (self.offer, self.temporary, self.handle) = (offer, temporary, handle)
        }

        func add(_ bytes: [UInt8]) {
            next += 1
            size += Int64(bytes.count)
            hash?.update(bytes)
        }

        /// In hexadecimal; once.
        func digest() -> String {
            guard let hash = hash.take() else { return "" }
            return Hex.encode(hash.finish())
        }
    }

    /// Largest file that is accepted, in bytes.
    private static let limit: Int64 = 4 << 30
    private static let maximumAtOnce = 16
    private let directory: String
    private let withheld: [String]
    private let outgoing: Outgoing
    private let log: Logger
    private var arriving: [String: Arriving] = [:]
    private var leaving: [String: Task<Void, Never>] = [:]

    init(directory: String, withheld: [String], outgoing: Outgoing, log: Logger) {
        (self.directory, self.withheld, self.outgoing, self.log) = (directory, withheld, outgoing, log)
    }

    func offered(_ offer: FileOffer) async {
        do {
            guard offer.size <= Self.limit else { throw FileExchange.Failure(description: "the file is too large") }
            guard arriving.count < Self.maximumAtOnce, arriving[offer.transfer] == nil else {
                throw FileExchange.Failure(description: "too many transfers at once")
            }
            let temporary = "\(directory)/.arriving-\(TextFingerprint.of(offer.transfer))"
            let handle = try await Disk.perform { [directory] in
                try PrivateFile.makeDirectory(directory)
                unlink(temporary)
                let descriptor = Glibc.open(temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
                guard descriptor >= 0 else { throw PrivateFile.Failure(path: temporary, code: errno) }
                return Opened(handle: FileHandle(fileDescriptor: descriptor, closeOnDealloc: true))
            }
            arriving[offer.transfer] = Arriving(offer: offer, temporary: temporary, handle: handle.handle)
            outgoing.send(.fileAccept(transfer: offer.transfer))
        } catch {
            outgoing.send(.fileError(transfer: offer.transfer, error: "\(error)"))
        }
    }

    func received(_ chunk: FileChunk) async {
        guard let file = arriving[chunk.transfer] else { return }
        guard chunk.index == file.next, file.size + Int64(chunk.bytes.count) <= max(file.offer.size, 0) else {
            return await fail(chunk.transfer, "a chunk is out of order, or beyond the size that was offered")
        }
        file.add(chunk.bytes)
        do {
            let descriptor = file.handle.fileDescriptor
            try await Disk.perform {
                guard PrivateFile.writeAll(chunk.bytes, to: descriptor) else { throw PrivateFile.Failure(path: "transfer", code: errno) }
            }
        } catch {
            await fail(chunk.transfer, "\(error)")
        }
    }

    func completed(_ complete: FileComplete) async {
        guard let file = arriving.removeValue(forKey: complete.transfer) else { return }
        let (temporary, directory) = (file.temporary, self.directory)
        let wanted = (file.offer.sha256.isEmpty ? complete.sha256 : file.offer.sha256).lowercased()
        let name = FileName.clean(file.offer.filename)
        let isWhole = file.next == complete.total && file.digest() == wanted
        let isVerified = try? await Disk.perform {
            guard isWhole else {
                unlink(temporary)
                return false
            }
            let free = FileName.free(name) { FileManager.default.fileExists(atPath: "\(directory)/\($0)") }
            return rename(temporary, "\(directory)/\(free)") == 0
        }
        outgoing.send(.fileAck(transfer: complete.transfer, isVerified: isVerified ?? false))
    }

    /// The other side, or the hub, has given up.
    func aborted(_ transfer: String) async {
        leaving.removeValue(forKey: transfer)?.cancel()
        await drop(transfer)
    }

    func disconnected() async {
        for task in leaving.values { task.cancel() }
        leaving = [:]
        for transfer in arriving.keys { await drop(transfer) }
    }

    func send(_ transfer: String, path: String) {
        guard leaving.count < Self.maximumAtOnce, leaving[transfer] == nil else {
            outgoing.send(.fileError(transfer: transfer, error: "too many transfers at once"))
            return
        }
        leaving[transfer] = Task {
            do {
                try await stream(transfer, path)
            } catch {
                outgoing.send(.fileError(transfer: transfer, error: "\(error)"))
            }
            leaving[transfer] = nil
        }
    }

    private func stream(_ transfer: String, _ path: String) async throws {
        let withheld = self.withheld
        let (opened, size) = try await Disk.perform { try Self.opened(path, withheld: withheld) }
        let total = (size + Int64(FileChunk.maximumBytes) - 1) / Int64(FileChunk.maximumBytes)
        var hash = SHA256()
        for index in 0..<total {
            let bytes = try await Disk.perform { try opened.handle.read(upToCount: FileChunk.maximumBytes).map(Array.init) ?? [] }
            guard !bytes.isEmpty, !Task.isCancelled else { throw FileExchange.Failure(description: "the file has become shorter") }
            hash.update(bytes)
            let message = DaemonMessage.fileChunk(FileChunk(transfer: transfer, index: index, bytes: bytes, total: total))
            guard await outgoing.sendWaiting(message) else { return }
        }
        let digest = Hex.encode(hash.finish())
        _ = await outgoing.sendWaiting(.fileComplete(FileComplete(transfer: transfer, total: total, sha256: digest)))
    }

    private func fail(_ transfer: String, _ why: String) async {
        await drop(transfer)
        outgoing.send(.fileError(transfer: transfer, error: why))
    }

    private func drop(_ transfer: String) async {
        guard let file = arriving.removeValue(forKey: transfer) else { return }
        let temporary = file.temporary
        _ = try? await Disk.perform { unlink(temporary) }
    }

    /// `@unchecked Sendable`: each is used by one task, which waits for the disk's queue before it goes on.
    private struct Opened: @unchecked Sendable { let handle: FileHandle }

    private static func opened(_ path: String, withheld: [String]) throws -> (Opened, Int64) {
        let real = (path as NSString).resolvingSymlinksInPath
        guard !path.utf8.contains(0), !withheld.contains(where: { real == $0 || real.utf8.starts(with: ($0 + "/").utf8) }) else {
            throw FileExchange.Failure(description: "this file is not given away")
        }
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw FileExchange.Failure(description: "file not found: \(path)") }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw FileExchange.Failure(description: "not a regular file: \(path)")
        }
        return (Opened(handle: handle), Int64(status.st_size))
    }
}
