import HubCore
import HubService
import Testing

/// `PATCH /servers/{id}`.
@Suite(.timeLimit(.minutes(3))) struct ServerChangesTests {
    private func patch(_ path: String, _ body: JSONValue, by caller: TestClient) async throws -> TestResponse {
        try await caller.send("PATCH", "/api/v1/servers/\(path)", body.bytes)
    }

    @Test("an owner's script says what a server can do, and what waits for that goes there")
    func change() async throws {
        try await TestHub.serve { hub in
            let owner = try await hub.person()
            let agent = try await hub.agent("mac 1")
            let waiting: JSONValue = ["title": "x", "target_repo": "web", "requires": ["languages": ["swift"], "agent": "claude"]]
            #expect(try await owner.post("/api/v1/tasks", waiting)["status"] == "pending")
            let answer = try await patch(
                "mac%201",
                ["repos": ["Web"], "slots": 6, "capabilities": ["languages": ["Swift", "go"], "agents": ["claude"], "tags": []]], by: owner)
            #expect(answer.status == 200 && answer["name"] == "mac 1" && answer["slots"] == 6 && answer["repos"] == ["web"])
            #expect(answer["used_slots"] == 1 && answer["overridden"] == ["repos", "languages", "agents", "tags", "slots"])
            #expect(
                answer["capabilities"] == [
                    "languages": ["go", "swift"], "environments": [], "agents": ["claude"], "tools": [], "tags": [],
                ])
            #expect(try await owner.get("/api/v1/tasks/1")["status"] == "assigned")

            // What the daemon says does not count where people have spoken, until they take it back.
            let report: JSONValue = ["system_info": ["capabilities": ["languages": ["rust"], "tools": ["git"], "slots": 2]]]
            #expect(try await agent.post("/api/v1/servers/heartbeat", report).status == 200)
            let listed = try #require(try await owner.get("/api/v1/servers")["servers"].array?.first)
            #expect(listed["capabilities"]?["languages"] == ["go", "swift"] && listed["capabilities"]?["tools"] == ["git"])
            let id = try #require(answer["id"].string)
            let back = try await patch(id, ["slots": nil, "drained": true, "capabilities": ["languages": nil]], by: owner)
            #expect(back["slots"] == 2 && back["drained"] == true && back["capabilities"]["languages"] == ["rust"])
            #expect(back["overridden"] == ["repos", "agents", "tags"])
        }
    }

    @Test("nobody but owners changes a server, and another project's is not there")
    func rights() async throws {
        try await TestHub.serve { hub in
            let agent = try await hub.agent("mac-1")
            let other = try await hub.hub.run(CreateProject("other"), as: .hub)
            let id = try #require(try await hub.person().get("/api/v1/servers")["servers"].array?.first?["id"]?.string)
            let body: JSONValue = ["capabilities": ["languages": ["swift"]]]
            for name in ["mac-1", id] {
                #expect(try await patch(name, body, by: hub.person(.member)).status == 403)
                #expect(try await patch(name, body, by: hub.person(.viewer)).status == 403)
                #expect(try await patch(name, body, by: hub.person(.owner, in: other.id)).status == 404)
                #expect(try await patch(name, body, by: hub.nobody).status == 401)
                #expect(try await patch(name, body, by: agent).status == 401)
            }
            let stranger = try await hub.person(.owner, in: other.id)
            let (theirs, none) = (
                try await patch(id, body, by: stranger), try await patch(Server.ID.random().text, body, by: stranger)
            )
            #expect(none.status == 404 && theirs.detail == none.detail)
            #expect(try await patch("mac-9", body, by: hub.person()).status == 404)
            let line = try #require(try await hub.hub.ask(ListServers(in: hub.project), as: .hub).first)
            #expect(line.server.override == CapabilityOverride())
        }
    }

    @Test(
        "what makes no sense is a 422, and changes nothing",
        arguments: [
            ([:], "the body names nothing to change"), (["colour": "red"], "a server has no colour to change: there are capabilities"),
            (["drained": true, "slots": 1025], "slots is a number from 0 to 1024, not 1025"),
            (["repos": ["web"], "capabilities": ["tools": ["git", ""]]], "a name in tools is empty"),
            (["capabilities": ["tools": ["a\u{0}b"]]], "a name in tools holds a line break or another control character"),
            (["capabilities": ["tags": [.string(String(repeating: "x", count: 129))]]], "in tags has more than 128 characters"),
            (["capabilities": ["languages": ["swift", 5]]], "each entry of capabilities.languages must be a string"),
        ] as [(JSONValue, String)])
    func faults(body: JSONValue, sentence: String) async throws {
        try await TestHub.serve { hub in
            _ = try await hub.agent("mac-1")
            let answer = try await patch("mac-1", body, by: hub.person())
            #expect(answer.status == 422 && answer.detail?.contains(sentence) == true, "\(answer.detail ?? "")")
            let server = try #require(try await hub.hub.ask(ListServers(in: hub.project), as: .hub).first?.server)
            #expect(server.override == CapabilityOverride() && !server.isDrained)
        }
    }
}
