import Foundation
import HubCore
import Testing
import WireProtocol

@testable import AgentDaemon

@Suite("After a break", .timeLimit(.minutes(2)), .serialized)
struct RecoveryTests {
    private func launch(_ session: String, _ command: [String] = []) -> HubMessage {
        var launch = SessionLaunch(session: session, workingDirectory: "/tmp", columns: 100, rows: 30)
        launch.command = command
        return .sessionStart(launch)
    }

    @Test("of the daemon a tmux session lives on and is taken up again (pain 26: sessions survive)")
    func daemonRestart() async throws {
        try await TestHub.serve { hub in
            try await DaemonHome.lend { home in
                try home.configure(hub: hub.url, SessionTests.tmux)
                let (kept, ended) = (newSession(), newSession())
                try await home.run { _ in
                    #expect(await hub.waitForConnection())
                    try await hub.send(launch(kept))
                    try await hub.send(launch(ended))
                    #expect(await hub.started(kept) != nil)
                    #expect(await hub.started(ended) != nil)
                    try await hub.type("echo be''fore; export MARK=here\r", into: kept)
                    #expect(await hub.waitForOutput("before", of: kept))
                }
                let configuration = try home.configuration()
                let tmux = try await TmuxServer.start(
                    path: "/usr/bin:/bin", stateDirectory: configuration.stateDirectory,
                    account: LoginAccount(name: "x", home: home.path, shell: "/bin/sh"))
                #expect(try await tmux.panes().count == 2)
                await tmux.kill(TmuxServer.name(of: ended))
                hub.forgetOutput(kept)
                try await home.run { _ in
                    #expect(await hub.waitForConnection(2))
                    #expect(await hub.closed(ended) == .some(nil), "what is gone is reported as ended")
                    let name = TmuxServer.name(of: kept)
                    let report = await hub.first {
                        if case .sessionRecovered(let report) = $0, report.tmuxName == name { report } else { nil }
                    }
                    #expect(report?.workingDirectory == "/tmp")
                    try await hub.send(.sessionRecoveredAck(tmuxName: name, session: kept))
                    try await hub.type("echo \"still $MARK\"\r", into: kept)
                    #expect(await hub.waitForOutput("still here", of: kept), "\(hub.output(kept))")
                    #expect(hub.offsets(kept).first == 0, "its output is counted anew")
                    try await hub.send(.sessionClose(session: kept))
                    #expect(await hub.closed(kept) != nil)
                }
                #expect(try await tmux.panes().isEmpty)
            }
        }
    }

    /// Ends what shows a tmux session to the daemon, as often as it comes back, for the time of `body`, which is given the number
    /// of views lost so far.
    private func loseViews<Value>(_ home: DaemonHome, _ body: (_ lost: () -> Int) async throws -> Value) async throws -> Value {
        let configuration = try home.configuration()
        let tmux = try await TmuxServer.start(
            path: "/usr/bin:/bin", stateDirectory: configuration.stateDirectory,
            account: LoginAccount(name: "x", home: home.path, shell: "/bin/sh"))
        let lost = Locked(Set<Int32>())
        let losing = Task {
            while !Task.isCancelled {
                let clients = try? await tmux.run(["list-clients", "-F", "#{client_pid}"])
                for pid in clients?.lines.compactMap({ Int32($0) }) ?? [] where kill(pid, SIGKILL) == 0 {
                    lost.withLock { _ = $0.insert(pid) }
                }
                try? await Task.sleep(for: .milliseconds(5))  // between two looks
            }
        }
        defer { losing.cancel() }
        return try await body { lost.withLock { $0.count } }
    }

    @Test("a tmux session that is being taken up again when the connection comes is reported before all are said to be reported")
    func attachingAtConnection() async throws {
        try await TestHub.serve { hub in
            try await DaemonHome.lend { home in
                try home.configure(hub: hub.url, SessionTests.tmux)
                try await home.run { _ in
                    #expect(await hub.waitForConnection())
                    let session = newSession()
                    try await hub.send(launch(session))
                    #expect(await hub.started(session) != nil)
                    let before = try await loseViews(home) { _ in
                        let before = hub.messages.count
                        await hub.cut()
                        #expect(await hub.waitForConnection(2))
                        return before
                    }
                    #expect(await eventually { hub.messages.dropFirst(before).contains(.sessionsReported) })
                    let told = hub.messages.dropFirst(before).prefix { $0 != .sessionsReported }
                    let isTold = told.contains { if case .sessionStarted(let report) = $0 { report.session == session } else { false } }
                    #expect(isTold)
                    try await hub.send(.sessionReplay(session: session, from: 0))
                    try await hub.type("echo st''ill\r", into: session)
                    #expect(await hub.waitForOutput("still", of: session))
                }
            }
        }
    }

    @Test("a tmux session that is closed while it is being taken up again ends, and is reported", arguments: 0...3)
    func closedWhileAttaching(losses: Int) async throws {
        try await TestHub.serve { hub in
            try await DaemonHome.lend { home in
                try home.configure(hub: hub.url, SessionTests.tmux)
                try await home.run { _ in
                    #expect(await hub.waitForConnection())
                    let session = newSession()
                    try await hub.send(launch(session))
                    #expect(await hub.started(session) != nil)
                    try await loseViews(home) { lost in
                        #expect(await eventually { lost() >= losses })
                        try await hub.send(.sessionClose(session: session))
                        #expect(await hub.closed(session) != nil, "although its view is lost again and again")
                    }
                }
            }
        }
    }

