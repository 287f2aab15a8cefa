import HubCore
import SQLiteDatabase
import Testing

@Suite(.timeLimit(.minutes(3))) struct FaultTests {
    @Test("without its database the hub says 503, when to try again, and nothing of its inside")
    func database() async throws {
        try await TestHub.serve { hub in
            let (agent, person) = (try await hub.agent(), try await hub.person())
            try #require(hub.hub.database as? SQLiteDatabase).close()
            for answer in [
                try await agent.get("/api/v1/server/tasks"), try await agent.post("/api/v1/server/tasks", ["title": "x"]),
                try await person.get("/api/v1/tasks"),
            ] {
                #expect(answer.status == 503)
                #expect(answer.headers["retry-after"] != nil)
                #expect(answer.detail == "the hub cannot do this at the moment: try again")
            }
            #expect(try await hub.nobody.get("/").status == 200)
        }
    }
}
