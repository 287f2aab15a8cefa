import Cryptography
import Foundation
import HubCore
import NIOPosix

/// The programs that a new server downloads: those that lie beside the hub's own, for the platform that the hub was built for.
final class Programs: Sendable {
    static let names = ["orchestratia-agent", "orchestratia"]
    private static let pieceSize = 1 << 20

    private struct Edition: Hashable {
        let size: Int
        let changed: Date
    }

    let folder: String?
    /// Checksums of what was asked for before.
    private let digests = Locked([String: (Edition, String)]())

    init(folder: String?) {
        self.folder = folder
    }

    struct Program: Sendable {
        let path: String
        /// In bytes.
        let size: Int
        /// Lower-case hexadecimal.
        let sha256: String
    }

    /// `nil` if there is no such program here.
    func find(_ name: String) async throws -> Program? {
        guard let folder, Self.names.contains(name) else { return nil }
        let path = folder + "/" + name
        return try await Self.offPool { try self.look(at: path) }
    }

    private func look(at path: String) throws -> Program? {
        // A link is followed: packagers link programs.
        let real = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: real),
            attributes[.type] as? FileAttributeType == .typeRegular,
            let size = (attributes[.size] as? NSNumber)?.intValue, let changed = attributes[.modificationDate] as? Date
        else { return nil }
        let edition = Edition(size: size, changed: changed)
        if let (known, digest) = digests.withLock({ $0[path] }), known == edition { return Program(path: real, size: size, sha256: digest) }
        let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: real))
        defer { try? file.close() }
        var hash = SHA256()
        while let piece = try file.read(upToCount: Self.pieceSize), !piece.isEmpty { hash.update(Array(piece)) }
        let digest = Hex.encode(hash.finish())
        digests.withLock { $0[path] = (edition, digest) }
        return Program(path: real, size: size, sha256: digest)
    }

    /// A piece of the program, from 0 on.
    static func piece(_ number: Int, of program: Program) async throws -> [UInt8]? {
        try await offPool {
            let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: program.path))
            defer { try? file.close() }
            try file.seek(toOffset: UInt64(number * pieceSize))
            let piece = try file.read(upToCount: pieceSize) ?? Data()
            return piece.isEmpty ? nil : Array(piece)
        }
    }

    /// Files are read where waiting for a disk holds nobody up.
    private static func offPool<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await NIOThreadPool.singleton.runIfActive(body)
    }

    /// As `uname -s` and `uname -m` have it.
    static let platform: (os: String, machine: String) = {
        var name = utsname()
        uname(&name)
        func text<Value>(_ value: Value) -> String {
            withUnsafeBytes(of: value) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        }
        return (text(name.sysname), text(name.machine))
    }()
}
