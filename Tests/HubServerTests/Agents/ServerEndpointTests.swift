import HubCore
import HubService
import Testing

@Suite(.timeLimit(.minutes(3))) struct ServerEndpointTests {
    private func registration(_ token: String) -> [String: JSONValue] {
        [
            "name": "vm", "hostname": "vm", "ip": "0.0.0.0", "os": "linux", "repos": ["web": "/src/web"],
            "system_info": ["cpu_count": 2, "cpu_percent": .number("12.5"), "agent_version": "0.20.0"],
            "registration_token": .string(token),
            "machine_id": "3d12", "mac_address": "02:fc:00:00:00:01",
        ]
    }

    private func json(_ members: [String: JSONValue]) -> JSONValue { .object(members.map { .init($0.key, $0.value) }) }

    @Test("registers once with a token, and gives a new key to the same machine")
    func register() async throws {
        try await TestHub.serve { hub in
            let token = try await hub.registrationToken()
            let first = try await hub.nobody.post("/api/v1/servers/register", json(registration(token)))
            #expect(first.status == 201)
            #expect(first["name"] == "vm")
            let key = try #require(first["api_key"].string)
            #expect(key.hasPrefix("orc_"))
            #expect(try await hub.nobody.post("/api/v1/servers/register", json(registration(token))).status == 401)

            let second = try await hub.nobody.post("/api/v1/servers/register", json(registration(try await hub.registrationToken())))
            #expect(second["id"] == first["id"])
            let old = TestClient(port: hub.port, headers: [("X-API-Key", key)])
            #expect(try await old.get("/api/v1/server/tasks").status == 401)
            let new = TestClient(port: hub.port, headers: [("x-api-key", try #require(second["api_key"].string))])
            let servers = try await new.get("/api/v1/server/servers")["servers"].array ?? []
            #expect(servers.count == 1)
            #expect(servers.first?["repos"] == ["web"])
            #expect(servers.first?["status"] == "online")
        }
    }

    @Test(
        "refuses a malformed registration",
        arguments: [
            ("name", nil), ("name", 5), ("name", ""), ("registration_token", nil), ("registration_token", ["x"]), ("repos", 5),
            ("system_info", "x"), ("hostname", 1), ("machine_id", "a\u{0}b"), ("system_info", ["capabilities": ["slots": "many"]]),
            ("system_info", ["capabilities": ["languages": [1]]]),
        ] as [(String, JSONValue)])
    func malformed(_ name: String, _ value: JSONValue) async throws {
        try await TestHub.serve { hub in
            var body = registration(try await hub.registrationToken())
            body[name] = value
            let answer = try await hub.nobody.post("/api/v1/servers/register", json(body))
            #expect(answer.status == 422)
            #expect(answer.detail != nil)
        }
    }

    @Test("makes one who guesses registration tokens wait")
    func guessing() async throws {
        try await TestHub.serve { hub in
            for _ in 1...5 {
                #expect(try await hub.nobody.post("/api/v1/servers/register", json(registration("orcreg_eA.wrong"))).status == 401)
            }
            let next = try await hub.nobody.post("/api/v1/servers/register", json(registration("orcreg_eA.wrong")))
            #expect(next.status == 429)
            #expect(next.headers["retry-after"] != nil)
        }
    }

    @Test("stores a heartbeat only when the machine changed")
    func heartbeat() async throws {
        try await TestHub.serve { hub in
            let agent = try await hub.agent("mac-1")
            func beat(_ info: JSONValue) async throws {
                #expect(try await agent.post("/api/v1/servers/heartbeat", ["system_info": info]).status == 200)
            }
            try await beat(["cpu_count": 2, "cpu_percent": 1])
            let changes = try await versions(hub)
            try await beat(["cpu_count": 2, "cpu_percent": 99])
            #expect(try await versions(hub) == changes)
            try await beat([
                "cpu_count": 2, "capabilities": ["languages": ["Swift"], "agents": [["type": "claude", "version": "2"]], "slots": 2],
            ])
            let server = try #require(try await agent.get("/api/v1/server/servers")["servers"].array?.first)
            #expect(server["capabilities"]?["languages"] == ["swift"])
            #expect(server["capabilities"]?["agents"] == ["claude"])
            #expect(server["slots"] == 2)
            #expect(try await agent.post("/api/v1/servers/heartbeat", ["system_info": "x"]).status == 422)
        }
    }

    @Test("keeps the newest load of a machine, of its registration and of its heartbeats")
    func load() async throws {
        try await TestHub.serve { hub in
            let registered = try await hub.nobody.post("/api/v1/servers/register", json(registration(try await hub.registrationToken())))
            let id = try #require(registered["id"].string.flatMap { Server.ID($0) })
            #expect(hub.hub.liveness.load(of: id)?.load == Load(processors: 13))
            let agent = TestClient(port: hub.port, headers: [("X-API-Key", try #require(registered["api_key"].string))])
            for info in [["cpu_percent": 90, "memory_percent": 43, "disk_percent": 70], ["cpu_count": 2], ["cpu_percent": 1000]]
                as [JSONValue]
            {
                #expect(try await agent.post("/api/v1/servers/heartbeat", ["system_info": info]).status == 200)
            }
            #expect(try await agent.post("/api/v1/servers/heartbeat").status == 200)
            #expect(hub.hub.liveness.load(of: id)?.load == Load(processors: 90, memory: 43, disk: 70))
        }
    }

    private func versions(_ hub: TestHub) async throws -> JSONValue {
        try await hub.hub.ask(ListServers(in: hub.project), as: .hub).first?.server.machine.systemInfo ?? .null
    }

    @Test("answers what it does not have as the installed clients expect")
    func stubs() async throws {
        try await TestHub.serve { hub in
            let agent = try await hub.agent()
            for path in ["access-grants", "approval-rules", "files/pending", "files/pulls/pending"] {
                let answer = try await agent.get("/api/v1/server/\(path)")
                #expect(answer.status == 200 && answer.json == [])
            }
            #expect(try await agent.post("/api/v1/server/permissions/log", ["entries": []]).status == 201)
            #expect(try await agent.get("/api/v1/server/sessions?project_id=\(hub.project)").json == ["sessions": []])
            #expect(try await agent.get("/api/v1/server/tasks/check?session_id=f3f3").json == ["count": 0, "tasks": []])
            let id = try await hub.assignedTask(agent)
            #expect(try await agent.post("/api/v1/server/tasks/\(id)/assign", ["session_name": "boss"]).status == 404)
            let status = try await agent.get("/api/v1/server/status")
            #expect(status["connected"] == true)
            #expect(status["project_name"] == "default")
            #expect(status["task_summary"] == ["pending": 1, "running": 0, "total": 1])
            #expect(status["tasks"].array?.first?["title"] == "Do it")
        }
    }
}
