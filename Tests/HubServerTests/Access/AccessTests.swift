import HubCore
import Testing

@testable import HubServer

@Suite(.timeLimit(.minutes(3))) struct AccessTests {
    @Test("every route but the open ones refuses nobody, a wrong key, and the other kind's key")
    func everyRoute() async throws {
        try await TestHub.serve { hub in
            let (agent, person) = (try await hub.agent(), try await hub.person())
            for route in Routes.all where route.access == .agent || route.access == .person {
                let path = route.path.replacing("{id}", with: "1").replacing("{upstream}", with: "2")
                #expect(try await hub.nobody.send(route.method.rawValue, path).status == 401, "\(path)")
                let wrong = route.access == .agent ? person : agent
                let answer = try await wrong.send(route.method.rawValue, path)
                #expect(answer.status == 401, "\(path)")
                #expect(answer.detail?.contains("under /api/v1") == true, "\(path)")
            }
        }
    }

    @Test("more than twenty wrong keys a minute are refused, and good ones behind the same address served")
    func wrongKeys() async throws {
        try await TestHub.serve { hub in
            let agent = try await hub.agent()
            let wrong = TestClient(port: hub.port, headers: [("X-API-Key", "orc_guess")])
            for _ in 1...20 { #expect(try await wrong.get("/api/v1/server/tasks").status == 401) }
            let refused = try await wrong.get("/api/v1/server/tasks")
            #expect(refused.status == 429)
            let seconds = try #require(Int(refused.headers["retry-after"] ?? ""))
            #expect((1...60).contains(seconds))
            #expect(try await agent.get("/api/v1/server/tasks").status == 200)
            let token = TestClient(port: hub.port, headers: [("Authorization", "Bearer nonsense")])
            #expect(try await token.get("/api/v1/tasks").status == 429)
        }
    }

    @Test("the count of wrong keys begins anew after its minute, for each address by itself")
    func window() {
        var limit = WrongKeyLimit()
        let start = Timestamp(milliseconds: 0)
        for _ in 1...20 { _ = limit.count("10.0.0.1", at: start) }
        #expect(limit.count("10.0.0.1", at: start) == start + .seconds(60))
        #expect(limit.count("10.0.0.2", at: start) == nil)
        #expect(limit.count("10.0.0.1", at: start + .seconds(60)) == nil)
        for index in 1...20 { #expect(limit.count("2001:db8:0:1::\(index)", at: start) == nil) }
        #expect(limit.count("2001:db8:0:1::ffff", at: start) != nil)
    }

    @Test("a malformed Authorization header is refused", arguments: ["Basic abc", "Bearer", "Bearer a b"])
    func malformed(_ value: String) async throws {
        try await TestHub.serve { hub in
            let client = TestClient(port: hub.port, headers: [("Authorization", value)])
            let answer = try await client.get("/api/v1/tasks")
            #expect(answer.status == 401)
        }
    }
}
