import Cryptography
import HubCore
import HubStore

extension Hub {
    /// Keeps bytes, in pieces of a transaction each, so that nobody waits for a large file. What no file takes over is dropped within
    /// the hour.
    ///
    /// - Throws: ``HubError/invalid(_:)`` for more than `limit` bytes, ``SQLFault``
    package func store(_ bytes: [UInt8], limit: Int = HubFile.maximumSentSize) async throws -> FileContent.ID {
        guard bytes.count <= limit else { throw HubError.invalid("a file may have \(limit >> 20) MiB, this one has more") }
        let (id, size, now) = (FileContent.ID.random(), bytes.count, clock.now())
        let sha256 = Hex.encode(SHA256.digest(of: bytes))
        try await database.write { try FileContentTable($0).insert(id, size: size, sha256: sha256, at: now) }
        for (number, start) in stride(from: 0, to: size, by: FileContent.pieceSize).enumerated() {
            let piece = Array(bytes[start..<min(start + FileContent.pieceSize, size)])
            try await database.write { try FileContentTable($0).insert(piece: number, piece, of: id) }
        }
        return id
    }

    /// Sends a file to a server: takes the bytes in and offers it.
    ///
    /// - Parameter key: as with ``run(_:as:once:)``: a repetition gets the first file again.
    /// - Throws: ``HubError``
    @discardableResult
    package func sendFile(
        named name: String, _ bytes: [UInt8], to target: FileTarget, as caller: Caller, once key: HandledTable.Key? = nil
    ) async throws -> HubFile {
        _ = try await ask(FindFilePlace(target), as: caller)
        let content = try await store(bytes)
        return try await run(SendFile(to: target, named: name, content: content), as: caller, once: key)
    }

    /// A piece of a file's bytes, from 0 on; `nil` behind the last.
    package func piece(_ number: Int, of file: StoredFile) async throws -> [UInt8]? {
        try await database.read { try FileContentTable($0).piece(number, of: file.content) }
    }

    /// All bytes of a file.
    ///
    /// - Throws: ``HubError``
    package func bytes(of file: HubFile.ID, as caller: Caller) async throws -> (name: String, bytes: [UInt8]) {
        let stored = try await ask(ReadFile(file), as: caller)
        var (bytes, number) = ([UInt8](), 0)
        bytes.reserveCapacity(stored.size)
        while let piece = try await piece(number, of: stored) {
            bytes += piece
            number += 1
        }
        guard bytes.count == stored.size else { throw HubError.conflict("the bytes of \(stored.name) are not kept any more") }
        return (stored.name, bytes)
    }

    /// The bytes that a server may fetch: of a file that was offered to it.
    package func offeredFile(_ id: HubFile.ID, for server: Server.ID) async throws -> StoredFile? {
        try await database.read { connection in
            guard let file = try HubFileTable(connection).find(id), file.server == server, file.state == .offered,
                let content = file.content, let size = file.size
            else { return nil }
            return StoredFile(name: file.name, size: size, content: content)
        }
    }
}
