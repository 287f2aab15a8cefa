import Foundation
import HTTPTypes
import HummingbirdCore
import NIOCore

/// Which address does what.
///
/// `/bot<token>/<method>` and `/file/bot<token>/<path>` are the Bot API, `/sim/…` is the page's own interface, the rest are the page's files.
struct Routes: Sendable {
    /// The connection was broken on purpose.
    struct Broken: Error {}

    static let bodyLimit = 60_000_000
    let simulator: Simulator

    func respond(to request: Request, _ writer: consuming ResponseWriter, _ connection: Connection) async throws {
        let path = request.uri.path
        guard Origin.isLocal(host: request.head.authority) else {
            return try await write(.json(status: 403, ["detail": "this server only answers for 127.0.0.1 and localhost"]), writer)
        }
        if path == "/sim/events", request.method == .get { return try await stream(request, writer, connection) }
        var request = request
        guard let buffer = try? await request.collectBody(upTo: Self.bodyLimit) else {
            return try await write(.json(status: 413, Answer.body(of: .init(code: 413, description: "Request Entity Too Large"))), writer)
        }
        if path.hasPrefix("/bot") { return try await call(path, request, Array(buffer: buffer), writer, connection) }
        let reply: Reply
        if path.hasPrefix("/file/bot") {
            reply = await download(path)
        } else if path.hasPrefix("/sim/"), request.method == .post {
            reply = await act(String(path.dropFirst(5)), request, Array(buffer: buffer))
        } else if request.method == .get || request.method == .head {
            reply = await page(path)
        } else {
            reply = .json(status: 405, ["detail": "method not allowed"])
        }
        try await write(reply, writer, withBody: request.method != .head)
    }

    /// One call of the Bot API.
    private func call(
        _ path: String, _ request: Request, _ bytes: [UInt8], _ writer: consuming ResponseWriter, _ connection: Connection
    ) async throws {
        let parts = path.dropFirst(4).split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, request.method == .get || request.method == .post else {
            return try await write(.json(status: 404, Answer.body(of: .init(code: 404, description: "Not Found"))), writer)
        }
        let answer: Answer
        do {
            let body = try RequestBody(query: request.uri.query, contentType: request.headers[.contentType], bytes: bytes)
            let token = String(parts[0]).removingPercentEncoding ?? ""
            answer = await simulator.perform(String(parts[1]), token: token, body: body, connection: connection)
        } catch {
            answer = .failure(error)
        }
        switch answer {
        case .success(let result): try await write(.json(status: 200, ["ok": true, "result": result]), writer)
        case .failure(let refusal):
            var reply = Reply.json(status: refusal.code, Answer.body(of: refusal))
            if let seconds = refusal.retryAfter { reply.headers[.retryAfter] = String(seconds) }
            try await write(reply, writer)
        case .page(let status, let html): try await write(Reply(status: status, type: "text/html", bytes: Array(html.utf8)), writer)
        case .truncated(let result):
            let reply = Reply.json(status: 200, ["ok": true, "result": result])
            var body = try await writer.writeHead(reply.head)
            try await body.write(ByteBuffer(bytes: reply.bytes.prefix(reply.bytes.count / 2)))
            await connection.close()
            throw Broken()
        case .reset:
            await connection.reset()
            throw Broken()
        }
    }

    private func download(_ path: String) async -> Reply {
        let parts = path.dropFirst("/file/bot".count).split(separator: "/", maxSplits: 1)
        guard parts.count == 2, let file = await simulator.file(at: String(parts[1]), token: String(parts[0]).removingPercentEncoding ?? "")
        else { return .json(status: 404, Answer.body(of: .init(code: 404, description: "Not Found"))) }
        return Reply(status: 200, type: "application/octet-stream", bytes: file.bytes)
    }

    private func write(_ reply: Reply, _ writer: consuming ResponseWriter, withBody: Bool = true) async throws {
        try await writer.write(response: reply.head, body: withBody ? .init(byteBuffer: ByteBuffer(bytes: reply.bytes)) : .init())
    }
}

/// A whole HTTP response.
struct Reply: Sendable {
    var status: Int
    var headers: HTTPFields = [:]
    var bytes: [UInt8]

    init(status: Int, type: String, bytes: [UInt8]) {
        (self.status, self.bytes) = (status, bytes)
        headers[.contentType] = type
        headers[.contentLength] = String(bytes.count)
        headers[.xContentTypeOptions] = "nosniff"
    }

    static func json(status: Int, _ value: JSON) -> Reply { Reply(status: status, type: "application/json", bytes: value.bytes) }

    var head: HTTPResponse { HTTPResponse(status: .init(code: status), headerFields: headers) }
}

extension Simulator {
    func file(at path: String, token: String) -> World.StoredFile? {
        guard world.bot(token: token) != nil else { return nil }
        return world.files.values.first { $0.path == path }
    }
}