    @Test("of the connection sessions go on, and no output is lost that the ring still holds")
    func connectionBreak() async throws {
        try await TestHub.serve { hub in
            try await DaemonHome.lend { home in
                try home.configure(hub: hub.url, SessionTests.plain)
                try await home.run { _ in
                    #expect(await hub.waitForConnection())
                    let (session, gone) = (newSession(), newSession())
                    try await hub.send(launch(session, ["sh", "-c", "echo one; read x; echo two; read y; echo three; read z"]))
                    try await hub.send(launch(gone, ["sh", "-c", "read x; exit 5"]))
                    #expect(await hub.waitForOutput("one", of: session))
                    #expect(await hub.started(gone) != nil)
                    let known = Int64(hub.outputBytes(session))
                    hub.storesReports(false)
                    // Both happen while there is no connection, or on its way down.
                    try await hub.type("\r", into: session)
                    try await hub.type("\r", into: gone)
                    await hub.cut()
                    #expect(await hub.waitForConnection(2))
                    let report = await hub.first { message -> SessionStarted? in
                        if case .sessionStarted(let report) = message, report.session == session, report.isRecovered { report } else { nil }
                    }
                    #expect(try #require(report?.offset) >= known)
                    let mark = hub.outputBytes(session)
                    try await hub.send(.sessionReplay(session: session, from: known))
                    #expect(await hub.waitForOutput("two", of: session), "\(hub.output(session)) \(mark)")
                    // The end of the other is reported again until it is stored.
                    #expect(await hub.closed(gone) == .some(.some(5)))
                    hub.storesReports(true)
                    await hub.cut()
                    #expect(await hub.waitForConnection(3))
                    #expect(await eventually { hub.frames.filter { $0.message == .sessionClosed(session: gone, exitCode: 5) }.count >= 2 })
                    let numbers = Set(hub.frames.filter { $0.message == .sessionClosed(session: gone, exitCode: 5) }.map(\.reportNumber))
                    #expect(numbers.count == 1 && numbers.first != .some(nil), "the same report has the same number")
                }
            }
        }
    }

    @Test("of a hub without extensions a client of sections 1 to 9 is left: no numbers, no credit, a screen now and then")
    func plainHub() async throws {
        try await TestHub.serve(features: []) { hub in
            try await DaemonHome.lend { home in
                try home.configure(hub: hub.url, SessionTests.tmux)
                try await home.run { _ in
                    #expect(await hub.waitForConnection())
                    let session = newSession()
                    try await hub.send(launch(session))
                    #expect(await hub.started(session) != nil)
                    try await hub.type("echo pl''ain; env | grep API_KEY\r", into: session)
                    #expect(await hub.waitForOutput("plain", of: session))
                    #expect(await hub.waitForOutput("API_KEY=orc_machine_key_123", of: session), "it gives no key of its own")
                    #expect(hub.offsets(session).allSatisfy { $0 == nil })
                    let screen = await hub.first { if case .sessionScreen(session, let lines) = $0 { lines } else { nil } }
                    #expect(screen?.isEmpty == false)
                    try await hub.send(.captureScrollback(session: session))
                    let lines = await hub.first { if case .scrollbackCaptured(session, let lines, _) = $0 { lines } else { nil } }
                    #expect(lines?.contains("plain") == true, "\(lines ?? [])")
                    try await hub.type("exit 3\r", into: session)
                    #expect(await hub.closed(session) == .some(.some(3)))
                    #expect(hub.frames.allSatisfy { $0.reportNumber == nil })
                }
            }
        }
    }

    @Test("in the grant of bytes a flooding terminal waits, and others do not")
    func credit() async throws {
        try await TestHub.serve(credit: 10_000) { hub in
            try await DaemonHome.lend { home in
                try home.configure(hub: hub.url, SessionTests.plain)
                try await home.run { _ in
                    #expect(await hub.waitForConnection())
                    let (flood, other) = (newSession(), newSession())
                    try await hub.send(launch(flood, ["sh", "-c", "yes | head -c 2000000; echo over; read x"]))
                    try await hub.send(launch(other, ["cat"]))
                    #expect(await eventually { hub.outputBytes(flood) == 10_000 })
                    #expect(await hub.started(other) != nil)
                    try await hub.type("hello\r", into: other)
                    #expect(await hub.waitForOutput("hello\nhello", of: other))
                    #expect(hub.outputBytes(flood) == 10_000)
                    try await hub.send(.sessionCredit(session: flood, until: 10_000_000))
                    #expect(await hub.waitForOutput("over", of: flood))
                    #expect(hub.outputBytes(flood) == 3_000_006)
                    var end: Int64 = 0
                    for offset in hub.offsets(flood) { #expect(offset ?? -1 >= end); end = offset ?? 0 }
                }
            }
        }
    }
}
