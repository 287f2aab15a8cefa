import HubCore
import HubService
import LiveSessions
import Testing

@testable import HubServer

/// Agents that read their task from a file (`prompt: {given: file}`), with clients that can write one and those that cannot.
@Suite(.timeLimit(.minutes(3))) struct PromptFileTests {
    private static let features = ["ack", "credit", "launch", "offsets", "reports", "sessions_reported"]

    private func profiles() throws -> LaunchProfiles {
        LaunchProfiles([
            LaunchProfile(
                name: "robot", summary: "a robot", command: ["robot"], prompt: .file(["--read", "{file}"]),
                ready: [try #require(ScreenPattern("^robot> ?$"))])
        ])
    }

    @Test("a client that can write the file gets the task's words with the start, and is not told them again")
    func written() async throws {
        try await TestHub.serve(profiles: try profiles()) { hub in
            let machine = try await hub.machine(capabilities: ["agents": ["robot"]])
            let owner = try await hub.owner()
            try await FakeDaemon.connect(to: hub, key: machine.key, features: Self.features + ["prompt_file"]) { daemon in
                #expect(daemon.welcome["features"]?.array?.contains("prompt_file") == true)
                let made = try await hub.person().post(
                    "/api/v1/tasks", ["title": "Do \"it\"", "spec": "now", "requires": ["agent": "robot"]])
                let task = try #require(made["id"].string)
                let start = try await daemon.next("session_start")
                // The client knows the file's path.
                #expect(start["command"] == ["robot", "--read", "{file}"])
                #expect(start["prompt_file"]?.string?.hasPrefix("You have a new task \(task.prefix(8)): \"Do \"it\"\".") == true)
                let id = try #require(start["session_id"]?.string)
                try await daemon.started(id, offset: 0)
                try await daemon.output("robot> ", of: id, at: 0)
                let (core, session) = (hub.hub, try #require(Session.ID(id)))
                let isDelivered = try await core.wait(atMost: .seconds(60)) {
                    let pushes = try await core.ask(ListPushes(to: .id(session)), as: .hub)
                    let isDelivered = pushes.contains { $0.kind == .taskAssigned && $0.state == .delivered }
                    return (isDelivered, isDelivered)
                }
                #expect(isDelivered)
                try await hub.hub.run(CloseSession(.id(session)), as: owner)
                _ = try await daemon.next("session_close")
                #expect(await daemon.peer.all.allSatisfy { $0["type"] != "task_assigned" })
            }
        }
    }

    @Test("an agent that a person opens without a task has nothing to read")
    func noTask() async throws {
        try await TestHub.serve(profiles: try profiles()) { hub in
            let machine = try await hub.machine()
            let owner = try await hub.owner()
            try await FakeDaemon.connect(to: hub, key: machine.key, features: Self.features + ["prompt_file"]) { daemon in
                try await hub.hub.run(OpenSession(on: nil, in: hub.project, profile: "robot"), as: owner)
                let start = try await daemon.next("session_start")
                #expect(start["command"] == ["robot"] && start["prompt_file"] == nil)
            }
        }
    }

    @Test("a client that starts programs and writes no file starts the bare program, and is told the task once that is ready")
    func notWritten() async throws {
        try await TestHub.serve(profiles: try profiles()) { hub in
            let machine = try await hub.machine(capabilities: ["agents": ["robot"]])
            try await FakeDaemon.connect(to: hub, key: machine.key, features: Self.features) { daemon in
                _ = try await hub.person().post("/api/v1/tasks", ["title": "Do it", "spec": "now", "requires": ["agent": "robot"]])
                let start = try await daemon.next("session_start")
                #expect(start["command"] == ["robot"] && start["prompt_file"] == nil)
                let id = try #require(start["session_id"]?.string)
                try await daemon.started(id, offset: 0)
                try await daemon.output("robot> ", of: id, at: 0)
                #expect(try await daemon.next("task_assigned")["title"] == "Do it")
            }
        }
    }

    @Test("for an installed client the bare program is typed, and the task follows once that is ready")
    func typed() async throws {
        try await TestHub.serve(profiles: try profiles()) { hub in
            let machine = try await hub.machine(capabilities: ["agents": ["robot"]])
            try await FakeDaemon.connect(to: hub, key: machine.key) { daemon in
                _ = try await hub.person().post("/api/v1/tasks", ["title": "Do it", "spec": "now", "requires": ["agent": "robot"]])
                let start = try await daemon.next("session_start")
                #expect(start["command"] == nil && start["prompt_file"] == nil)
                let id = try #require(start["session_id"]?.string)
                try await daemon.started(id)
                try await daemon.output("$ ", of: id)
                #expect(try await daemon.input(of: id) == "robot")
                try await daemon.output("robot", of: id)
                #expect(try await daemon.input(of: id) == "\r")
                try await daemon.output("\r\nrobot> ", of: id)
                #expect(try await daemon.next("task_assigned")["title"] == "Do it")
            }
        }
    }
}
