import HubCore
import Logging
import Testing

@testable import HubServer

@Suite(.timeLimit(.minutes(3))) struct LogTests {
    @Test("at info the library's own line about listening is not there, at debug it is")
    func listening() async throws {
        for (level, isThere) in [(Logger.Level.info, false), (.debug, true)] {
            let log = RecordingLog()
            try await TestHub.serve(log: log.logger(level)) { hub in _ = try await hub.person() }
            #expect(log.text.contains("Server started and listening") == isThere)
        }
    }

    @Test("says method, path and status of each request, and never a token, a key or a body")
    func secrets() async throws {
        let log = RecordingLog()
        try await TestHub.serve(log: log.logger) { hub in
            let token = try await hub.registrationToken()
            let registered = try await hub.nobody.post(
                "/api/v1/servers/register", ["name": "vm", "registration_token": .string(token), "machine_id": "1"])
            let key = try #require(registered["api_key"].string)
            let agent = TestClient(port: hub.port, headers: [("X-API-Key", key)])
            let person = try await hub.person()
            _ = try await agent.post("/api/v1/server/tasks?wait=1", ["title": "a-title-nobody-logs"])
            _ = try await person.get("/api/v1/tasks/1")
            _ = try await TestClient(port: hub.port, headers: [("X-API-Key", key + "x")]).get("/api/v1/server/tasks")
            let bearer = try #require(person.headers.first?.1.split(separator: " ").last)
            let secret = try #require(token.split(separator: ".").last)
            let text = log.text
            #expect(text.contains("/api/v1/tasks/1") && text.contains("401"))
            for hidden in [String(secret), key, String(bearer), "a-title-nobody-logs"] { #expect(!text.contains(hidden)) }
        }
    }

    @Test("requests that the end cuts are one line of the hub's own, and no fault")
    func forcedEnd() async throws {
        let log = RecordingLog()
        try await TestHub.serve(drainTime: .milliseconds(100), log: log.logger(.notice)) { hub in
            let person = try await hub.person()
            let name = try #require(person.headers.first)
            // One that does not answer a closing handshake, and two requests that are never sent whole.
            let dashboard = try await TestConnection(port: hub.port)
            try await dashboard.send(
                "GET /ws/dashboard HTTP/1.1\r\nHost: h\r\n\(name.0): \(name.1)\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
            )
            #expect(try await dashboard.response().status == 101)
            for _ in 1...2 {
                let connection = try await TestConnection(port: hub.port)
                try await connection.send(
                    "POST /api/v1/tasks HTTP/1.1\r\nHost: h\r\n\(name.0): \(name.1)\r\nExpect: 100-continue\r\nContent-Length: 99\r\n\r\n{")
                // The request is being read then.
                _ = try await person.get("/api/v1/tasks")
            }
        }
        let lines = log.text.split(separator: "\n")
        #expect(lines.filter { $0.hasPrefix("error") || $0.hasPrefix("warning") } == [])
        #expect(lines.filter { $0.contains("connections were still open") }.count == 1, "\(log.text)")
    }

    @Test("a server that is cancelled while it listens reports no fault of the library")
    func cancelled() async throws {
        let log = RecordingLog()
        try await TestHub.serve { hub in
            let (ports, announce) = AsyncStream<Int>.makeStream()
            let configuration = HubServer.Configuration(
                host: "127.0.0.1", port: 0, version: "1", health: FixedHealth(answer: HubHealth()))
            let server = HubServer(hub.hub, configuration, log: log.logger(.debug)) { announce.yield($0) }
            let running = Task { try await server.run() }
            for await port in ports {
                let connection = try await TestConnection(port: port)
                try await connection.send("GET /api/v1/health HTTP/1.1\r\nHost: h\r\n\r\n")
                #expect(try await connection.response().status == 200)
                running.cancel()
                _ = await running.result
                break
            }
        }
        let lines = log.text.split(separator: "\n")
        #expect(lines.filter { $0.hasPrefix("error") || $0.hasPrefix("warning") } == [])
        // Of the connection that was still open; it may have been closed by then.
        #expect(lines.filter { $0.hasPrefix("notice") }.count <= 1, "\(log.text)")
        #expect(lines.contains { $0.hasPrefix("debug Waiting on child channel") }, "\(log.text)")
    }

    @Test("an end in peace says nothing")
    func peacefulEnd() async throws {
        let log = RecordingLog()
        try await TestHub.serve(log: log.logger(.notice)) { hub in
            _ = try await hub.person().get("/api/v1/tasks")
        }
        #expect(log.text == "")
    }
}
