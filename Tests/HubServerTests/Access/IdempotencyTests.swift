import HubCore
import Testing

@Suite(.timeLimit(.minutes(3))) struct IdempotencyTests {
    private let tasks = "/api/v1/server/tasks"

    @Test("the same key and body give the first answer again, another body is refused")
    func replay() async throws {
        try await TestHub.serve { hub in
            let (agent, person) = (try await hub.agent(), try await hub.person())
            let first = try await agent.post(tasks, ["title": "once"], once: "k1")
            let again = try await agent.post(tasks, ["title": "once"], once: "k1")
            #expect(first.status == 201 && again.status == 201)
            #expect(again["id"] == first["id"])
            #expect(try await agent.post(tasks, ["title": "other"], once: "k1").status == 422)
            #expect(try await agent.get(tasks)["total"] == 1)
            // Another caller's keys are its own.
            #expect(try await person.post("/api/v1/tasks", ["title": "once"], once: "k1")["number"] == 2)
        }
    }

    @Test("a request that failed is looked at again")
    func failedIsNotKept() async throws {
        try await TestHub.serve { hub in
            let agent = try await hub.agent()
            let id = try await hub.assignedTask(agent)
            #expect(try await agent.post("\(tasks)/\(id)/complete", ["result": 1], once: "c").status == 409)
            _ = try await agent.post("\(tasks)/\(id)/start", once: "s")
            #expect(try await agent.post("\(tasks)/\(id)/complete", ["result": 1], once: "c")["status"] == "done")
            // The answer to the start is the one of then.
            #expect(try await agent.post("\(tasks)/\(id)/start", once: "s")["status"] == "running")
        }
    }

    @Test("many at once under one key take effect once")
    func atOnce() async throws {
        try await TestHub.serve { hub in
            let agent = try await hub.agent()
            let ids = try await withThrowingTaskGroup(of: String?.self) { group in
                for _ in 1...8 { group.addTask { try await agent.post(tasks, ["title": "once"], once: "same")["id"].string } }
                return try await group.reduce(into: Set<String?>()) { $0.insert($1) }
            }
            #expect(ids.count == 1)
            #expect(try await agent.get(tasks)["total"] == 1)
        }
    }

    @Test("a malformed key is refused", arguments: ["", String(repeating: "k", count: 256)])
    func malformed(_ key: String) async throws {
        try await TestHub.serve { hub in
            let agent = try await hub.agent()
            #expect(try await agent.post(tasks, ["title": "x"], once: key).status == 400)
        }
    }
}
