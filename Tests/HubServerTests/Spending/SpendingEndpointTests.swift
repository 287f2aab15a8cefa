import HubCore
import Testing

/// Pain 8: spending over REST.
@Suite(.timeLimit(.minutes(3))) struct SpendingEndpointTests {
    @Test("pain 8: an agent reports totals, pauses at the cap, and goes on when a person says so")
    func course() async throws {
        try await TestHub.serve { hub in
            let (agent, owner) = (try await hub.agent(), try await hub.person())
            let id = try await hub.assignedTask(agent, ["title": "x", "spend_cap": 5])
            let folder = "/api/v1/server/tasks/\(id)"
            _ = try await agent.post("\(folder)/start")
            let first = try await agent.post(
                "\(folder)/usage", ["tokens_in": 1000, "tokens_out": 20, "cost": .number("0.1"), "attempt": 1])
            #expect(first.status == 200 && first["cost"] == "0.10" && first["cost_micros"] == 100_000 && first["paused"] == false)
            #expect(first["cap"] == "5.00" && first["currency"] == "USD" && first["repeated"] == false && first["status"] == "running")
            let again = try await agent.post("\(folder)/usage", ["tokens_in": 1000, "tokens_out": 20, "cost": .number("0.1")])
            #expect(again["repeated"] == true && again["cost"] == "0.10")
            let paused = try await agent.post("\(folder)/usage", ["cost": "5.10", "model": ""])
            #expect(paused["paused"] == true && paused["status"] == "needs_human")
            #expect(paused["question"] == "#1 has spent 5.10 of its cap 5.00 USD. May it go on?")
            let asked = try #require(paused["intervention_id"].string)
            let question = try await agent.get("/api/v1/server/interventions/\(asked)")
            #expect(question["options"].array?.compactMap { $0["id"]?.string } == ["raise", "once", "stop"])
            #expect(try await agent.post("/api/v1/server/interventions/\(asked)/respond", ["response": "once"]).status == 403)
            let refusal = try await owner.post("/api/v1/tasks/\(id)/respond", ["response": "sure"])
            #expect(refusal.status == 422)
            #expect(refusal["detail"].string?.contains("choose one of “Raise the cap to 7.65”, “Go on this once”, “Stop the task”") == true)
            #expect(try await owner.post("/api/v1/tasks/\(id)/spending", ["choice": "more"]).status == 422)
            let raised = try await owner.post("/api/v1/tasks/\(id)/spending", ["choice": "raise"])
            #expect(raised.status == 200 && raised["status"] == "running" && raised["cap"] == "7.65" && raised["reached"] == JSONValue.null)
            #expect(raised["counts"].array?.first?["cost_micros"] == 5_100_000)
            let task = try await owner.get("/api/v1/tasks/\(id)")
            #expect(task["spend_cap"] == "7.65" && task["spending"]["cost"] == "5.10" && task["spending"]["tokens_in"] == 1000)
        }
    }

    @Test("pain 8: what an attempt that is over has used counts, and it is told that it is over; PATCH of a cap lets a paused task go on")
    func late() async throws {
        try await TestHub.serve { hub in
            let (agent, owner) = (try await hub.agent(), try await hub.person())
            let id = try await hub.assignedTask(agent, ["title": "x"])
            let folder = "/api/v1/server/tasks/\(id)"
            _ = try await agent.post("\(folder)/start")
            #expect(try await agent.post("\(folder)/usage", ["cost": "1", "attempt": 1])["attempt_over"] == false)
            #expect(try await owner.post("/api/v1/tasks/\(id)/release").status == 200)
            _ = try await agent.post("\(folder)/start", ["attempt": 2])
            let late = try await agent.post("\(folder)/usage", ["cost": "1.5", "attempt": 1])
            #expect(late.status == 200 && late["attempt"] == 1 && late["attempt_over"] == true && late["cost"] == "1.50")
            #expect(late["status"] == "running" && late["paused"] == false)
            #expect(try await owner.send("PATCH", "/api/v1/projects/default", Array(#"{"day_cap": 2}"#.utf8)).status == 200)
            let paused = try await agent.post("\(folder)/usage", ["cost": "1", "attempt": 2])
            #expect(paused["paused"] == true && paused["attempt_over"] == false && paused["cost"] == "2.50")
            #expect(try await owner.send("PATCH", "/api/v1/projects/default", Array(#"{"day_cap": 5}"#.utf8)).status == 200)
            #expect(try await owner.get("/api/v1/tasks/\(id)")["status"] == "running")
            let asked = try #require(paused["intervention_id"].string)
            let answer = try await agent.get("/api/v1/server/interventions/\(asked)")["response"].string
            #expect(answer?.hasPrefix("The project's cap for a day was raised to 5.00 USD by ") == true)
        }
    }

    @Test("people see what a project has spent, and agents of others nothing")
    func project() async throws {
        try await TestHub.serve { hub in
            let (agent, viewer) = (try await hub.agent(), try await hub.person(.viewer))
            let id = try await hub.assignedTask(agent, ["title": "x"])
            _ = try await agent.post("/api/v1/server/tasks/\(id)/start")
            _ = try await agent.post("/api/v1/server/tasks/\(id)/usage", ["cost": "1.25"])
            let answer = try await viewer.get("/api/v1/spending?days=7")
            #expect(answer.status == 200 && answer["project"] == "default" && answer["currency"] == "USD")
            #expect(answer["total"]["cost"] == "1.25" && answer["today"]["cost_micros"] == 1_250_000 && answer["caps"] == [])
            #expect(answer["days"].array?.count == 1 && answer["tasks"].array?.first?["number"] == 1)
            #expect(try await viewer.get("/api/v1/spending?days=0").status == 422)
            #expect(try await viewer.get("/api/v1/tasks/\(id)/spending")["cost"] == "1.25")
            #expect(try await viewer.post("/api/v1/tasks/\(id)/spending", ["choice": "once"]).status == 403)
        }
    }

    @Test(
        "what makes no sense is a 422 that says what is taken",
        arguments: [
            ("{}", "the body needs tokens_in, tokens_out or cost"), (#"{"cost": -1}"#, "cost must be a decimal number from 0 to"),
            (#"{"cost": "x"}"#, "cost must be a decimal number from 0 to"),
            (#"{"cost": 1e400}"#, "cost must be a decimal number from 0 to"),
            (#"{"tokens_in": -1}"#, "tokens_in and tokens_out are 0 to"), (#"{"tokens_in": 1.5}"#, "tokens_in must be an integer"),
            (#"{"cost": 1, "currency": "EUR"}"#, "this hub counts in USD, not in EUR"),
            (#"{"cost": 1, "run": "a\nb"}"#, "run has at most 64 characters on one line"),
        ])
    func faults(body: String, sentence: String) async throws {
        try await TestHub.serve { hub in
            let agent = try await hub.agent()
            let id = try await hub.assignedTask(agent)
            _ = try await agent.post("/api/v1/server/tasks/\(id)/start")
            let answer = try await agent.send("POST", "/api/v1/server/tasks/\(id)/usage", Array(body.utf8))
            #expect(answer.status == 422 && answer["detail"].string?.contains(sentence) == true, "\(answer["detail"])")
        }
    }
}
