import Cryptography
import Foundation
import HTTPClient
import HubCore
import Logging

/// Files that people send to this machine or fetch from it, asked for every few seconds (agent protocol, sections 3.5–3.9).
struct FileExchange: Sendable {
    let api: HubAPI
    /// Where files from people go.
    let uploads: String
    let home: String
    /// Nothing below these is given away: they hold keys.
    let withheld: [String]
    let log: Logger

    private static let root = "/api/v1/server/files"
    /// In bytes.
    private static let pullLimit = 10 << 20
    private static let uploadLimit = 64 << 20

    /// Looks once. What cannot be reached is asked for again next time.
    func poll() async {
        await each("/pending", receive)
        await each("/pulls/pending", give)
    }

    /// One that fails holds up none of the others.
    private func each(_ path: String, _ work: (JSONValue) async throws -> Void) async {
        do {
            for item in try await api.list(Self.root + path) ?? [] where !Task.isCancelled {
                do {
                    try await work(item)
                } catch {
                    log.debug("a file waits for the next time", metadata: ["why": "\(error)"])
                }
            }
        } catch {
            log.debug("files cannot be asked for", metadata: ["why": "\(error)"])
        }
    }

    private static func segment(_ id: String) -> String? {
        id.utf8.count <= 128 ? id.addingPercentEncoding(withAllowedCharacters: .alphanumerics.union(CharacterSet(charactersIn: "-_"))) : nil
    }

    private func receive(_ item: JSONValue) async throws {
        guard let id = item["upload_id"]?.string.flatMap(Self.segment), let address = item["download_url"]?.string else { return }
        let answer: JSONValue
        do {
            let path = try await fetch(address, name: item["filename"]?.string ?? "file", sha256: item["sha256"]?.string)
            answer = ["success": true, "path": .string(path)]
        } catch let failure as Failure {
            answer = ["success": false, "error": .string(failure.description)]
        }
        _ = try await api.post("\(Self.root)/\(id)/ack", answer)
    }

    struct Failure: Error, CustomStringConvertible { let description: String }

    private func fetch(_ address: String, name: String, sha256: String?) async throws -> String {
        let bytes: [UInt8]
        do {
            let response = try await api.download(address, limit: Self.uploadLimit)
            guard (200..<300).contains(response.status) else { throw Failure(description: "download failed: status \(response.status)") }
            bytes = [UInt8](response.body)
        } catch let error as HTTPTransportError {
            throw Failure(description: "download failed: \(error)")
        }
        if let sha256, !sha256.isEmpty, sha256.lowercased() != Hex.encode(SHA256.digest(of: bytes)) {
            throw Failure(description: "sha256 mismatch")
        }
        let path = "\(uploads)/\(FileName.clean(name))"
        do {
            try await Disk.perform { [uploads] in
                try PrivateFile.makeDirectory(uploads)
                try PrivateFile.write(bytes, to: path)
            }
        } catch {
            throw Failure(description: "write failed: \(error)")
        }
        return path
    }

    private func give(_ item: JSONValue) async throws {
        guard let id = item["download_id"]?.string.flatMap(Self.segment), let wanted = item["path"]?.string else { return }
        do {
            let path = AgentConfiguration.expanded(wanted, home)
            let bytes = try await Disk.perform { try Self.read(path, withheld: withheld) }
            try await upload(bytes, name: (path as NSString).lastPathComponent, to: "\(Self.root)/pulls/\(id)/upload")
        } catch let failure as Failure {
            _ = try await api.post("\(Self.root)/pulls/\(id)/fail", ["error": .string(failure.description)])
        }
    }

    /// What may be otherwise in a moment: a hub that starts anew, a network that comes back. The file is tried again then.
    private static func passes(_ reason: HTTPTransportError.Reason) -> Bool {
        [.connectionRefused, .connectionLost, .staleConnection, .nameNotResolved, .proxyFailed].contains(reason)
    }

    private func upload(_ bytes: [UInt8], name: String, to path: String) async throws {
        do {
            let response = try await api.upload(path, name: name, bytes: bytes)
            guard response.status < 400 else { throw Failure(description: "the hub refused the file with status \(response.status)") }
        } catch let error as HTTPTransportError where !Self.passes(error.reason) {
            throw Failure(description: "upload failed: \(error)")
        }
    }

    static func read(_ path: String, withheld: [String]) throws -> [UInt8] {
        guard !path.utf8.contains(0), path.hasPrefix("/") else { throw Failure(description: "the path must be absolute, or begin with ~") }
        var status = stat()
        guard stat(path, &status) == 0 else { throw Failure(description: "file not found: \(path)") }
        guard status.st_mode & S_IFMT == S_IFREG else { throw Failure(description: "not a regular file: \(path)") }
        guard Int(status.st_size) <= pullLimit else {
            throw Failure(description: "file too large: \(status.st_size) bytes, \(pullLimit) are allowed")
        }
        let real = (path as NSString).resolvingSymlinksInPath
        guard !withheld.contains(where: { real == $0 || real.utf8.starts(with: ($0 + "/").utf8) }) else {
            throw Failure(description: "the agent's own files are not given away: \(path)")
        }
        guard let bytes = PrivateFile.read(path, limit: pullLimit) else { throw Failure(description: "file cannot be read: \(path)") }
        return bytes
    }
}
