import HubCore
import Testing

/// The task object against section 7 of the agent protocol, key by key.
@Suite(.timeLimit(.minutes(3))) struct TaskObjectGoldenTests {
    @Test("has every key of section 7 with the value or null")
    func everyKey() async throws {
        try await TestHub.serve { hub in
            let agent = try await hub.agent("mac-1")
            let body: JSONValue = [
                "title": "Grüße \u{1F600}", "spec": "s", "priority": "high", "type": "bugfix", "target_branch": "main",
                "acceptance_criteria": ["works"], "structured_spec": ["big": 123_456_789_012_345_678],
            ]
            let id = try await hub.assignedTask(agent, [:])
            let task = try await agent.post("/api/v1/server/tasks", body)
            #expect(task.status == 201)
            let expected: [(String, JSONValue)] = [
                ("number", 2), ("project_id", JSONValue(hub.project)), ("title", "Grüße \u{1F600}"), ("spec", "s"), ("status", "assigned"),
                ("priority", "high"), ("type", "bugfix"), ("attempt", 1), ("assigned_server_name", "mac-1"), ("target_repo", nil),
                ("target_branch", "main"), ("acceptance_criteria", ["works"]),
                ("structured_spec", ["big": 123_456_789_012_345_678]), ("dependencies", []), ("resolved_inputs", nil),
                ("source_session_name", nil), ("target_session_name", nil), ("created_by", "mac-1"), ("started_at", nil),
                ("completed_at", nil), ("plan", nil), ("plan_feedback", nil), ("result", nil), ("recent_notes", nil),
            ]
            for (key, value) in expected { #expect(task.json[key] == value, "\(key)") }
            let text = try #require(task["id"].string)
            #expect(text == text.lowercased() && text.count == 36)
            #expect(task["created_at"].string?.count == 24)

            let single = try await agent.get("/api/v1/server/tasks/\(text.uppercased())")
            #expect(single["id"].string == text)
            #expect(single["recent_notes"] == [])

            let list = try await agent.get("/api/v1/server/tasks")
            let tasks = try #require(list["tasks"].array)
            #expect(tasks.map { $0["id"]?.string } == [text, id])
            for key in ["result", "plan", "resolved_inputs", "structured_spec"] { #expect(tasks[0][key] == .null, "\(key)") }
            #expect(Set(tasks[0].members?.map(\.name) ?? []) == Set(task.json.members?.map(\.name) ?? []))
        }
    }

    @Test(
        "passes any JSON through as result, large integers included",
        arguments: ["42", "null", "[1]", "\"text\"", "123456789012345678901234567890", "1.50"])
    func anyResult(_ text: String) async throws {
        try await TestHub.serve { hub in
            let agent = try await hub.agent()
            let id = try await hub.assignedTask(agent)
            _ = try await agent.post("/api/v1/server/tasks/\(id)/start")
            let done = try await agent.send("POST", "/api/v1/server/tasks/\(id)/complete", Array("{\"result\": \(text)}".utf8))
            #expect(done["status"] == "done")
            #expect(done["result"].text == text)
        }
    }
}
