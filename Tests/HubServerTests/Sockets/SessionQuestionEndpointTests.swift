import Cryptography
import HubCore
import HubService
import LiveSessions
import Testing

@testable import HubServer

/// `target_session_id` of `help` (agent protocol, sections 5 and 6.4).
@Suite(.timeLimit(.minutes(3))) struct SessionQuestionEndpointTests {
    private static let features = ["ack", "credit", "launch", "offsets", "reports", "sessions_reported"]

    @Test("a question to a session reaches it over its daemon, is answered with its key, and the task that asks goes on meanwhile")
    func story() async throws {
        let profile = LaunchProfile(
            name: "robot", summary: "a robot", command: ["robot"], ready: [try #require(ScreenPattern("^robot> ?$"))])
        try await TestHub.serve(profiles: LaunchProfiles([profile])) { hub in
            let asking = try await hub.agent("mac-1")
            let path = "/api/v1/server/tasks/\(try await hub.assignedTask(asking))"
            _ = try await asking.post(path + "/start")
            let machine = try await hub.machine("mac-2", capabilities: ["agents": ["robot"]])
            try await FakeDaemon.connect(to: hub, key: machine.key, features: Self.features) { daemon in
                _ = try await hub.person().post("/api/v1/sessions", ["server": "mac-2", "name": "desk", "profile": "robot"])
                let start = try await daemon.next("session_start")
                let (id, key) = (try #require(start["session_id"]?.string), try #require(start["session_key"]?.string))
                try await daemon.started(id, offset: 0)
                try await daemon.output("robot> ", of: id, at: 0)

                let question: JSONValue = [
                    "question": "Which port?", "context": "of the door", "intervention_type": "question", "target_session_id": .string(id),
                ]
                let asked = try await asking.post(path + "/help", question)
                #expect(asked.status == 200 && asked["status"] == "pending" && asked["task_status"] == "running", "\(asked.json)")
                let intervention = try #require(asked["intervention_id"].string)
                #expect(try await asking.post(path + "/help", question)["intervention_id"].string == intervention)
                let other: JSONValue = ["question": "And which host?", "target_session_id": .string(id)]
                #expect(try await asking.post(path + "/help", other).status == 409)

                let told = try await daemon.next("intervention_for_session")
                #expect(told["target_session_id"]?.string == id && told["session_id"] == nil && told["source"] == "mac-1, task #1")
                #expect(told["question"]?.string?.hasPrefix("Which port? Context: of the door (Answer with: ") == true)
                #expect(told["intervention_id"]?.string == intervention)

                let inside = TestClient(port: hub.port, headers: [("X-API-Key", key)])
                #expect(try await inside.get("/api/v1/server/interventions?status=pending").json.array?.count == 1)
                let answered = try await inside.post("/api/v1/server/interventions/\(intervention.prefix(8))/respond", ["response": "8080"])
                #expect(answered.status == 200 && answered["status"] == "responded", "\(answered.json)")
                let read = try await asking.get("/api/v1/server/interventions/\(intervention)?wait=5")
                #expect(read["response"] == "8080" && read["target_session_id"].string == id)
                #expect(try await asking.post(path + "/complete", ["result": "open"])["status"] == "done")
            }
        }
    }

    @Test("a session that cannot be asked is refused: unknown 404, another project's 403, over 409, and what only people answer 422")
    func refusals() async throws {
        try await TestHub.serve { hub in
            let asking = try await hub.agent("mac-1")
            let path = "/api/v1/server/tasks/\(try await hub.assignedTask(asking))"
            _ = try await asking.post(path + "/start")
            _ = try await hub.agent("mac-2")
            let desk = try await hub.session(on: "mac-2")

            let other = try await hub.hub.run(CreateProject("other"), as: .hub)
            let secret = SecretToken.random()
            try await hub.hub.run(MakeRegistrationToken(for: other.id, secret: secret), as: .hub)
            let token = RegistrationToken(hubURL: "http://127.0.0.1:\(hub.port)", secret: secret).text.revealed
            let far = try await hub.nobody.post(
                "/api/v1/servers/register", ["name": "far", "registration_token": .string(token), "machine_id": "far"])
            try await hub.hub.run(ServerConnected(try #require(far["id"].string.flatMap { Server.ID($0) }), features: []), as: .hub)
            let foreign = try await hub.hub.run(OpenSession(on: "far", in: other.id, name: "far"), as: .hub).session

            func ask(_ target: JSONValue, _ more: JSONValue = [:]) async throws -> Int {
                let body: JSONValue = .object(
                    [.init("question", "Which port?"), .init("target_session_id", target)] + (more.members ?? []))
                return try await asking.post(path + "/help", body).status
            }
            #expect(try await ask("desk") == 404)
            #expect(try await ask(JSONValue(Session.ID.random())) == 404)
            #expect(try await ask(7) == 422)
            #expect(try await ask(JSONValue(foreign.id)) == 403)
            for kind in ["help", "approval"] { #expect(try await ask(JSONValue(desk.id), ["intervention_type": .string(kind)]) == 422) }
            #expect(try await asking.get("/api/v1/server/interventions").json == [])
            try await hub.hub.run(SessionClosed(desk.id, on: desk.server, exitCode: 0), as: .hub)
            #expect(try await ask(JSONValue(desk.id)) == 409)
            #expect(try await asking.get(path)["status"] == "running")
        }
    }
}
