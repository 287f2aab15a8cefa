import HubCore
import HubService
import Testing

@testable import HubServer

@Suite(.timeLimit(.minutes(3))) struct LiveSessionEndpointTests {
    @Test("a script opens a session, types into it, looks at it, and ends it")
    func life() async throws {
        let terminal = Typewriter()
        try await TestHub.serve(configure: { $1.terminals = terminal }) { hub in
            let (agent, person) = (try await hub.agent("mac-1"), try await hub.person(.member))
            #expect(try await person.post("/api/v1/sessions", ["server": "mac-1"]).status == 409)
            let session = try await hub.session(on: "mac-1", named: "shell")
            let opened = try await person.post("/api/v1/sessions", ["server": "mac-1", "name": "second", "cols": 80, "rows": 24])
            #expect(opened.status == 201)
            #expect(opened["status"] == "starting" && opened["cols"] == 80 && opened["server_name"] == "mac-1")

            let list = try await person.get("/api/v1/sessions")["sessions"].array ?? []
            #expect(Set(list.compactMap { $0["name"]?.string }) == ["shell", "second"])
            let seen = try await agent.get("/api/v1/server/sessions?project_id=\(hub.project)")
            #expect(seen["sessions"].array?.count == 2)

            let path = "/api/v1/sessions/\(session.id)"
            #expect(try await person.post("\(path)/input", ["text": "ls"])["status"] == "submitted")
            #expect(try await person.post("\(path)/input", ["text": "l", "submit": false]).status == 200)
            #expect(try await person.post("\(path)/input", ["keys": ["esc", "enter"]]).status == 200)
            #expect(try await person.post("\(path)/input", ["data": "AAE="]).status == 200)
            #expect(try await person.post("\(path)/input", ["keys": ["nokey"]]).status == 422)
            #expect(try await person.post("/api/v1/sessions/shell/resize", ["cols": 100, "rows": 30])["cols"] == 100)
            #expect(try await person.post("/api/v1/sessions/shell/resize", ["cols": 100, "rows": 201]).status == 422)
            #expect(terminal.typed.withLock { $0 } == ["ls⏎", "l", "<esc>", "<enter>", "[0, 1]", "<nokey>", "100x30"])
            for wrong in [[:], ["text": "a", "keys": ["b"]], ["data": "%"], ["text": 5]] as [JSONValue] {
                #expect(try await person.post("\(path)/input", wrong).status == 422)
            }

            let screen = try await person.get("\(path)/screen")
            #expect(screen["lines"] == ["$ ls", "a  b"])
            #expect(screen["cursor"] == ["row": 1, "column": 4])
            let picture = try await person.get("\(path)/screen?format=png")
            #expect(picture.headers["content-type"] == "image/png" && picture.body == [0x89, 0x50])
            #expect(try await person.get("\(path)/log").body == Array("all of it".utf8))
            #expect(try await person.get("\(path)/log?format=asciicast").status == 404)

            let viewer = try await hub.person(.viewer)
            #expect(try await viewer.get("\(path)/screen").status == 200)
            #expect(try await viewer.post("\(path)/input", ["text": "ls"]).status == 403)
            #expect(try await person.post("\(path)/close").status == 200)
            #expect(try await person.get("/api/v1/sessions/nobody").status == 404)
        }
    }

    @Test("a hub without live terminals says so")
    func without() async throws {
        try await TestHub.serve { hub in
            _ = try await hub.agent("mac-1")
            let session = try await hub.session(on: "mac-1")
            let person = try await hub.person(.member)
            #expect(try await person.get("/api/v1/sessions/\(session.id)/screen").status == 409)
            #expect(try await person.get("/api/v1/sessions/\(session.id)/log").status == 404)
            #expect(try await person.post("/api/v1/sessions/\(session.id)/input", ["text": "x"]).status == 409)
        }
    }

    @Test("a daemon's word on its tools is taken for its own sessions only")
    func tools() async throws {
        try await TestHub.serve { hub in
            let (agent, other) = (try await hub.agent("mac-1"), try await hub.agent("mac-2"))
            let session = try await hub.session(on: "mac-1")
            let path = "/api/v1/server/sessions/\(session.id)/mcp-status"
            let body: JSONValue = ["mcp_status": "written"]
            #expect(try await agent.send("PATCH", path, body.bytes).status == 200)
            #expect(try await other.send("PATCH", path, body.bytes).status == 404)
            #expect(try await agent.send("PATCH", "/api/v1/server/sessions/x/mcp-status", body.bytes).status == 404)
        }
    }

    @Test("status names the session that asks")
    func status() async throws {
        try await TestHub.serve { hub in
            let agent = try await hub.agent("mac-1")
            let (client, session) = try await hub.sessionKey(on: "mac-1")
            let own = try await client.get("/api/v1/server/status")
            #expect(own["session_id"] == JSONValue(session.id) && own["session_name"] == .string(session.name))
            let named = try await agent.get("/api/v1/server/status?session_id=\(session.id)")
            #expect(named["session_name"] == .string(session.name))
            #expect(try await agent.get("/api/v1/server/status")["session_name"].isNull)
        }
    }
}
