import HubCore
import Logging
import Testing

@Suite(.timeLimit(.minutes(1))) struct LogTests {
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
}
