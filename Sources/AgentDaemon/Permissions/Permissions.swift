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

    /// Hands over what the hooks wrote. It is moved aside first and removed when the hub has it, so that none is lost.
    func sendLog() async {
        do {
            let (logFile, unsentFile) = (self.logFile, self.unsentFile)
            let bytes: [UInt8] = try await Disk.perform {
                if let unsent = PrivateFile.read(unsentFile), !unsent.isEmpty { return unsent }
                // Nothing was written since the last time.
                guard let fresh = PrivateFile.read(logFile), !fresh.isEmpty else { return [] }
                let aside = logFile + ".taken"
                guard rename(logFile, aside) == 0 else { return [] }
                let taken = PrivateFile.read(aside) ?? fresh
                try PrivateFile.write(taken, to: unsentFile)
                unlink(aside)
                return taken
            }
            guard !bytes.isEmpty else { return }
            let entries = bytes.split(separator: 0x0A).prefix(5000).compactMap { line -> JSONValue? in
                (try? JSONValue(parsing: Array(line))).flatMap { $0.members == nil ? nil : $0 }
            }
            if !entries.isEmpty {
                let response = try await api.post("/api/v1/server/permissions/log", ["entries": .array(entries)])
                guard response.status == 201 else {
                    log.warning("the hub did not take the permission log", metadata: ["status": "\(response.status)"])
                    // What it will never take must not be sent for ever.
                    if (400..<500).contains(response.status), response.status != 401, response.status != 429 { await forget() }
                    return
                }
            }
            await forget()
        } catch {
            log.debug("the permission log waits", metadata: ["why": "\(error)"])
        }
    }

    private func forget() async { _ = try? await Disk.perform { [unsentFile] in unlink(unsentFile) } }
}
