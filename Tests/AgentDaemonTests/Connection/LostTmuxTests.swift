import Foundation
import HubCore
import Testing
import WireProtocol

@testable import AgentDaemon

@Suite("A tmux that fails", .timeLimit(.minutes(2)), .serialized)
struct LostTmuxTests {
    /// Stands in the `PATH` before the real one, which it runs unless ``isBroken``.
    private struct Substitute {
        let home: DaemonHome
        private var program: String { home.path + "/bin/tmux" }
        private var mark: String { home.path + "/broken" }

        init(_ home: DaemonHome) throws {
            self.home = home
            try FileManager.default.createDirectory(atPath: home.path + "/bin", withIntermediateDirectories: true)
            try "PATH=\(home.path)/bin:/usr/local/bin:/usr/bin:/bin\n".write(
                toFile: home.path + "/.profile", atomically: true, encoding: .utf8)
            try install()
        }

        func install() throws {
            let real = try #require(ProgramSearch.find("tmux", in: "/usr/local/bin:/usr/bin:/bin"))
            let text = """
                #!/bin/sh
                if [ -e \(mark) ]; then echo 'protocol version mismatch (client 9, server 8)' >&2; exit 1; fi
                exec \(real) "$@"

                """
            try text.write(toFile: program + ".new", atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program + ".new")
            #expect(rename(program + ".new", program) == 0)
        }

        func remove() throws { try FileManager.default.removeItem(atPath: program) }
        func breaks() throws { try "".write(toFile: mark, atomically: true, encoding: .utf8) }
        func works() throws { try FileManager.default.removeItem(atPath: mark) }
    }

    private func launch(_ session: String) -> HubMessage {
        .sessionStart(SessionLaunch(session: session, workingDirectory: "/tmp", columns: 100, rows: 30))
    }

    @Test("to answer after a restart costs no session: all go on, and are taken up when it answers again")
    func mismatch() async throws {
        try await TestHub.serve { hub in
            try await DaemonHome.lend { home in
                try home.configure(hub: hub.url, SessionTests.tmux)
                let tmux = try Substitute(home)
                let (kept, ended) = (newSession(), newSession())
                let pids = try await home.run { _ in
                    #expect(await hub.waitForConnection())
                    var pids: [Int32] = []
                    for session in [kept, ended] {
                        try await hub.send(launch(session))
                        let report = try #require(await hub.started(session))
                        #expect(!report.tmuxName.isEmpty)
                        pids.append(Int32(try #require(report.pid)))
                    }
                    return pids
                }
                try tmux.breaks()
                let before = hub.messages.count
                try await home.run { daemon in
                    #expect(await hub.waitForConnection(2))
                    // Its answer stands behind all that the daemon said at the beginning.
                    try await hub.send(launch(kept))
                    #expect(await hub.refusal(kept)?.contains("tmux does not answer") == true)
                    #expect(pids.allSatisfy(isAlive))
                    #expect(await daemon.sessions.unclear.count == 2)
                    let told = hub.messages.dropFirst(before)
                    #expect(!told.contains(.sessionsReported))
                    #expect(!told.contains { if case .sessionClosed = $0 { true } else { false } })

                    let server = try await TmuxServer.start(
                        path: "/usr/local/bin:/usr/bin:/bin", stateDirectory: home.configuration().stateDirectory,
                        account: LoginAccount(name: "x", home: home.path, shell: "/bin/sh"))
                    await server.kill(TmuxServer.name(of: ended))
                    try tmux.works()
                    let name = TmuxServer.name(of: kept)
                    let found = await hub.first {
                        if case .sessionRecovered(let report) = $0, report.tmuxName == name { true } else { nil }
                    }
                    #expect(found == true)
                    try await hub.send(.sessionRecoveredAck(tmuxName: name, session: kept))
                    try await hub.type("echo st''ill\r", into: kept)
                    #expect(await hub.waitForOutput("still", of: kept))
                    #expect(await eventually { hub.messages.dropFirst(before).contains(.sessionsReported) })
                    #expect(await hub.closed(ended) == .some(nil))
                    #expect(isAlive(pids[0]))
                }
            }
        }
    }

    /// Does not keep what it knows.
    private struct Weak { weak var terminal: SessionTerminal? }

    @Test("to show a session does not cost the session, and a view that was lost costs nothing any more")
    func view() async throws {
        try await TestHub.serve { hub in
            try await DaemonHome.lend { home in
                try home.configure(hub: hub.url, SessionTests.tmux)
                let tmux = try Substitute(home)
                try await home.run { daemon in
                    #expect(await hub.waitForConnection())
                    let session = newSession()
                    try await hub.send(launch(session))
                    let pid = Int32(try #require(await hub.started(session)?.pid))
                    let view = Weak(terminal: await daemon.sessions.entries[session]?.session?.terminal)
                    let client = try #require(view.terminal?.view.processID)
                    try tmux.remove()
                    #expect(kill(client, SIGKILL) == 0)
                    #expect(await eventually { await (daemon.sessions.entries[session]?.losses ?? 0) > 2 })
                    #expect(await eventually { view.terminal == nil })
                    #expect(isAlive(pid))
                    try tmux.install()
                    try await hub.type("echo st''ill\r", into: session)
                    #expect(await hub.waitForOutput("still", of: session))
                    try tmux.remove()
                    let next = try #require(await daemon.sessions.entries[session]?.session?.terminal.view.processID)
                    #expect(kill(next, SIGKILL) == 0)
                    #expect(await eventually { await daemon.sessions.entries[session]?.isAttaching == true })
                    try await hub.send(.sessionClose(session: session))
                    #expect(await hub.closed(session) != nil, "although nothing shows it")
                    #expect(!isAlive(pid))
                }
            }
        }
    }
}
