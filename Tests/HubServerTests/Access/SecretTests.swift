import HubCore
import HubService
import Testing

@testable import HubServer

/// Who reads a task's texts as they were written, and who reads them masked (docs/rest-api.md, "Secrets").
@Suite(.timeLimit(.minutes(3))) struct SecretTests {
    private static let spilled = "ghp_0123456789abcdefghijklmnopqrstuvwxyz"
    private static let given = "sk-ant-0123456789abcdefghijkl"

    private func hides(_ reply: TestResponse, _ what: String, sourceLocation: SourceLocation = #_sourceLocation) {
        let text = String(decoding: reply.body, as: UTF8.self)
        #expect(reply.status < 300, "\(what): \(text)", sourceLocation: sourceLocation)
        #expect(!text.contains(Self.spilled) && !text.contains(Self.given), "\(what): \(text)", sourceLocation: sourceLocation)
        #expect(text.contains("***"), "\(what): \(text)", sourceLocation: sourceLocation)
    }

    /// Everything that tells of a task, to somebody who does not have it.
    private func hides(_ task: String, from reader: TestClient, _ root: String) async throws {
        for path in ["/tasks/\(task)", "/tasks/\(task)/notes", "/interventions?task_id=\(task)"] {
            hides(try await reader.get(root + path), path)
        }
    }

    @Test("what an agent writes about its task is masked for everybody else, and for the agent itself it is as it was")
    func reports() async throws {
        try await TestHub.serve { hub in
            let (holder, owner) = (try await hub.agent("mac-1"), try await hub.person())
            let made = try await owner.post("/api/v1/tasks", ["title": "Deploy", "spec": "Sign in.", "require_plan": true])
            let task = try #require(made["id"].string)
            let (other, viewer) = (try await hub.agent("mac-2"), try await hub.person(.viewer))
            let (ownSession, _) = try await hub.sessionKey(on: "mac-1")
            let agentPath = "/api/v1/server/tasks/\(task)"
            let spilled = JSONValue.string("I found \(Self.spilled)")

            let planned = try await holder.post(agentPath + "/plan", ["plan": ["summary": spilled, "steps": [spilled]]])
            #expect(planned["plan"]["summary"] == spilled && planned["plan"]["steps"]?[0] == spilled)
            // The hash is that of the plan as it was handed in, and still good for a decision by somebody who sees it masked.
            let seen = try await owner.get("/api/v1/tasks/\(task)")
            #expect(seen["plan"]["summary"] == "I found ***" && seen["plan_hash"] == planned["plan_hash"])
            let approved = try await owner.post("/api/v1/tasks/\(task)/approve", ["plan_hash": seen["plan_hash"]])
            hides(approved, "approve")
            #expect(approved["status"] == "running")

            let note = try await holder.post(agentPath + "/notes", ["content": spilled])
            #expect(note["content"] == spilled)
            let asked = try await holder.post(
                agentPath + "/help", ["question": spilled, "context": spilled, "intervention_type": "question"])
            let question = try #require(asked["intervention_id"].string)
            for (reader, root) in [(other, "/api/v1/server"), (ownSession, "/api/v1/server"), (owner, "/api/v1"), (viewer, "/api/v1")] {
                try await hides(task, from: reader, root)
                hides(try await reader.get(root + "/interventions/\(question)"), "one question")
            }
            #expect(try await holder.get(agentPath)["recent_notes"][0]?["content"] == spilled)
            #expect(try await holder.get(agentPath + "/notes").json[0]?["content"] == spilled)
            #expect(try await holder.get("/api/v1/server/interventions").json[0]?["question"] == spilled)
            #expect(try await holder.get("/api/v1/server/interventions/\(question)")["context"] == spilled)

            _ = try await owner.post("/api/v1/tasks/\(task)/respond", ["response": "yes"])
            let failed = try await holder.post(agentPath + "/fail", ["error": spilled])
            #expect(failed["status"] == "failed")
            for (reader, root) in [(other, "/api/v1/server"), (owner, "/api/v1")] {
                hides(try await reader.get(root + "/tasks/\(task)"), "a failure")
                #expect(try await reader.get(root + "/tasks/\(task)")["error"] == "I found ***")
            }
        }
    }

    @Test("what is written for an agent reaches it as it was written, and nobody else so")
    func orders() async throws {
        try await TestHub.serve { hub in
            let (holder, owner) = (try await hub.agent("mac-1"), try await hub.person())
            let given = JSONValue.string("Use \(Self.given)")
            let made = try await owner.post(
                "/api/v1/tasks",
                [
                    "title": given, "spec": given, "acceptance_criteria": [given],
                    "structured_spec": ["requirements": [["description": given]]],
                ])
            hides(made, "create")
            let task = try #require(made["id"].string)
            let other = try await hub.agent("mac-2")
            let agentPath = "/api/v1/server/tasks/\(task)"

            let work = try await holder.get("/api/v1/server/tasks/check")["tasks"][0]
            #expect(work?["spec"] == given && work?["title"] == given && work?["acceptance_criteria"] == [given])
            #expect(work?["structured_spec"]?["requirements"]?[0]?["description"] == given)
            hides(try await owner.put("/api/v1/tasks/\(task)", ["spec": given]), "edit")
            hides(try await owner.post("/api/v1/tasks/\(task)/notes", ["content": given]), "a note")
            #expect(try await holder.get(agentPath + "/notes").json[0]?["content"] == given)

            _ = try await holder.post(agentPath + "/start")
            let asked = try await holder.post(agentPath + "/help", ["question": "Which key?"])
            let question = try #require(asked["intervention_id"].string)
            hides(try await owner.post("/api/v1/interventions/\(question)/respond", ["response": given]), "an answer")
            #expect(try await holder.get("/api/v1/server/interventions/\(question)?wait=5")["response"] == given)
            hides(try await other.get("/api/v1/server/interventions/\(question)"), "an answer to somebody else")
            try await hides(task, from: other, "/api/v1/server")
            hides(try await other.get("/api/v1/server/tasks"), "a list")
            #expect(try await holder.get("/api/v1/server/tasks")["tasks"][0]?["spec"] == given)
        }
    }

    @Test("contract values are data and go on as they are; a result is text and does not, whatever shape it has")
    func values() async throws {
        try await TestHub.serve { hub in
            let (holder, owner) = (try await hub.agent("mac-1"), try await hub.person())
            let first = try await owner.post(
                "/api/v1/tasks",
                ["title": "Make a key", "produces": ["key": ["type": "text", "schema": ["type": "string", "minLength": 20]]]])
            let task = try #require(first["id"].string)
            let next = try await owner.post(
                "/api/v1/tasks",
                ["title": "Use it", "dependencies": [["task": .string(task), "type": "input", "contract_key": "key"]]])
            let downstream = try #require(next["id"].string)
            _ = try await holder.post("/api/v1/server/tasks/\(task)/start")
            let value = JSONValue.string(Self.given)
            let result: JSONValue = ["summary": "made", "password": "swordfish", "keys": [value, ["in \(Self.given)": 1]]]
            let done = try await holder.post("/api/v1/server/tasks/\(task)/complete", ["result": result, "contracts": ["key": value]])
            #expect(done["status"] == "done", "\(done.json)")
            for reader in [try await owner.get("/api/v1/tasks/\(task)"), try await hub.agent("mac-2").get("/api/v1/server/tasks/\(task)")] {
                #expect(reader["contracts"] == ["key": value])
                #expect(reader["result"] == ["summary": "made", "password": "***", "keys": ["***", ["in ***": 1]]])
            }
            #expect(try await holder.get("/api/v1/server/tasks/\(downstream)")["resolved_inputs"] == ["key": value])
        }
    }

    @Test("a refusal does not repeat a secret that came with the request")
    func errors() async throws {
        try await TestHub.serve { hub in
            let (holder, owner) = (try await hub.agent("mac-1"), try await hub.person())
            let missing = try await owner.get("/api/v1/tasks/\(Self.spilled)")
            #expect(missing.status == 404 && missing.detail?.contains("***") == true && missing.detail?.contains(Self.spilled) == false)
            let made = try await owner.post(
                "/api/v1/tasks", ["title": "Count", "produces": ["n": ["type": "number", "schema": ["type": "integer"]]]])
            let path = "/api/v1/server/tasks/\(try #require(made["id"].string))"
            _ = try await holder.post(path + "/start")
            let broken = try await holder.post(path + "/complete", ["result": "x", "contracts": ["n": .string(Self.spilled)]])
            #expect(broken.status == 422 && !String(decoding: broken.body, as: UTF8.self).contains(Self.spilled))
        }
    }

    @Test("a repeated request is answered alike, secrets and all") func repetition() async throws {
        try await TestHub.serve { hub in
            let holder = try await hub.agent("mac-1")
            let path = "/api/v1/server/tasks/\(try await hub.assignedTask(holder))"
            _ = try await holder.post(path + "/start")
            let note: JSONValue = ["content": .string("I found \(Self.spilled)")]
            let first = try await holder.post(path + "/notes", note, once: "a")
            #expect(try await holder.post(path + "/notes", note, once: "a").body == first.body)
            let other = try await holder.post(path + "/notes", ["content": .string("I found \(Self.given)")], once: "a")
            // Masked they would be the same.
            #expect(other.status == 422)
        }
    }
}

extension JSONValue {
    fileprivate subscript(index: Int) -> JSONValue? {
        guard let items = array, items.indices.contains(index) else { return nil }
        return items[index]
    }
}
