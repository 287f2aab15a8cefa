import Cryptography
import HubCore
import HubService
import Testing

@testable import HubServer

@Suite(.timeLimit(.minutes(3))) struct FileEndpointTests {
    private func form(_ bytes: [UInt8], named name: String = "README.md", field: String = "file") -> [UInt8] {
        Array(
            "--xyz\r\nContent-Disposition: form-data; name=\"\(field)\"; filename=\"\(name)\"\r\nContent-Type: application/octet-stream\r\n\r\n"
                .utf8)
            + bytes + Array("\r\n--xyz--\r\n".utf8)
    }

    private func upload(_ agent: TestClient, _ id: String, _ body: [UInt8]) async throws -> TestResponse {
        var client = agent
        client.headers.append(("X-Form", "1"))
        let head =
            "POST /api/v1/server/files/pulls/\(id)/upload HTTP/1.1\r\nHost: hub\r\nContent-Type: multipart/form-data; boundary=xyz\r\n"
            + "Content-Length: \(body.count)\r\n" + agent.headers.map { "\($0.0): \($0.1)\r\n" }.joined() + "\r\n"
        let connection = try await TestConnection(port: agent.port)
        try await connection.send(Array(head.utf8) + body)
        let response = try await connection.response()
        await connection.close()
        return response
    }

    @Test("an installed daemon fetches a file, acknowledges it, and finds it no more")
    func pending() async throws {
        try await TestHub.serve { hub in
            let (agent, person) = (try await hub.agent("mac-1"), try await hub.person(.member))
            let content = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
            let sent = try await person.send("POST", "/api/v1/files?server=mac-1&name=..%2Fbig.bin", content)
            #expect(sent.status == 201)
            #expect(sent["status"] == "offered" && sent["name"] == "big.bin" && sent["size"] == 3_000_000)

            let list = try await agent.get("/api/v1/server/files/pending")
            let item = try #require(list.json.array?.first)
            #expect(item["filename"] == "big.bin")
            #expect(item["sha256"]?.string == Hex.encode(SHA256.digest(of: content)))
            let download = try await agent.get(try #require(item["download_url"]?.string))
            #expect(download.status == 200)
            // Not compared inside the expectation, which would print megabytes.
            let isWhole = download.body == content
            #expect(isWhole)
            #expect(download.headers["content-disposition"] == "attachment; filename*=UTF-8''big.bin")

            let id = try #require(item["upload_id"]?.string)
            let stranger = try await hub.agent("mac-2")
            #expect(try await stranger.get("/api/v1/server/files/\(id)/content").status == 404)
            #expect(try await stranger.post("/api/v1/server/files/\(id)/ack", ["success": true]).status == 404)
            #expect(try await agent.post("/api/v1/server/files/\(id)/ack", ["success": "yes"]).status == 422)
            #expect(try await agent.post("/api/v1/server/files/\(id)/ack", ["success": true, "path": "/tmp/big.bin"]).status == 200)
            #expect(try await agent.get("/api/v1/server/files/pending").json == [])
            #expect(try await agent.post("/api/v1/server/files/\(id)/ack", ["success": true]).status == 200)
            let after = try await person.get("/api/v1/files/\(id)")
            #expect(after["status"] == "delivered" && after["path"] == "/tmp/big.bin")
            #expect(try await person.get("/api/v1/files")["files"].array?.count == 1)
        }
    }

    @Test("a file that is asked for is handed in as a form, and read by people")
    func pull() async throws {
        try await TestHub.serve { hub in
            let (agent, person) = (try await hub.agent("mac-1"), try await hub.person(.member))
            let asked = try await person.post("/api/v1/files/pull", ["server": "mac-1", "path": "~/web/README.md"])
            #expect(asked.status == 201)
            let id = try #require(asked["id"].string)
            #expect(
                try await agent.get("/api/v1/server/files/pulls/pending").json == [["download_id": .string(id), "path": "~/web/README.md"]])
            #expect(try await person.get("/api/v1/files/\(id)/content").status == 409)

            #expect(try await upload(agent, id, [1, 2, 3]).status == 400)
            #expect(try await upload(agent, id, form([1], field: "other")).status == 422)
            let content = Array("# Web\r\n--xy\r\r\n".utf8) + [UInt8](repeating: 0xFF, count: 3_000_000)
            #expect(try await upload(agent, id, form(content)).status == 200)
            #expect(try await agent.get("/api/v1/server/files/pulls/pending").json == [])
            #expect(try await upload(agent, id, form(content)).status == 404)
            #expect(try await person.get("/api/v1/files/\(id)?wait=5")["status"] == "received")
            let download = try await person.get("/api/v1/files/\(id)/content")
            // Not compared inside the expectation, which would print megabytes.
            let isWhole = download.body == content
            #expect(isWhole)
            let viewer = try await hub.person(.viewer)
            #expect(try await viewer.get("/api/v1/files/\(id)/content").status == 403)
            #expect(try await viewer.get("/api/v1/files/\(id)").status == 200)
        }
    }

    @Test("a daemon that cannot hand a file in says why, once")
    func pullFailure() async throws {
        try await TestHub.serve { hub in
            let (agent, person) = (try await hub.agent("mac-1"), try await hub.person(.member))
            let id = try #require(try await person.post("/api/v1/files/pull", ["server": "mac-1", "path": "/no"])["id"].string)
            #expect(try await agent.post("/api/v1/server/files/pulls/\(id)/fail", ["error": "file not found: /no"]).status == 200)
            #expect(try await agent.get("/api/v1/server/files/pulls/pending").json == [])
            let view = try await person.get("/api/v1/files/\(id)?wait=5")
            #expect(view["status"] == "failed" && view["error"] == "file not found: /no")
        }
    }

    @Test("too large a body is refused before it is read, and only here may it be large at all")
    func limits() async throws {
        try await TestHub.serve { hub in
            let (agent, person) = (try await hub.agent("mac-1"), try await hub.person(.member))
            func announce(_ method: String, _ path: String, _ length: Int, _ client: TestClient) async throws -> Int {
                let connection = try await TestConnection(port: hub.port)
                try await connection.send(
                    "\(method) \(path) HTTP/1.1\r\nHost: hub\r\nContent-Length: \(length)\r\n"
                        + client.headers.map { "\($0.0): \($0.1)\r\n" }.joined() + "\r\n")
                let status = try await connection.response().status
                await connection.close()
                return status
            }
            #expect(try await announce("POST", "/api/v1/files?server=mac-1&name=x", HubFile.maximumSentSize + 1, person) == 413)
            #expect(try await announce("POST", "/api/v1/tasks", 3 << 20, person) == 413)
            let id = try #require(try await person.post("/api/v1/files/pull", ["server": "mac-1", "path": "/x"])["id"].string)
            #expect(try await announce("POST", "/api/v1/server/files/pulls/\(id)/upload", 11 << 20, agent) == 413)
            #expect(try await person.send("POST", "/api/v1/files?server=mac-1", [1]).status == 422)
            #expect(try await person.send("POST", "/api/v1/files?server=nobody&name=x", [1]).status == 404)
            #expect(try await person.post("/api/v1/files/pull", ["path": "/x"]).status == 422)
        }
    }

    @Test("what only a daemon does is not for the key of a session")
    func sessionKey() async throws {
        try await TestHub.serve { hub in
            _ = try await hub.agent("mac-1")
            let (client, _) = try await hub.sessionKey(on: "mac-1")
            #expect(try await client.get("/api/v1/server/files/pending").status == 403)
            #expect(try await client.post("/api/v1/server/permissions/log", ["entries": []]).status == 403)
            #expect(try await client.get("/api/v1/server/approval-rules").status == 200)
        }
    }
}
