import Foundation
import HTTPClient
import HubCore
import Logging
import WireProtocol

/// What agents' hooks need from the hub, and what they tell it: rules from a file, decisions to a file (agent protocol, sections
/// 3.4, 3.10 and 8). The files have fixed names in the temporary folder, where the hooks look for them.
struct Permissions: Sendable {
    let api: HubAPI
    let rulesFile: String
    let logFile: String
    /// Where entries wait that the hub has not got.
    let unsentFile: String
    let log: Logger

    init(api: HubAPI, temporary: String, stateDirectory: String, log: Logger) {
        (self.api, self.log) = (api, log)
        rulesFile = temporary + "/" + AgentFiles.rules
        logFile = temporary + "/" + AgentFiles.permissionLog
        unsentFile = stateDirectory + "/permissions.jsonl"
    }

    /// Only a bare array replaces the file: anything else would break the hook, and the old rules are better than none.
    func fetchRules() async {
        do {
            let response = try await api.get("/api/v1/server/approval-rules")
            let bytes = [UInt8](response.body)
            guard response.status == 200, (try? JSONValue(parsing: bytes))?.array != nil else {
                log.warning("no approval rules from the hub", metadata: ["status": "\(response.status)"])
                return
            }
            try await Disk.perform { [rulesFile] in try PrivateFile.write(bytes, to: rulesFile) }
        } catch {
            log.warning("approval rules cannot be fetched", metadata: ["why": "\(error)"])
        }
    }

    /// Hands over what the hooks wrote, in pieces of which the hub stores every entry. It is moved aside first, and each piece is removed
    /// when the hub has it, so that none is lost; a piece that comes again after a crash counts once.
    func sendLog() async {
        do {
            while let piece = try await next() {
                guard try await deliver(piece) else { return }
                try await Disk.perform { [unsentFile] in
                    if piece.rest.isEmpty { unlink(unsentFile) } else { try PrivateFile.write(piece.rest, to: unsentFile) }
                }
            }
        } catch {
            log.debug("the permission log waits", metadata: ["why": "\(error)"])
        }
    }

    private func next() async throws -> PermissionPiece? {
        let (logFile, unsentFile) = (self.logFile, self.unsentFile)
        let bytes: [UInt8] = try await Disk.perform {
            if let unsent = PrivateFile.read(unsentFile), !unsent.isEmpty { return unsent }
            let aside = logFile + ".taken"
            // Left there by one that was killed.
            if PrivateFile.read(aside, isOwn: true)?.isEmpty ?? true {
                // Nothing was written since the last time.
                guard let fresh = PrivateFile.read(logFile, isOwn: true), !fresh.isEmpty, rename(logFile, aside) == 0 else { return [] }
            }
            let taken = PrivateFile.read(aside, isOwn: true) ?? []
            try PrivateFile.write(taken, to: unsentFile)
            unlink(aside)
            return taken
        }
        return bytes.isEmpty ? nil : PermissionPiece(of: bytes)
    }

    /// - Returns: whether the piece is done with.
    private func deliver(_ piece: PermissionPiece) async throws -> Bool {
        if piece.entries.isEmpty { return true }
        let response = try await api.post(
            "/api/v1/server/permissions/log", ["entries": .array(piece.entries)], idempotencyKey: piece.fingerprint)
        if response.status == 201 { return true }
        log.warning("the hub did not take the permission log", metadata: ["status": "\(response.status)"])
        // What it will never take must not be sent for ever.
        return (400..<500).contains(response.status) && response.status != 401 && response.status != 429
    }
}
