import Foundation
import HTTPTypes
import HubCore

/// What a new server downloads: the script that installs an agent, and the programs.
enum Downloads {
    static let installScript: RouteTable.Handler = { _ in
        let script = InstallScript.text(os: Programs.platform.os, machine: Programs.platform.machine)
        return Reply(status: 200, type: "text/x-shellscript; charset=utf-8", bytes: Array(script.utf8))
    }

    /// `/download/orchestratia-agent`, and its checksum under `/download/orchestratia-agent.sha256` as `sha256sum` reads it.
    static let program: RouteTable.Handler = { call in
        let asked = call.parameters[0]
        let isChecksum = asked.hasSuffix(".sha256")
        let name = isChecksum ? String(asked.dropLast(".sha256".count)) : asked
        guard Programs.names.contains(name) else { throw Problem(404, "there is no program \(name.prefix(64)) to download") }
        let program: Programs.Program?
        do { program = try await call.server.programs.find(name) } catch { throw Problem(503, "\(name) cannot be read", cause: "\(error)") }
        guard let program else {
            throw Problem(
                404, "this hub has no \(name) to give away: it does not lie beside orchestratia-hub; build and install it by hand")
        }
        if isChecksum {
            return Reply(status: 200, type: "text/plain; charset=utf-8", bytes: Array("\(program.sha256)  \(name)\n".utf8))
        }
        return Reply(
            type: "application/octet-stream",
            stream: Reply.Stream(length: program.size) { try await Programs.piece($0, of: program) },
            headers: [.contentDisposition: "attachment; filename=\"\(name)\"", .eTag: "\"\(program.sha256)\""])
    }
}
