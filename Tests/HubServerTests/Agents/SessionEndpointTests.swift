import HubCore
import HubService
import Testing

/// What agents in terminals ask over REST.
@Suite(.timeLimit(.minutes(3))) struct SessionEndpointTests {
    private let tasks = "/api/v1/server/tasks"

    private func server(_ name: String, of hub: TestHub) async throws -> Server {
        let lines = try await hub.hub.ask(ListServers(in: hub.project), as: .hub)
        return try #require(lines.first { $0.server.name == name }).server
    }

    @Test("check, list and status answer for one session") func bySession() async throws {
        try await TestHub.serve { hub in
            let agent = try await hub.agent("mac-1")
            let server = try await server("mac-1", of: hub)
            try await hub.hub.run(ServerConnected(server.id, features: []), as: .hub)
            let (first, second) = (try await hub.assignedTask(agent), try await hub.assignedTask(agent))
            let object = try await agent.get("\(tasks)/\(first)")
            let session = try #require(object["session_id"].string)
            #expect(object["target_session_name"] == "task-1")
            #expect(try await agent.get("\(tasks)/check")["count"] == 2)
            let check = try await agent.get("\(tasks)/check?session_id=\(session)")
            #expect(check["count"] == 1)
            #expect(check["tasks"].array?.first?["id"]?.string == first)
            #expect(try await agent.get("\(tasks)/check?session_id=\(Session.ID.random())")["count"] == 0)
            #expect(try await agent.get("\(tasks)/check?session_id=nonsense")["count"] == 0)
            #expect(try await agent.get("\(tasks)?session_id=\(session)")["total"] == 1)
            #expect(try await agent.get("\(tasks)?session_id=nonsense")["total"] == 0)
            #expect(try await agent.get("\(tasks)")["total"] == 2)
            let status = try await agent.get("/api/v1/server/status?session_id=\(session)")
            #expect(status["session_name"] == "task-1")
            let child = try await agent.post(tasks, ["title": "child", "spec": "x", "session_id": .string(session)])
            #expect(child["source_session_name"] == "task-1")
            #expect(second != first)
        }
    }

    @Test("a session's key works over REST for its own task, and for nothing else") func sessionKey() async throws {
        try await TestHub.serve { hub in
            let agent = try await hub.agent("mac-1")
            let server = try await server("mac-1", of: hub)
            try await hub.hub.run(ServerConnected(server.id, features: []), as: .hub)
            let (first, second) = (try await hub.assignedTask(agent), try await hub.assignedTask(agent))
            let id = try #require(try await agent.get("\(tasks)/\(first)")["session_id"].string.flatMap { Session.ID($0) })
            let key = IssueSessionKey.newKey()
            try await hub.hub.run(IssueSessionKey(for: id, key: key), as: .hub)
            let inside = TestClient(port: hub.port, headers: [("X-Api-Key", key.revealed)])
            #expect(try await inside.get("\(tasks)/check")["count"] == 1)
            #expect(try await inside.get("/api/v1/server/status")["session_id"].string == id.text)
            #expect(try await inside.post("\(tasks)/\(first)/start").status == 200)
            #expect(try await inside.post("\(tasks)/\(second)/start").status == 403)
            #expect(try await inside.get("\(tasks)/\(second)").status == 200)
            try await hub.hub.run(SessionClosed(id, on: server.id, exitCode: 0), as: .hub)
            #expect(try await inside.get("\(tasks)/check").status == 401)
            #expect(try await agent.get("\(tasks)/check")["count"] == 2)
        }
    }

    @Test("assigns to a session by name; an unknown name is 404") func assign() async throws {
        try await TestHub.serve { hub in
            let (agent, person) = (try await hub.agent("mac-1"), try await hub.person())
            let server = try await server("mac-1", of: hub)
            try await hub.hub.run(ServerConnected(server.id, features: []), as: .hub)
            try await hub.hub.run(OpenSession(on: "mac-1", in: hub.project, name: "desk"), as: .hub)
            let created = try await person.post("/api/v1/tasks", ["title": "x", "auto_assign": false])
            let id = try #require(created["id"].string)
            #expect(try await person.post("/api/v1/tasks/\(id)/assign", ["session_name": "bench"]).status == 404)
            let assigned = try await person.post("/api/v1/tasks/\(id)/assign", ["session_name": "desk"])
            #expect(assigned.status == 200)
            #expect(assigned["target_session_name"] == "desk")
            #expect(try await agent.get("\(tasks)/check")["count"] == 1)
        }
    }
}
