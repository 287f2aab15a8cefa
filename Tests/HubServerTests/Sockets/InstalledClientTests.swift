import HubCore
import HubService
import LiveSessions
import Testing

@testable import HubServer

/// A client that speaks sections 1–9 of the agent protocol, and nothing more.
@Suite(.timeLimit(.minutes(3))) struct InstalledClientTests {
    @Test("a session from its start to its end, with output before the word that it has started")
    func session() async throws {
        try await TestHub.serve { hub in
            let machine = try await hub.machine()
            let owner = try await hub.owner()
            try await FakeDaemon.connect(to: hub, key: machine.key) { daemon in
                #expect(daemon.welcome == ["type": "auth_ok", "server_id": JSONValue(machine.id)])
                let id = try await hub.hub.run(
                    OpenSession(on: "mac-1", in: hub.project, name: "fix", workingDirectory: "/w"), as: owner
                ).session.id
                let start = try await daemon.next("session_start")
                #expect(
                    start == [
                        "type": "session_start", "session_id": JSONValue(id), "working_directory": "/w", "cols": 120, "rows": 40,
                        "project_id": JSONValue(hub.project),
                    ])
                try await daemon.output("hello ", of: id.text)
                try await daemon.started(id.text, tmux: "orc-\(id.text.prefix(12))")
                try await daemon.output("world\r\n$ ", of: id.text)
                #expect(try await hub.session(id, reaches: .active).pid == 4711)
                try await hub.screen(of: id, shows: "hello world\n$")

                async let outcome = hub.live.type("pwd", into: id)
                #expect(try await daemon.input(of: id.text) == "pwd")
                try await daemon.output("pwd", of: id.text)
                #expect(try await daemon.input(of: id.text) == "\r")
                try await daemon.output("\r\n/w\r\n$ ", of: id.text)
                #expect(await outcome == .submitted)

                try await daemon.send(["type": "session_closed", "session_id": JSONValue(id), "exit_code": 0])
                #expect(try await hub.session(id, reaches: .closed).exitCode == 0)
                for await change in await hub.live.changes(of: id) { #expect(change == .ended) }
                #expect(await hub.live.screen(of: id)?.text == "hello world\n$ pwd\n/w\n$")
                let log = try #require(await hub.live.log(of: id))
                #expect(String(decoding: log, as: UTF8.self) == "hello world\n$ pwd\n/w\n$\n")
            }
        }
    }

    @Test("a restarted daemon's tmux sessions come back under their ids, and those of others are left alone")
    func recovery() async throws {
        try await TestHub.serve { hub in
            let machine = try await hub.machine()
            let owner = try await hub.owner()
            let id = try await FakeDaemon.connect(to: hub, key: machine.key) { daemon in
                let id = try await hub.hub.run(OpenSession(on: nil, in: hub.project), as: owner).session.id
                _ = try await daemon.next("session_start")
                try await daemon.started(id.text, tmux: "orc-\(id.text.prefix(12))")
                _ = try await hub.session(id, reaches: .active)
                return id
            }
            _ = try await hub.session(id, reaches: .disconnected)
            try await FakeDaemon.connect(to: hub, key: machine.key) { daemon in
                try await daemon.send(["type": "session_recovered", "tmux_name": "orc-ffffffff-fff", "pid": 1, "working_dir": "/x"])
                try await daemon.send(
                    ["type": "session_recovered", "tmux_name": .string("orc-\(id.text.prefix(12))"), "pid": 2, "working_dir": "/w"])
                let ack = try await daemon.peer.next()
                #expect(
                    ack == [
                        "type": "session_recovered_ack", "tmux_name": .string("orc-\(id.text.prefix(12))"), "session_id": JSONValue(id),
                    ])
                let resize = try await daemon.next("session_resize")
                #expect(resize["cols"] == 120 && resize["rows"] == 40)
                _ = try await hub.session(id, reaches: .active)
                try await daemon.output("still here", of: id.text)
                try await hub.screen(of: id, shows: "still here")
            }
        }
    }

    @Test("what a reconnected daemon does not report has ended; what it calls by its tmux name is acknowledged late")
    func reports() async throws {
        var timing = AgentSocket.Timing()
        // More than lies between two reports on a machine that is busy.
        timing.reports = .seconds(8)
        try await TestHub.serve(timing: timing) { hub in
            let machine = try await hub.machine()
            let owner = try await hub.owner()
            let ids = try await FakeDaemon.connect(to: hub, key: machine.key) { daemon in
                var ids: [Session.ID] = []
                for _ in 0..<3 {
                    let id = try await hub.hub.run(OpenSession(on: nil, in: hub.project), as: owner).session.id
                    _ = try await daemon.next("session_start")
                    try await daemon.started(id.text)
                    _ = try await hub.session(id, reaches: .active)
                    ids.append(id)
                }
                return ids
            }
            try await FakeDaemon.connect(to: hub, key: machine.key) { daemon in
                let name = "orc-\(ids[1].text.prefix(12))"
                try await daemon.started(ids[0].text, recovered: true)
                try await daemon.started(name, recovered: true, tmux: name)
                #expect(try await daemon.next("session_recovered_ack")["session_id"] == JSONValue(ids[1]))
                try await daemon.output("old name", of: name)
                try await hub.screen(of: ids[1], shows: "old name")
                _ = try await hub.session(ids[0], reaches: .active)
                #expect(try await hub.session(ids[2], reaches: .closed).failure == Session.unreported)
            }
        }
    }

    @Test("the newest connection of a server wins, and the older is closed")
    func newestWins() async throws {
        try await TestHub.serve { hub in
            let machine = try await hub.machine()
            try await FakeDaemon.connect(to: hub, key: machine.key) { older in
                try await FakeDaemon.connect(to: hub, key: machine.key) { newer in
                    #expect(try await older.peer.untilClosed().code == 1000)
                    try await newer.send(["type": "ping"])
                    _ = try await newer.next("pong")
                    #expect(hub.agents.isConnected(machine.id))
                }
            }
        }
    }

    @Test("an agent's command that was not typed before the connection ended is typed on the next, and never twice")
    func lateLaunch() async throws {
        let profile = LaunchProfile(
            name: "robot", summary: "a robot", command: ["robot"], ready: [try #require(ScreenPattern("^robot> ?$"))])
        try await TestHub.serve(profiles: LaunchProfiles([profile])) { hub in
            let machine = try await hub.machine(capabilities: ["agents": ["robot"]])
            let id = try await FakeDaemon.connect(to: hub, key: machine.key) { daemon in
                _ = try await hub.person().post("/api/v1/tasks", ["title": "Do it", "spec": "now", "requires": ["agent": "robot"]])
                let id = try #require(try await daemon.next("session_start")["session_id"]?.string)
                try await daemon.started(id)
                _ = try await hub.session(try #require(Session.ID(id)), reaches: .active)
                return id
            }
            _ = try await hub.session(try #require(Session.ID(id)), reaches: .disconnected)
            try await FakeDaemon.connect(to: hub, key: machine.key) { daemon in
                try await daemon.started(id, recovered: true)
                try await daemon.output("$ ", of: id)
                #expect(try await daemon.input(of: id) == "robot")
                try await daemon.output("robot", of: id)
                #expect(try await daemon.input(of: id) == "\r")
                try await daemon.output("\r\nrobot> ", of: id)
                #expect(try await daemon.next("task_assigned")["title"] == "Do it")
            }
            _ = try await hub.session(try #require(Session.ID(id)), reaches: .disconnected)
            try await FakeDaemon.connect(to: hub, key: machine.key) { daemon in
                try await daemon.started(id, recovered: true)
                try await daemon.output("\r\nhere again\r\nrobot> ", of: id)
                let session = try #require(Session.ID(id))
                try await hub.screen(of: session, shows: "here again")
                async let outcome = hub.live.type("hello", into: session)
                #expect(try await daemon.input(of: id) == "hello")
                try await daemon.output("hello", of: id)
                #expect(try await daemon.input(of: id) == "\r")
                try await daemon.output("\r\nrobot> ", of: id)
                #expect(await outcome == .submitted)
            }
        }
    }

    @Test("a task's session begins in the path that the client gave its repository when it registered, heartbeats or not")
    func checkout() async throws {
        try await TestHub.serve { hub in
            let answer = try await hub.nobody.post(
                "/api/v1/servers/register",
                [
                    "name": "old", "registration_token": .string(try await hub.registrationToken()), "machine_id": "old",
                    "repos": ["web": "/srv/web"], "system_info": ["cpu_count": 2],
                ])
            let key = try #require(answer["api_key"].string)
            let agent = TestClient(port: hub.port, headers: [("X-Api-Key", key)])
            #expect(try await agent.post("/api/v1/servers/heartbeat", ["system_info": ["cpu_count": 4]]).status == 200)
            try await FakeDaemon.connect(to: hub, key: key) { daemon in
                _ = try await hub.person().post("/api/v1/tasks", ["title": "Do it", "spec": "now", "requires": ["repository": "web"]])
                #expect(try await daemon.next("session_start")["working_directory"] == "/srv/web")
            }
        }
    }

    @Test("an agent's command is typed once its shell is there, and its task after it is ready")
    func launching() async throws {
        let profile = LaunchProfile(
            name: "robot", summary: "a robot", command: ["robot", "--say", "hello you"], ready: [try #require(ScreenPattern("^robot> ?$"))])
        try await TestHub.serve(profiles: LaunchProfiles([profile])) { hub in
            let machine = try await hub.machine(capabilities: ["agents": ["robot"]])
            try await FakeDaemon.connect(to: hub, key: machine.key) { daemon in
                let task = try await hub.person().post(
                    "/api/v1/tasks", ["title": "Do it", "spec": "now", "requires": ["agent": "robot"]])
                let start = try await daemon.next("session_start")
                let id = try #require(start["session_id"]?.string)
                #expect(start["command"] == nil && start["task_id"] == nil && start["session_key"] == nil && start["message_id"] == nil)
                try await daemon.started(id)
                try await daemon.output("$ ", of: id)
                #expect(try await daemon.input(of: id) == "robot --say 'hello you'")
                try await daemon.output("robot --say 'hello you'", of: id)
                #expect(try await daemon.input(of: id) == "\r")
                try await daemon.output("\r\nrobot> ", of: id)
                let assigned = try await daemon.next("task_assigned")
                #expect(assigned["task_id"] == task["id"] && assigned["title"] == "Do it" && assigned["message_id"] == nil)
            }
        }
    }
}
