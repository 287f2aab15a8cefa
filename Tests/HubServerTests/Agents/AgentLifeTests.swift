import HubCore
import Testing

/// A REST-only agent through its whole life, over real sockets.
@Suite(.timeLimit(.minutes(3))) struct AgentLifeTests {
    private let tasks = "/api/v1/server/tasks"

    @Test("plans, is approved, asks, is answered and completes")
    func fullLife() async throws {
        try await TestHub.serve { hub in
            let (agent, person) = (try await hub.agent(), try await hub.person(.member))
            let created = try await person.post("/api/v1/tasks", ["title": "Build the shop", "spec": "all of it", "require_plan": true])
            #expect(created.status == 201)
            #expect(created["number"] == 1)
            #expect(created["assigned_server_name"] == "mac-1")
            let id = try #require(created["id"].string)

            let check = try await agent.get("\(tasks)/check?wait=25")
            #expect(check["count"] == 1)
            #expect(check["tasks"].array?.first?["spec"] == "all of it")

            #expect(try await agent.post("\(tasks)/\(id)/start")["status"] == "planning")
            let planned = try await agent.post("\(tasks)/\(id)/plan", ["plan": ["summary": "1. build"]])
            #expect(planned["status"] == "plan_review")
            #expect(planned["plan"] == ["summary": "1. build"])
            #expect(try await agent.post("\(tasks)/\(id)/complete", ["result": "early"]).status == 409)

            #expect(try await person.post("/api/v1/tasks/1/approve").status == 422)
            #expect(try await person.post("/api/v1/tasks/1/approve", ["plan_hash": "0"]).status == 409)
            let approved = try await person.post("/api/v1/tasks/1/approve", ["plan_hash": planned["plan_hash"]])
            #expect(approved.status == 200)
            #expect(approved["status"] == "running")

            let asked = try await agent.post(
                "\(tasks)/\(id)/help", ["question": "Red or blue?", "options": [["id": "r", "label": "Red"]]])
            #expect(asked["status"] == "pending")
            let question = try #require(asked["intervention_id"].string)
            #expect(try await agent.get("\(tasks)/\(id)")["status"] == "needs_human")

            async let answer = agent.get("/api/v1/server/interventions/\(question)?wait=25")
            #expect(try await person.post("/api/v1/tasks/\(id)/respond", ["response": "Blue"])["status"] == "running")
            let answered = try await answer
            #expect(answered["response"] == "Blue")
            #expect(answered["responded_by"] == "member")
            #expect(answered["status"] == "responded")

            let done = try await agent.post(
                "\(tasks)/\(id)/complete", ["result": ["summary": "built"], "git_diff_stats": ["files_changed": 1]])
            #expect(done["status"] == "done")
            #expect(done["result"] == ["summary": "built"])
            #expect(done["completed_at"].string?.hasSuffix("Z") == true)
            #expect(try await agent.get("\(tasks)/check")["count"] == 0)
            #expect(try await agent.post("\(tasks)/\(id)/complete", ["result": ["summary": "built"]]).status == 200)
        }
    }

    @Test("fails, is retried, and the report of the old attempt is refused")
    func failAndRetry() async throws {
        try await TestHub.serve { hub in
            let (agent, person) = (try await hub.agent(), try await hub.person())
            let id = try await hub.assignedTask(agent)
            let failed = try await agent.post("\(tasks)/\(id)/fail", ["error": "no disk"])
            #expect(failed["status"] == "failed")
            #expect(failed["result"] == ["error": "no disk"])
            #expect(failed["error"] == "no disk")
            #expect(try await agent.post("\(tasks)/\(id)/fail", ["error": "no disk"]).status == 200)

            let retried = try await person.post("/api/v1/tasks/\(id)/retry")
            #expect(retried["attempt"] == 2)
            #expect(retried["status"] == "assigned")
            #expect(try await agent.post("\(tasks)/\(id)/start", ["attempt": 1]).status == 409)
            #expect(try await agent.post("\(tasks)/\(id)/start", ["attempt": 2])["status"] == "running")
        }
    }

    @Test("hands in for review, is sent back, and is approved")
    func review() async throws {
        try await TestHub.serve { hub in
            let (agent, person) = (try await hub.agent(), try await hub.person())
            let id = try await hub.assignedTask(agent, ["require_review": true])
            _ = try await agent.post("\(tasks)/\(id)/start")
            #expect(try await agent.post("\(tasks)/\(id)/complete", ["result": "v1"])["status"] == "review")
            #expect(try await person.post("/api/v1/tasks/\(id)/revise", ["feedback": " "]).status == 422)
            let revised = try await person.post("/api/v1/tasks/\(id)/revise", ["feedback": "more tests"])
            #expect(revised["status"] == "running")
            #expect(revised["plan_feedback"] == "more tests")
            #expect(try await agent.post("\(tasks)/\(id)/submit", ["result": "v2"])["status"] == "review")
            #expect(try await person.post("/api/v1/tasks/\(id)/approve")["status"] == "done")
        }
    }

    @Test("cancels what it created, and learns of a cancel by a person")
    func cancel() async throws {
        try await TestHub.serve { hub in
            let (agent, person) = (try await hub.agent(), try await hub.person())
            let own = try await hub.assignedTask(agent)
            #expect(try await agent.delete("\(tasks)/\(own)")["status"] == "cancelled")
            let other = try await person.post("/api/v1/tasks", ["title": "theirs"])
            #expect(try await agent.delete("\(tasks)/\(try #require(other["id"].string))").status == 403)
            #expect(try await person.post("/api/v1/tasks/2/cancel")["status"] == "cancelled")
            #expect(try await agent.post("\(tasks)/\(try #require(other["id"].string))/start").status == 409)
            #expect(try await person.delete("/api/v1/tasks/2").status == 409)
        }
    }

    @Test("answers a question of another agent by the beginning of its id, but no help")
    func answers() async throws {
        try await TestHub.serve { hub in
            let first = try await hub.agent("mac-1")
            let id = try await hub.assignedTask(first)
            let second = try await hub.agent("mac-2")
            _ = try await first.post("\(tasks)/\(id)/start")
            let asked = try await first.post("\(tasks)/\(id)/help", ["question": "Which port?", "intervention_type": "question"])
            let prefix = try #require(asked["intervention_id"].string?.prefix(8))
            let open = try await second.get("/api/v1/server/interventions?status=pending&task_id=\(id)")
            #expect(open.json.array?.count == 1)
            #expect(try await first.post("/api/v1/server/interventions/\(prefix)/respond", ["response": "self"]).status == 403)
            let answer = try await second.post("/api/v1/server/interventions/\(prefix)/respond", ["response": "8080"])
            #expect(answer["status"] == "responded")
            #expect(try await first.get("\(tasks)/\(id)")["intervention"]["response"] == "8080")

            let help = try await first.post("\(tasks)/\(id)/help", ["question": "May I?"])
            let refused = try await second.post(
                "/api/v1/server/interventions/\(try #require(help["intervention_id"].string))/respond", ["response": "yes"])
            #expect(refused.status == 403)
        }
    }

    @Test("keeps notes and dependencies")
    func notesAndDependencies() async throws {
        try await TestHub.serve { hub in
            let agent = try await hub.agent()
            let first = try await hub.assignedTask(agent)
            let second = try await hub.assignedTask(agent, ["dependency_ids": [.string(first), .string(first)]])
            let waiting = try await agent.get("\(tasks)/\(second)")
            #expect(waiting["status"] == "pending")
            #expect(waiting["dependencies"].array?.first?["resolved"] == false)
            #expect(waiting["assigned_server_name"] == nil)
            #expect(try await agent.post("\(tasks)/\(second)/assign", [:]).status == 409)

            let note = try await agent.post("\(tasks)/\(second)/notes", ["content": "wait", "urgent": true])
            #expect(note["urgent"] == true)
            let notes = try await agent.get("\(tasks)/\(second)/notes").json.array ?? []
            #expect(notes.map { $0["content"] } == ["wait"])
            #expect(notes.first?["created_at"]?.string != nil)

            #expect(try await agent.delete("\(tasks)/\(second)/dependencies/\(first)")["status"] == "assigned")
            #expect(try await agent.delete("\(tasks)/\(second)/dependencies/\(first)").status == 404)
            let again = try await agent.post(
                "\(tasks)/\(second)/dependencies", ["depends_on_task_id": .string(first), "dependency_type": "blocks"])
            #expect(again["resolved"] == false)
            #expect(again["dependency_type"] == "blocks")
            let circle = try await agent.post(
                "\(tasks)/\(first)/dependencies", ["depends_on_task_id": .string(second), "dependency_type": "blocks"])
            #expect(circle.status == 409)
        }
    }

    @Test("two agents report on their own tasks at once, and not on each other's")
    func twoAgents() async throws {
        try await TestHub.serve { hub in
            let agents = [try await hub.agent("mac-1"), try await hub.agent("mac-2")]
            let person = try await hub.person()
            for number in 1...8 {
                let name = number % 2 == 0 ? "mac-1" : "mac-2"
                _ = try await person.post("/api/v1/tasks", ["title": "t\(number)", "requires": ["server": .string(name)]])
            }
            try await withThrowingTaskGroup(of: Int.self) { group in
                for agent in agents {
                    group.addTask {
                        let mine = try await agent.get("\(tasks)/check")["tasks"].array ?? []
                        for id in mine.compactMap({ $0["id"]?.string }) {
                            #expect(try await agent.post("\(tasks)/\(id)/start")["status"] == "running")
                            #expect(try await agent.post("\(tasks)/\(id)/complete", ["result": 1])["status"] == "done")
                        }
                        return mine.count
                    }
                }
                for try await count in group { #expect(count == 4) }
            }
            let task = try await person.post("/api/v1/tasks", ["title": "last", "requires": ["server": "mac-1"]])
            #expect(try await agents[1].post("\(tasks)/\(try #require(task["id"].string))/start").status == 403)
        }
    }
}
