import HubCore
import HubServer
import HubService
import HubStore
import Testing

@Suite(.timeLimit(.minutes(3))) struct PeopleTests {
    @Test("a viewer sees and may not act; another project is not there")
    func roles() async throws {
        try await TestHub.serve { hub in
            let (owner, viewer) = (try await hub.person(), try await hub.person(.viewer))
            let other = try await hub.hub.run(CreateProject("other"), as: .hub)
            let stranger = try await hub.person(.owner, in: other.id)
            let id = try #require(try await owner.post("/api/v1/tasks", ["title": "x"])["id"].string)
            #expect(try await viewer.get("/api/v1/tasks/1")["id"].string == id)
            for action in ["assign", "cancel", "retry", "release"] {
                #expect(try await viewer.post("/api/v1/tasks/\(id)/\(action)").status == 403, "\(action)")
                #expect(try await stranger.post("/api/v1/tasks/\(id)/\(action)").status == 404, "\(action)")
            }
            #expect(try await viewer.post("/api/v1/tasks", ["title": "y"]).status == 403)
            #expect(try await stranger.get("/api/v1/tasks/\(id)").status == 404)
            #expect(try await stranger.get("/api/v1/tasks/1").status == 404)
            #expect(try await stranger.get("/api/v1/tasks?project_id=default").status == 404)
            #expect(try await stranger.get("/api/v1/events")["events"].array?.contains { $0["project_id"] != JSONValue(other.id) } == false)
            let projects = try await viewer.get("/api/v1/projects")["projects"].array ?? []
            #expect(projects.map { $0["name"] } == ["default"])
            #expect(projects.first?["role"] == "viewer")
            #expect(projects.first?["agent"] == JSONValue.null && projects.first?["stall_minutes"] == 10)
            #expect(projects.first?["worktrees"] == true)
        }
    }

    @Test("lists are newest first, filtered, and paged without a gap")
    func lists() async throws {
        try await TestHub.serve { hub in
            let person = try await hub.person()
            for number in 1...7 { _ = try await person.post("/api/v1/tasks", ["title": "t\(number)"]) }
            _ = try await person.post("/api/v1/tasks/3/cancel")
            var (seen, after): ([Int], String) = ([], "")
            while true {
                let page = try await person.get("/api/v1/tasks?limit=3\(after)")
                #expect(page["total"] == 7)
                seen += page["tasks"].array?.compactMap { $0["number"]?.int } ?? []
                guard let next = page["next"].int else { break }
                after = "&after=\(next)"
            }
            #expect(seen == [7, 6, 5, 4, 3, 2, 1])
            let cancelled = try await person.get("/api/v1/tasks?status=cancelled,failed")
            #expect(cancelled["tasks"].array?.map { $0["number"] } == [3])
            #expect(try await person.get("/api/v1/tasks?status=odd").status == 422)
            #expect(try await person.get("/api/v1/tasks?limit=0").status == 422)
            #expect(try await person.get("/api/v1/tasks?limit=1001").status == 422)
            #expect(try await person.get("/api/v1/tasks/99").status == 404)
            #expect(try await person.get("/api/v1/tasks/abc").status == 404)
        }
    }

    @Test("why says what keeps a task from every server, and assigning by hand helps")
    func why() async throws {
        try await TestHub.serve { hub in
            let person = try await hub.person()
            _ = try await hub.agent("mac-1")
            let waiting = try await person.post("/api/v1/tasks", ["title": "x", "requires": ["languages": ["Swift"]], "auto_assign": true])
            #expect(waiting["status"] == "pending")
            let why = try await person.get("/api/v1/tasks/1/why")
            #expect(why["servers"].array?.first?["reason"] == "does not have the language swift")
            #expect(why["nearest_fix"].string?.contains("mac-1") == true)
            #expect(try await person.post("/api/v1/tasks/1/assign", ["server": "mac-1"]).status == 409)
            #expect(try await person.post("/api/v1/tasks/1/assign", ["server": "nowhere"]).status == 404)
            #expect(
                try await person.put("/api/v1/tasks/1", ["requires": ["languages": []], "priority": "critical"])["status"] == "assigned")
            let released = try await person.post("/api/v1/tasks/1/release")
            #expect(released["status"] == "assigned")
            #expect(released["attempt"] == 2)
            #expect(try await person.get("/api/v1/servers")["servers"].array?.first?["used_slots"] == 1)
        }
    }

    @Test("with several projects a number needs its project")
    func severalProjects() async throws {
        try await TestHub.serve { hub in
            let code = try await administrator(of: hub)
            let one = try await code.post("/api/v1/tasks", ["title": "x", "project_id": "default"])
            #expect(one.status == 201)
            _ = try await hub.hub.run(CreateProject("other"), as: .hub)
            #expect(try await code.get("/api/v1/tasks/1").status == 422)
            #expect(try await code.get("/api/v1/tasks/1?project_id=default")["id"] == one["id"])
            #expect(try await code.get("/api/v1/tasks/1?project_id=other").status == 404)
            #expect(try await code.post("/api/v1/tasks/1/cancel", ["project_id": "default"])["status"] == "cancelled")
            #expect(try await code.get("/api/v1/events")["events"].array?.isEmpty == false)
        }
    }

    /// A token's person made a member of a second project.
    private func administrator(of hub: TestHub) async throws -> TestClient {
        let client = try await hub.person()
        let token = try #require(client.headers.first?.1.split(separator: " ").last)
        var person = try #require(try await hub.hub.authenticate(bearer: String(token)))
        person.isAdministrator = true
        let promoted = person
        try await hub.hub.database.write { try PersonTable($0).save(promoted) }
        return client
    }

    @Test("health tells anybody little and a token holder more")
    func health() async throws {
        let bot = HubHealth.Bot(id: "1", username: "shop_bot", secondsSincePoll: 90, fault: "no answer from Telegram")
        try await TestHub.serve(health: HubHealth(queues: ["outbox": 3], bots: [bot])) { hub in
            let open = try await hub.nobody.get("/api/v1/health")
            #expect(open.status == 200)
            #expect(open.json == ["status": "degraded", "version": "1.2.3"])
            let full = try await hub.person(.viewer).get("/api/v1/health")
            #expect(full["database"] == "ok")
            #expect(full["notices"] == "ok")
            #expect(full["queues"] == ["outbox": 3])
            #expect(full["bots"].array?.first?["username"] == "shop_bot")
        }
        let silent = HubHealth(noticesFault: "3 events have waited for 90 s")
        try await TestHub.serve(health: silent) { hub in
            let answer = try await hub.person(.viewer).get("/api/v1/health")
            #expect(answer.status == 200 && answer["status"] == "degraded" && answer["notices"] == "3 events have waited for 90 s")
        }
        try await TestHub.serve(health: HubHealth(databaseFault: "disk full")) { hub in
            let down = try await hub.nobody.get("/api/v1/health")
            #expect(down.status == 503)
            #expect(down["status"] == "down")
            #expect(down["database"] == nil)
        }
    }

    @Test("the front page runs no script and names no dashboard that is not there")
    func page() async throws {
        try await TestHub.serve { hub in
            let page = try await hub.nobody.get("/")
            #expect(page.headers["content-type"] == "text/html; charset=utf-8")
            #expect(page.headers["content-security-policy"]?.contains("default-src 'none'") == true)
            #expect(String(decoding: page.body, as: UTF8.self).contains("no dashboard in this version"))
            let head = try await hub.nobody.send("HEAD", "/")
            #expect(head.status == 200 && head.body.isEmpty)
        }
    }
}
