import HubCore
import HubService
import LiveSessions
import Testing

@testable import HubServer

/// A client with all extensions of section 12.
@Suite(.timeLimit(.minutes(3))) struct OurDaemonTests {
    private static let features = ["ack", "credit", "launch", "offsets", "reports", "sessions_reported"]

    private func open(_ hub: TestHub, _ daemon: FakeDaemon, as owner: Caller) async throws -> Session.ID {
        let id = try await hub.hub.run(OpenSession(on: nil, in: hub.project), as: owner).session.id
        let start = try await daemon.next("session_start")
        #expect(start["session_id"] == JSONValue(id))
        try await daemon.started(id.text, offset: 0)
        _ = try await hub.session(id, reaches: .active)
        return id
    }

    @Test("the answer to auth names the features, and a session has a key and a message id of its own")
    func start() async throws {
        try await TestHub.serve { hub in
            let machine = try await hub.machine()
            let owner = try await hub.owner()
            try await FakeDaemon.connect(to: hub, key: machine.key, features: Self.features + ["flying"]) { daemon in
                #expect(
                    daemon.welcome == [
                        "type": "auth_ok", "server_id": JSONValue(machine.id), "features": JSONValue(Self.features),
                        "heartbeat_seconds": 30,
                        "resume_from": 0, "initial_credit": 262_144,
                    ])
                let id = try await hub.hub.run(OpenSession(on: nil, in: hub.project), as: owner).session.id
                let start = try await daemon.next("session_start")
                let key = try #require(start["session_key"]?.string)
                #expect(try await hub.hub.authenticate(agentKey: key)?.session == id)
                #expect(start["message_id"]?.string.flatMap { Push.ID($0) } != nil)
            }
        }
    }

    @Test("a session that is asked for again after a break has the key that it began with")
    func repeatedStart() async throws {
        try await TestHub.serve { hub in
            let machine = try await hub.machine()
            let owner = try await hub.owner()
            let id = try await FakeDaemon.connect(to: hub, key: machine.key, features: Self.features) { _ in
                try await hub.hub.run(OpenSession(on: nil, in: hub.project), as: owner).session.id
            }
            var starts: [JSONValue] = []
            for _ in 0..<2 {
                starts.append(
                    try await FakeDaemon.connect(to: hub, key: machine.key, features: Self.features) { try await $0.next("session_start") })
            }
            #expect(starts[0]["message_id"] == starts[1]["message_id"])
            try await FakeDaemon.connect(to: hub, key: machine.key, features: Self.features) { daemon in
                // What the daemon took first is what it goes by.
                try await daemon.started(id.text, offset: 0)
                _ = try await hub.session(id, reaches: .active)
                for start in starts {
                    let key = try #require(start["session_key"]?.string)
                    #expect(try await hub.hub.authenticate(agentKey: key)?.session == id)
                }
            }
        }
    }

    @Test("after a break in the network the hub asks for the output that it lacks, and nothing is missing")
    func replay() async throws {
        try await TestHub.serve { hub in
            let machine = try await hub.machine()
            let owner = try await hub.owner()
            let id = try await FakeDaemon.connect(to: hub, key: machine.key, features: Self.features) { daemon in
                let id = try await open(hub, daemon, as: owner)
                try await daemon.output("one ", of: id.text, at: 0)
                try await daemon.output("two ", of: id.text, at: 4)
                try await hub.screen(of: id, shows: "one two")
                return id
            }
            _ = try await hub.session(id, reaches: .disconnected)
            try await FakeDaemon.connect(to: hub, key: machine.key, features: Self.features) { daemon in
                try await daemon.started(id.text, recovered: true, offset: 14)
                let credit = try await daemon.next("session_credit")
                #expect(credit["until"]?.int == 8 + 262_144)
                #expect(try await daemon.next("session_replay")["from"] == 8)
                // The daemon may send more than was asked for.
                try await daemon.output("two three ", of: id.text, at: 4)
                try await daemon.output("four", of: id.text, at: 14)
                try await hub.screen(of: id, shows: "four")
                #expect(await hub.live.screen(of: id)?.text == "one two three four")
            }
        }
    }

    @Test("output that the daemon has no more is marked as missing")
    func hole() async throws {
        try await TestHub.serve { hub in
            let machine = try await hub.machine()
            let owner = try await hub.owner()
            try await FakeDaemon.connect(to: hub, key: machine.key, features: Self.features) { daemon in
                let id = try await open(hub, daemon, as: owner)
                try await daemon.output("begin\r\n", of: id.text, at: 0)
                try await hub.screen(of: id, shows: "begin")
                try await daemon.output("end", of: id.text, at: 1007)
                try await hub.screen(of: id, shows: "end")
                let recording = String(decoding: try #require(await hub.live.recording(of: id)), as: UTF8.self)
                #expect(recording.contains("1000 bytes of output are missing"))
            }
        }
    }

    @Test("credit is granted as the output is read")
    func credit() async throws {
        try await TestHub.serve { hub in
            let machine = try await hub.machine()
            let owner = try await hub.owner()
            try await FakeDaemon.connect(to: hub, key: machine.key, features: Self.features) { daemon in
                let id = try await open(hub, daemon, as: owner)
                let line = Array((String(repeating: "x", count: 98) + "\r\n").utf8)
                let block = Array(repeatElement(line, count: 1000).joined())
                var (offset, granted) = (0, 262_144)
                while offset < 1_000_000 {
                    if offset + block.count > granted {
                        granted = try #require(try await daemon.next("session_credit")["until"]?.int)
                        continue
                    }
                    try await daemon.output(block, of: id.text, at: offset)
                    offset += block.count
                }
                try await daemon.output("done", of: id.text, at: offset)
                try await hub.screen(of: id, shows: "done")
                let recording = String(decoding: try #require(await hub.live.recording(of: id)), as: UTF8.self)
                #expect(!recording.contains("missing"))
            }
        }
    }

    @Test("a numbered report is confirmed, takes effect once, and is not asked for again")
    func numberedReports() async throws {
        try await TestHub.serve { hub in
            let machine = try await hub.machine()
            let owner = try await hub.owner()
            let closed: (Session.ID) -> JSONValue = {
                ["type": "session_closed", "session_id": JSONValue($0), "exit_code": 3, "report_number": 1]
            }
            let id = try await FakeDaemon.connect(to: hub, key: machine.key, features: Self.features) { daemon in
                let id = try await open(hub, daemon, as: owner)
                try await daemon.send(closed(id))
                #expect(try await daemon.next("reports_stored")["number"] == 1)
                #expect(try await hub.session(id, reaches: .closed).exitCode == 3)
                return id
            }
            try await FakeDaemon.connect(to: hub, key: machine.key, features: Self.features) { daemon in
                #expect(daemon.welcome["resume_from"] == 1)
                try await daemon.send(closed(id))
                #expect(try await daemon.next("reports_stored")["number"] == 1)
            }
            let events = try await hub.hub.ask(ListEvents(in: hub.project, after: 0, limit: 1000), as: .hub)
            #expect(events.count { $0.fact.kind == .sessionClosed } == 1)
        }
    }

    @Test("of a client that does not say when it has named all its terminals the hub supposes it, whatever else it can do")
    func unannouncedReports() async throws {
        var timing = AgentSocket.Timing()
        timing.numberedReports = .milliseconds(50)
        try await TestHub.serve(timing: timing) { hub in
            let machine = try await hub.machine()
            let owner = try await hub.owner()
            let id = try await FakeDaemon.connect(to: hub, key: machine.key, features: ["reports"]) { try await open(hub, $0, as: owner) }
            _ = try await hub.session(id, reaches: .disconnected)
            try await FakeDaemon.connect(to: hub, key: machine.key, features: ["reports"]) { _ in
                let session = try await hub.session(id, reaches: .closed)
                #expect(session.failure == Session.unreported)
            }
        }
    }

    @Test("of a client that says so nothing is supposed: what it has not named by then has ended")
    func announcedReports() async throws {
        var timing = AgentSocket.Timing()
        timing.reports = .milliseconds(1)
        try await TestHub.serve(timing: timing) { hub in
            let machine = try await hub.machine()
            let owner = try await hub.owner()
            let ids = try await FakeDaemon.connect(to: hub, key: machine.key, features: Self.features) { daemon in
                [try await open(hub, daemon, as: owner), try await open(hub, daemon, as: owner)]
            }
            for id in ids { _ = try await hub.session(id, reaches: .disconnected) }
            try await FakeDaemon.connect(to: hub, key: machine.key, features: Self.features) { daemon in
                try await daemon.started(ids[0].text, recovered: true, offset: 0)
                _ = try await hub.session(ids[0], reaches: .active)
                #expect(try await hub.hub.ask(GetSession(.id(ids[1])), as: .hub).session.state == .disconnected)
                try await daemon.send(["type": "sessions_reported"])
                #expect(try await hub.session(ids[1], reaches: .closed).failure == Session.unreported)
                #expect(try await hub.hub.ask(GetSession(.id(ids[0])), as: .hub).session.state == .active)
            }
        }
    }

    @Test("a push is confirmed by its ack, and sent again after a reconnect until then")
    func acks() async throws {
        let profile = LaunchProfile(
            name: "robot", summary: "a robot", command: ["robot"], ready: [try #require(ScreenPattern("^robot> ?$"))])
        try await TestHub.serve(profiles: LaunchProfiles([profile])) { hub in
            let machine = try await hub.machine(capabilities: ["agents": ["robot"]])
            let (id, first) = try await FakeDaemon.connect(to: hub, key: machine.key, features: Self.features) { daemon in
                _ = try await hub.person().post("/api/v1/tasks", ["title": "Do it", "spec": "now", "requires": ["agent": "robot"]])
                let start = try await daemon.next("session_start")
                let id = try #require(start["session_id"]?.string)
                #expect(start["command"] == ["robot"])
                try await daemon.started(id, offset: 0)
                try await daemon.output("robot> ", of: id, at: 0)
                let assigned = try await daemon.next("task_assigned")
                return (id, try #require(assigned["message_id"]?.string))
            }
            let session = try #require(Session.ID(id))
            try await FakeDaemon.connect(to: hub, key: machine.key, features: Self.features) { daemon in
                try await daemon.started(id, recovered: true, offset: 7)
                #expect(try await daemon.next("task_assigned")["message_id"]?.string == first)
                try await daemon.send(["type": "ack", "message_id": .string(first)])
                let hub = hub.hub
                let isDelivered = try await hub.wait(atMost: .seconds(60)) {
                    let pushes = try await hub.ask(ListPushes(to: .id(session)), as: .hub)
                    let isDelivered = pushes.contains { $0.id.text == first && $0.state == .delivered }
                    return (isDelivered, isDelivered)
                }
                #expect(isDelivered)
            }
        }
    }

    @Test(
        "an agent gets its task in its arguments, its attempt, and a working tree of the task's repository unless that is switched off",
        arguments: [true, false])
    func errand(hasWorktrees: Bool) async throws {
        let profile = LaunchProfile(
            name: "robot", summary: "a robot", command: ["robot"], prompt: .argument(["--do", "{prompt}"]),
            ready: [try #require(ScreenPattern("^robot> ?$"))])
        try await TestHub.serve(profiles: LaunchProfiles([profile])) { hub in
            let machine = try await hub.machine(
                capabilities: ["agents": ["robot"]],
                repositories: ["Web": ["path": "/srv/web", "branch": "main"], "docs": ["path": "/srv/docs"]])
            let owner = try await hub.owner()
            try await hub.hub.run(ChangeProject(hub.project, worktrees: hasWorktrees), as: owner)
            try await FakeDaemon.connect(to: hub, key: machine.key, features: Self.features) { daemon in
                let made = try await hub.person().post(
                    "/api/v1/tasks",
                    ["title": "Do it", "spec": "now", "target_repo": "web", "target_branch": "next", "requires": ["agent": "robot"]])
                let task = try #require(made["id"].string)
                let start = try await daemon.next("session_start")
                let id = try #require(start["session_id"]?.string)
                #expect(start["working_directory"] == "/srv/web" && start["task_id"]?.string == task)
                #expect(start["env"] == ["ORCHESTRATIA_ATTEMPT": "1"])
                let command = (start["command"]?.array ?? []).compactMap(\.string)
                #expect(command.prefix(2) == ["robot", "--do"])
                #expect(command.last?.hasPrefix("You have a new task \(task.prefix(8)): \"Do it\".") == true)
                let tree: JSONValue = [
                    "repo": "Web", "branch": .string("orchestratia/task-1-\(task.prefix(8))"), "base": "next", "optional": true,
                ]
                #expect(start["worktree"] == (hasWorktrees ? tree : Optional.none))
                try await daemon.send([
                    "type": "session_started", "session_id": .string(id), "pid": 1, "tmux_name": "", "working_dir": "/srv/web",
                    "note": "it has no working tree of its own",
                ])
                try await daemon.output("robot> ", of: id, at: 0)
                let (core, session) = (hub.hub, try #require(Session.ID(id)))
                let isDelivered = try await core.wait(atMost: .seconds(60)) {
                    let pushes = try await core.ask(ListPushes(to: .id(session)), as: .hub)
                    let isDelivered = pushes.contains { $0.kind == .taskAssigned && $0.state == .delivered }
                    return (isDelivered, isDelivered)
                }
                #expect(isDelivered)
                let notes = try await core.ask(GetTask(.id(try #require(AgentTask.ID(task)))), as: owner).notes
                #expect(notes.map(\.content) == ["task-1: it has no working tree of its own"])
                // What its program was started with is not typed as well.
                try await hub.hub.run(CloseSession(.id(session)), as: owner)
                _ = try await daemon.next("session_close")
                #expect(await daemon.peer.all.allSatisfy { $0["type"] != "task_assigned" })
                // Without git there is nothing to make a working tree of.
                _ = try await hub.person().post(
                    "/api/v1/tasks", ["title": "Write", "spec": "it", "target_repo": "docs", "requires": ["agent": "robot"]])
                let plain = try await daemon.next("session_start")
                #expect(plain["worktree"] == nil && plain["working_directory"] == "/srv/docs")
            }
        }
    }
}
