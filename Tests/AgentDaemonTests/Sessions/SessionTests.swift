import Foundation
import HubCore
import Testing
import WireProtocol

@testable import AgentDaemon

@Suite("A session of the daemon", .timeLimit(.minutes(2)), .serialized)
struct SessionTests {
    static let plain = "sessions: {tmux: false, shell: /bin/bash, grace_seconds: 1}"
    static let tmux = "sessions: {tmux: true, shell: /bin/bash, grace_seconds: 1}"

    private func launch(_ session: String, _ change: (inout SessionLaunch) -> Void = { _ in }) -> HubMessage {
        var launch = SessionLaunch(session: session, workingDirectory: "/tmp", columns: 100, rows: 30)
        launch.sessionKey = "orc_session_key"
        change(&launch)
        return .sessionStart(launch)
    }

    @Test("starts, prints, is typed into, resized, and ends with its exit code", arguments: [plain, tmux])
    func life(_ settings: String) async throws {
        try await TestHub.serve { hub in
            try await DaemonHome.lend { home in
                try home.configure(hub: hub.url, settings)
                try await home.run { daemon in
                    #expect(await hub.waitForConnection())
                    let session = newSession()
                    try await hub.send(launch(session), id: "push-1")
                    let report = try #require(await hub.started(session))
                    #expect(report.workingDirectory == "/tmp" && !report.isRecovered)
                    #expect(report.tmuxName == (settings == Self.tmux ? "orc-\(session.prefix(12))" : ""))
                    #expect(await hub.first { if case .ack("push-1") = $0 { true } else { nil } } == true)
                    try await hub.type("echo \"sum $((40+2))\"; stty size\r", into: session)
                    #expect(await hub.waitForOutput("sum 42", of: session), "\(hub.output(session))")
                    #expect(await hub.waitForOutput("30 100", of: session))
                    try await hub.send(.sessionResize(session: session, columns: 90, rows: 20))
                    try await hub.type("until [ \"$(stty size)\" = '20 90' ]; do sleep 0.02; done; echo re''sized\r", into: session)
                    #expect(await hub.waitForOutput("resized", of: session))
                    try await hub.type("exit 7\r", into: session)
                    #expect(await hub.closed(session) == .some(.some(7)))
                    #expect(hub.offsets(session).first == 0)
                    #expect(await eventually { await daemon.sessions.runningCount == 0 }, "an ended session costs nothing")
                }
            }
        }
    }

    @Test("holds the session's key and never the machine's, which stands on no command line", arguments: [plain, tmux])
    func keys(_ settings: String) async throws {
        try await TestHub.serve { hub in
            try await DaemonHome.lend { home in
                try home.configure(hub: hub.url, settings)
                try await home.run { _ in
                    #expect(await hub.waitForConnection())
                    let session = newSession()
                    try await hub.send(
                        launch(session) { launch in
                            launch.command = [
                                "sh", "-c", "env | grep -c machine; env | grep ^ORCHESTRATIA_ | sort; echo \"[$1]\"; sleep 60", "x",
                                "a \"b\" $HOME;",
                            ]
                            launch.environment = ["MINE": "yes", "ORCHESTRATIA_API_KEY": "forged"]
                        })
                    #expect(await hub.waitForOutput("[a \"b\" $HOME;]", of: session), "\(hub.output(session))")
                    let text = hub.output(session)
                    #expect(text.contains("ORCHESTRATIA_API_KEY=orc_session_key") && text.contains("ORCHESTRATIA_HUB_URL=\(hub.url)"))
                    #expect(text.contains("ORCHESTRATIA_SESSION_ID=\(session)") && text.contains("ORCHESTRATIA_PORT_BASE=2"))
                    #expect(!text.contains("machine-secret") && !text.contains("orc_machine_key_123") && !text.contains("forged"))
                    let lines = ProcessTable.read().entries.compactMap { ProcFile.read("/proc/\($0.pid)/cmdline", atMost: 65_536) }
                    #expect(!lines.contains { String(decoding: $0, as: UTF8.self).contains("orc_session_key") })
                    try await hub.send(.sessionClose(session: session))
                    #expect(await hub.closed(session) == .some(.some(-1)))
                }
            }
        }
    }

