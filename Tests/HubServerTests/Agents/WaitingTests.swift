import HubCore
import HubService
import Testing

@testable import HubServer

@Suite(.timeLimit(.minutes(3))) struct WaitingTests {
    @Test("check?wait= returns as soon as there is a task")
    func check() async throws {
        try await TestHub.serve { hub in
            let (agent, person) = (try await hub.agent(), try await hub.person())
            let began = ContinuousClock.now
            async let check = agent.get("/api/v1/server/tasks/check?wait=50")
            // A waiting request shows itself as a sign of life only; either order of the two must do.
            _ = try await person.post("/api/v1/tasks", ["title": "now"])
            #expect(try await check["count"] == 1)
            #expect(ContinuousClock.now - began < .seconds(40), "it waited for its time")
        }
    }

    @Test("returns empty-handed when the time is up")
    func timeIsUp() async throws {
        try await TestHub.serve { hub in
            let agent = try await hub.agent()
            let began = ContinuousClock.now
            #expect(try await agent.get("/api/v1/server/tasks/check?wait=1").json == ["count": 0, "tasks": []])
            #expect(ContinuousClock.now - began >= .milliseconds(900))
            #expect(try await agent.get("/api/v1/server/tasks/check?wait=-1").status == 422)
            #expect(try await agent.get("/api/v1/server/tasks/check?wait=soon").status == 422)
        }
    }

    @Test("one caller may not have any number of waiting requests")
    func bounded() throws {
        let waits = WaitingRequests()
        for _ in 1...WaitingRequests.allowed { try waits.enter("server/1") }
        #expect(throws: Problem.self) { try waits.enter("server/1") }
        try waits.enter("server/2")
        waits.leave("server/1")
        try waits.enter("server/1")
    }

    @Test("ends at shutdown with an answer, and the server drains")
    func shutdown() async throws {
        try await TestHub.serve(drainTime: .seconds(50)) { hub in
            let agent = try await hub.agent()
            let began = ContinuousClock.now
            let waiting = try await TestConnection(port: hub.port)
            try await waiting.send(agent.request("GET", "/api/v1/server/tasks/check?wait=50"))
            // The request after it on another connection is answered later than the first was accepted.
            _ = try await agent.get("/api/v1/health")
            let idle = try await TestConnection(port: hub.port)
            await hub.stop()
            _ = await idle.untilClosed()
            let bytes = await waiting.untilClosed()
            if let (response, _) = TestResponse.parse(bytes, isToHead: false) { #expect(response["count"] == 0) }
            #expect(ContinuousClock.now - began < .seconds(40), "it waited for its time")
        }
    }

    @Test("events come in order, page by page, and as soon as one happens")
    func events() async throws {
        try await TestHub.serve { hub in
            let person = try await hub.person()
            let first = try await person.get("/api/v1/events?after=0")
            let sequences = first["events"].array?.compactMap { $0["sequence"]?.int } ?? []
            #expect(sequences == sequences.sorted() && !sequences.isEmpty)
            let next = try #require(first["next"].int)
            #expect(next == sequences.last)
            async let waiting = person.get("/api/v1/events?after=\(next)&wait=30")
            _ = try await person.post("/api/v1/tasks", ["title": "now"])
            let event = try #require(try await waiting["events"].array?.first)
            #expect(event["kind"] == "task.created")
            #expect(event["channel"] == "rest")
            #expect(event["actor"]?["name"] == "owner")
            #expect(event["hash"]?.string?.count == 64)
            #expect(try await person.get("/api/v1/events?after=x").status == 422)
        }
    }
}
