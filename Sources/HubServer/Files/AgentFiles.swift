import HTTPTypes
import HubCore
import HubService
import WireProtocol

/// Files for and from a server (agent protocol, sections 3.5 to 3.9).
enum AgentFiles {
    /// A form around a file of the largest size.
    static let maximumUpload = HubFile.maximumFetchedSize + (64 << 10)

    static let pending: RouteTable.Handler = { call in
        let files = try await call.ask(WaitingFiles(for: try call.machine(), .offered))
        return Reply(verbatim: .array(files.map(\.offerJSON)))
    }

    static let content: RouteTable.Handler = { call in
        let server = try call.machine()
        guard let file = try await call.hub.offeredFile(try call.file(), for: server.id) else {
            throw Problem(404, "there is no such file for this server, or it was fetched already")
        }
        return Reply(file, from: call.hub)
    }

    static let acknowledge: RouteTable.Handler = { call in
        let (server, file) = (try call.machine(), try call.file())
        let report = try FileAcknowledgement(json: try call.json())
        let result: AcknowledgeFile.Result = report.isStored ? .stored(path: report.path) : .failed(report.error ?? "")
        return try await call.ended(AcknowledgeFile(file, on: server.id, result))
    }

    static let pulls: RouteTable.Handler = { call in
        let files = try await call.ask(WaitingFiles(for: try call.machine(), .requested))
        return Reply(verbatim: .array(files.map(\.requestJSON)))
    }

    static let upload: RouteTable.Handler = { call in
        let (server, id) = (try call.machine(), try call.file())
        let waiting = try await call.ask(WaitingFiles(for: server, .requested))
        guard waiting.contains(where: { $0.id == id }) else { throw Problem(404, "nobody waits for this file") }
        let form: MultipartForm
        do {
            form = try MultipartForm(call.body, type: call.headers[.contentType])
        } catch {
            throw Problem(400, "the body must be multipart/form-data with the file in a part of that name")
        }
        guard let part = form.parts.first(where: { $0.name == "file" }) else { throw Problem(422, "the form has no part named file") }
        let content = try await call.hub.store(Array(call.body[part.bytes]), limit: HubFile.maximumFetchedSize)
        return try await call.ended(ReceiveFile(id, from: server.id, named: part.filename, content: content))
    }

    static let fail: RouteTable.Handler = { call in
        let (server, file) = (try call.machine(), try call.file())
        let report = try PullFailure(json: try call.json())
        return try await call.ended(FailFileRequest(file, on: server.id, because: report.error))
    }
}

extension Call {
    /// The server itself, for what only its daemon does.
    ///
    /// - Throws: ``Problem`` with 401, or 403 for the key of a session.
    func machine() throws(Problem) -> Server {
        guard case .agent(let server, let session) = caller else { throw Problem(401, "this needs an X-API-Key") }
        guard session == nil else { throw Problem(403, "this is for the server's own key, not for a session's") }
        return server
    }

    /// The file that the path names.
    ///
    /// - Throws: ``Problem`` with 404
    func file() throws(Problem) -> HubFile.ID {
        guard let id = HubFile.ID(parameters[0]) else { throw Problem(404, "there is no file \(parameters[0].prefix(64))") }
        return id
    }

    /// What a server reports about a file is checked against its key here, and carried out by the hub.
    fileprivate func ended<Case: UseCase>(_ report: Case) async throws -> Reply where Case.Outcome == HubFile {
        let file = try await hub.run(report, as: .hub, once: try key())
        return Reply(["id": JSONValue(file.id), "status": .string(file.state.rawValue)])
    }
}

extension Reply {
    /// A file's bytes, to be saved and never to be shown as a page of ours.
    init(_ file: StoredFile, from hub: Hub) {
        // The name in full as RFC 8187 has it, since a header is ASCII.
        let allowed = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".utf8)
        let name = file.name.utf8.map { byte -> String in
            if allowed.contains(byte) { return String(UnicodeScalar(byte)) }
            return "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }.joined()
        self.init(
            type: "application/octet-stream", stream: Stream(length: file.size) { try await hub.piece($0, of: file) },
            headers: [.contentDisposition: "attachment; filename*=UTF-8''\(name)", .contentSecurityPolicy: "sandbox"])
    }
}
