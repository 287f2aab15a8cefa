import HubCore
import HubService
import Testing

@testable import HubServer

@Suite(.timeLimit(.minutes(3))) struct ApprovalEndpointTests {
    @Test("people keep rules, and a server's hook gets a bare array in the order in which it looks")
    func rules() async throws {
        let connections = RecordingConnections()
        try await TestHub.serve(configure: { $1.agents = connections }) { hub in
            let (agent, owner) = (try await hub.agent("mac-1"), try await hub.person(.owner))
            _ = try await hub.agent("mac-2")
            let server = try await hub.server("mac-1")
            connections.connect(server.id)
            #expect(try await agent.get("/api/v1/server/approval-rules").json == [])

            let wide = try await owner.post("/api/v1/approval-rules", ["tool_pattern": "*", "action": "allow"])
            #expect(wide.status == 201)
            #expect(wide["name"] == "allow *" && wide["agent_filter"] == "all" && wide["scope_type"] == "project")
            #expect(await connections.next().1 == .approvalRulesUpdated)
            let narrow = try await owner.post(
                "/api/v1/approval-rules",
                [
                    "tool_pattern": "Bash", "param_pattern": "rm *", "action": "deny", "server": "mac-1",
                    "agent_filter": "claude, codex", "name": "no rm",
                ])
            _ = try await owner.post("/api/v1/approval-rules", ["tool_pattern": "Read", "action": "deny", "server": "mac-2"])

            let rules = try await agent.get("/api/v1/server/approval-rules")
            #expect(rules.status == 200)
            #expect(
                rules.json == [
                    [
                        "id": narrow["id"], "name": "no rm", "is_active": true, "tool_pattern": "Bash", "param_pattern": "rm *",
                        "scope_type": "server", "scope_id": JSONValue(server.id), "agent_filter": "claude,codex", "action": "deny",
                    ],
                    [
                        "id": wide["id"], "name": "allow *", "is_active": true, "tool_pattern": "*", "param_pattern": nil,
                        "scope_type": "tenant", "scope_id": nil, "agent_filter": "all", "action": "allow",
                    ],
                ])

            let id = try #require(narrow["id"].string)
            let changed = try await owner.put("/api/v1/approval-rules/\(id)", ["param_pattern": nil, "server": nil, "is_active": false])
            #expect(changed["param_pattern"].isNull && changed["server"].isNull && changed["is_active"] == false)
            #expect(changed["name"] == "no rm")
            #expect(try await agent.get("/api/v1/server/approval-rules").json.array?.count == 1)
            #expect(try await owner.delete("/api/v1/approval-rules/\(id)")["removed"] == true)
            #expect(try await owner.get("/api/v1/approval-rules/\(id)").status == 404)

            let viewer = try await hub.person(.viewer)
            #expect(try await viewer.get("/api/v1/approval-rules")["rules"].array?.count == 2)
            #expect(try await viewer.post("/api/v1/approval-rules", ["tool_pattern": "*", "action": "allow"]).status == 403)
        }
    }

    @Test(
        "refuses a rule that no hook would understand",
        arguments: [
            ["action": "deny"], ["tool_pattern": "*"], ["tool_pattern": "*", "action": "perhaps"],
            ["tool_pattern": "*", "action": "deny", "agent_filter": "nobody"],
            ["tool_pattern": "*", "action": "deny", "agent_filter": ""], ["tool_pattern": "", "action": "deny"],
            ["tool_pattern": 5, "action": "deny"], ["tool_pattern": "a\nb", "action": "deny"],
        ] as [JSONValue])
    func malformed(_ body: JSONValue) async throws {
        try await TestHub.serve { hub in
            let owner = try await hub.person(.owner)
            #expect(try await owner.post("/api/v1/approval-rules", body).status == 422)
        }
    }

    @Test("the log of permissions answers 201, loses no good entry for a bad one, and hides secrets")
    func permissions() async throws {
        try await TestHub.serve { hub in
            let (agent, person) = (try await hub.agent("mac-1"), try await hub.person(.viewer))
            let good: JSONValue = [
                "session_id": nil, "project_id": nil, "tool_name": "Bash",
                "tool_input": ["command": "curl -H 'Authorization: Bearer abcdefghijklmnop123456'"], "decision": "denied",
                "matched_rule_id": nil, "reason": "no network", "created_at": "2026-11-22T12:00:00+00:00",
            ]
            let answer = try await agent.post(
                "/api/v1/server/permissions/log", ["entries": [good, "x", ["tool_name": "Bash", "decision": "maybe"], nil]])
            #expect(answer.status == 201)
            #expect(answer["stored"] == 1 && answer["skipped"] == 3)
            let entries = try await person.get("/api/v1/permissions?decision=denied")["entries"]
            let entry = try #require(entries.array?.first)
            #expect(entry["server"] == "mac-1" && entry["tool_name"] == "Bash" && entry["reason"] == "no network")
            #expect(entry["tool_input"]?.string?.contains("abcdefghijklmnop") == false)
            #expect(try await person.get("/api/v1/permissions?decision=allowed")["entries"] == [])
            #expect(try await agent.post("/api/v1/server/permissions/log", ["entries": 5]).status == 422)
        }
    }
}