    @Test("its program finds what it is to do in a file that nobody else reads, and that goes with the session", arguments: [plain, tmux])
    func promptFile(_ settings: String) async throws {
        try await TestHub.serve { hub in
            try await DaemonHome.lend { home in
                try home.configure(hub: hub.url, settings)
                try await home.run { _ in
                    #expect(await hub.waitForConnection())
                    let session = newSession()
                    try await hub.send(
                        launch(session) { launch in
                            launch.command = ["sh", "-c", "stat -c 'mode %a' \"$1\"; cat \"$1\"; echo \"[$1]\"; read x", "x", "{file}"]
                            launch.promptFile = "Fix \"it\" $HOME\n{file}\n"
                        })
                    #expect(await hub.waitForOutput("mode 600", of: session), "\(hub.output(session))")
                    #expect(await hub.waitForOutput("Fix \"it\" $HOME", of: session))
                    #expect(await hub.waitForOutput("{file}", of: session))
                    let folder = home.state + "/sessions"
                    let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".md") }
                    #expect(files.count == 1)
                    try await hub.type("\r", into: session)
                    #expect(await hub.closed(session) != nil)
                    #expect(await eventually { (try? FileManager.default.contentsOfDirectory(atPath: folder)) == [] })
                }
            }
        }
    }

    @Test("ends for good with session_kill too, together with all that it started")
    func kill() async throws {
        try await TestHub.serve { hub in
            try await DaemonHome.lend { home in
                try home.configure(hub: hub.url, Self.tmux)
                try await home.run { _ in
                    #expect(await hub.waitForConnection())
                    let session = newSession()
                    try await hub.send(launch(session) { $0.command = ["sh", "-c", "setsid sleep 997 & echo pid=$!; trap '' HUP; wait"] })
                    #expect(await hub.waitForOutput("pid=", of: session))
                    let pid = try #require(
                        hub.output(session).firstMatch(of: /pid=(\d+)/).flatMap { Int32($0.output.1) }, "\(hub.output(session))")
                    try await hub.send(.sessionKill(session: session))
                    #expect(await hub.closed(session) == .some(.some(-9)))
                    #expect(!isAlive(pid))
                }
            }
        }
    }

    @Test("is refused with the reason, and the refusal is a report that survives")
    func refusals() async throws {
        try await TestHub.serve { hub in
            try await DaemonHome.lend { home in
                try home.configure(hub: hub.url, "sessions: {tmux: false, maximum: 1}")
                try await home.run { _ in
                    #expect(await hub.waitForConnection())
                    let (first, second) = (newSession(), newSession())
                    try await hub.send(launch(first))
                    #expect(await hub.started(first) != nil)
                    try await hub.send(launch(second))
                    #expect(await hub.refusal(second)?.contains("sessions.maximum") == true)
                    let third = newSession()
                    try await hub.send(.sessionClose(session: first))
                    #expect(await hub.closed(first) != nil)
                    try await hub.send(launch(third) { $0.worktree = .init(repository: "none") })
                    #expect(await hub.refusal(third)?.contains("no repository none") == true)
                    let fourth = newSession()
                    try await hub.send(launch(fourth) { $0.worktree = .init(repository: "none", isOptional: true) })
                    let report = try #require(await hub.started(fourth))
                    #expect(report.workingDirectory == "/tmp" && report.note?.contains("no repository none") == true)
                }
                let little = try #require(SystemGauges.Memory(meminfo: "MemTotal: 1000000 kB\nMemAvailable: 100000 kB\n"))
                try await home.run(memory: little) { _ in
                    #expect(await hub.waitForConnection(2))
                    let session = newSession()
                    try await hub.send(launch(session))
                    #expect(await hub.refusal(session)?.contains("MiB of memory") == true)
                }
            }
        }
    }

    @Test(
        "gets what happened to its task typed and submitted, once, and acknowledged (pain 11: Enter is its own key)",
        arguments: [plain, tmux])
    func pushes(_ settings: String) async throws {
        try await TestHub.serve { hub in
            try await DaemonHome.lend { home in
                try home.configure(hub: hub.url, settings)
                try await home.run { _ in
                    #expect(await hub.waitForConnection())
                    let session = newSession()
                    // A program that reads lines, and says what it got.
                    try await hub.send(
                        launch(session) { launch in
                            launch.command = ["bash", "-c", "n=0; while read -r line; do n=$((n+1)); echo \"got $n: $line\"; done"]
                            launch.prompt = "begin"
                        })
                    #expect(await hub.started(session) != nil)
                    let push = TaskPush(
                        session: session, task: "9edb0000-1111", .assigned(title: "Do it", from: nil, priority: "high", requirePlan: false))
                    try await hub.send(.task(push), id: "p1")
                    #expect(await hub.first { if case .ack("p1") = $0 { true } else { nil } } == true)
                    try await hub.send(.task(push), id: "p1")
                    let note = TaskPush(session: session, task: nil, .note("look at this", author: "ann", isUrgent: false))
                    try await hub.send(.task(note), id: "p2")
                    #expect(await hub.first { if case .ack("p2") = $0 { true } else { nil } } == true)
                    #expect(await hub.waitForOutput("Note from ann", of: session))
                    #expect(await eventually { hub.messages.filter { $0 == .ack(messageID: "p1") }.count == 2 })
                    let text = hub.output(session)
                    #expect(text.contains("You have a new task 9edb0000: \"Do it\"") && text.contains("orchestratia task check"))
                    #expect(!text.contains("got 4:"), "nothing came twice: \(text)")
                }
            }
        }
    }
}
