import Cryptography
import Foundation
import HTTPClient
import HubCore

/// The hub's REST interface for daemons (agent protocol, section 3).
struct HubAPI: Sendable {
    let transport: any HTTPTransport
    /// Without a slash at the end.
    let hub: String
    let key: Secret

    private func headers(_ more: [(name: String, value: String)] = []) -> [(name: String, value: String)] {
        [("X-API-Key", key.revealed), ("Accept", "application/json")] + more
    }

    func get(_ path: String, limits: HTTPRequest.Limits = .init(total: .seconds(10))) async throws -> HTTPResponse {
        try await transport.send(HTTPRequest(.get, hub + path, headers: headers(), isRepeatable: true, limits: limits))
    }

    /// - Parameter idempotencyKey: with which the hub takes the same request once, however often it comes (section 12).
    func post(
        _ path: String, _ body: JSONValue, idempotencyKey: String? = nil, limits: HTTPRequest.Limits = .init(total: .seconds(30))
    ) async throws -> HTTPResponse {
        var fields = [(name: "Content-Type", value: "application/json")]
        if let idempotencyKey { fields.append(("Idempotency-Key", idempotencyKey)) }
        return try await transport.send(
            HTTPRequest(.post, hub + path, headers: headers(fields), body: Data(body.bytes), isRepeatable: false, limits: limits))
    }

    /// A bare array of objects; `nil` for whatever else is answered.
    func list(_ path: String) async throws -> [JSONValue]? {
        let response = try await get(path)
        guard response.status == 200, let json = try? JSONValue(parsing: [UInt8](response.body)) else { return nil }
        return json.isNull ? [] : json.array
    }

    /// Fetches a file that the hub names: a path of the hub, or a whole address. The key goes to the hub alone.
    func download(_ address: String, limit: Int) async throws -> HTTPResponse {
        let limits = HTTPRequest.Limits(total: .seconds(600), stall: .seconds(30), answerBytes: limit)
        let url = address.hasPrefix("/") ? hub + address : address
        let isHub = url.hasPrefix(hub + "/")
        return try await transport.send(
            HTTPRequest(.get, url, headers: isHub ? headers() : [], isRepeatable: true, limits: limits))
    }

    /// One part called `file` (section 3.8).
    func upload(_ path: String, name: String, bytes: [UInt8]) async throws -> HTTPResponse {
        let boundary = "orchestratia-" + Hex.encode(SecureRandom.bytes(16))
        let quoted = String(
            String.UnicodeScalarView(
                name.unicodeScalars.filter { scalar in
                    switch scalar.properties.generalCategory {
                    case .control, .lineSeparator, .paragraphSeparator: false
                    default: scalar != "\"" && scalar != "\\"
                    }
                }))
        var body = Data("--\(boundary)\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\(quoted)\"\r\n".utf8)
        body += Data("Content-Type: application/octet-stream\r\n\r\n".utf8)
        body += bytes
        body += Data("\r\n--\(boundary)--\r\n".utf8)
        return try await transport.send(
            HTTPRequest(
                .post, hub + path, headers: headers([("Content-Type", "multipart/form-data; boundary=\(boundary)")]), body: body,
                isRepeatable: false, limits: .init(total: .seconds(120))))
    }
}
