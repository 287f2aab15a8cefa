import HubCore

/// An agent or a script: one connection per request, as the installed command line does it.
struct TestClient: Sendable {
    let port: Int
    var headers: [(String, String)] = []

    func get(_ path: String) async throws -> TestResponse { try await send("GET", path) }
    func delete(_ path: String) async throws -> TestResponse { try await send("DELETE", path) }
    func put(_ path: String, _ json: JSONValue) async throws -> TestResponse { try await send("PUT", path, json.bytes) }
    /// Without `json` the body is empty.
    func post(_ path: String, _ json: JSONValue? = nil, once key: String? = nil) async throws -> TestResponse {
        try await send("POST", path, json?.bytes ?? [], key.map { [("Idempotency-Key", $0)] } ?? [])
    }

    func send(_ method: String, _ path: String, _ body: [UInt8] = [], _ more: [(String, String)] = []) async throws -> TestResponse {
        let connection = try await TestConnection(port: port)
        try await connection.send(request(method, path, body, more))
        let response = try await connection.response(toHead: method == "HEAD")
        await connection.close()
        return response
    }

    func request(_ method: String, _ path: String, _ body: [UInt8] = [], _ more: [(String, String)] = []) -> [UInt8] {
        var head = "\(method) \(path) HTTP/1.1\r\nHost: hub\r\nContent-Type: application/json\r\nContent-Length: \(body.count)\r\n"
        for (name, value) in headers + more { head += "\(name): \(value)\r\n" }
        return Array((head + "\r\n").utf8) + body
    }
}
