import Foundation
import HubCore
import Testing
import WireProtocol

@testable import AgentDaemon

@Suite("An order to a session that ends", .timeLimit(.minutes(1)))
struct LateOrderTests {
    @Test("is told from one that is carried out, at every moment")
    func late() async throws {
        let census = ProcessCensus()
        let launch = PseudoTerminal.Launch(
            arguments: ["sh", "-c", "read line"], environment: RunningTerminal.environment, directory: "/tmp",
            size: WindowSize(columns: 80, rows: 24))
        let terminal = try await SessionTerminal.plain(launch, tag: "X=\(newSession())", census: census)
        let session = TerminalSession(
            SessionRecord(session: newSession(), tmuxName: "", workingDirectory: "/tmp"), terminal: terminal,
            feed: OutputFeed(capacity: 1 << 16) {}, grace: .milliseconds(100), times: .short)
        let answers = Locked([Bool]())
        let push = PushText(TaskPush(session: session.id, task: nil, .note("look", author: "ann", isUrgent: false)))
        // The terminal prints nothing, so this waits until the end.
        #expect(session.addNote(push, quiet: .seconds(60)) { took in answers.withLock { $0.append(took) } })
        let running = Task { await session.run() }
        #expect(session.add(.input(Array("over\r".utf8))) == .taken)
        _ = await running.value
        #expect(answers.withLock { $0 } == [false])
        #expect(session.add(.type(push) { _ in }) == .over)
        #expect(!session.addNote(push, quiet: .zero) { _ in })
    }

    @Test("that never begins is refused, so that it may come again")
    func neverBegun() async throws {
        try await TestHub.serve { hub in
            try await DaemonHome.lend { home in
                try home.configure(hub: hub.url, SessionTests.plain)
                try await home.run { daemon in
                    #expect(await hub.waitForConnection())
                    let session = newSession()
                    var launch = SessionLaunch(session: session, workingDirectory: "/tmp", columns: 100, rows: 30)
                    launch.worktree = .init(repository: "nowhere")
                    let answers = Locked([Bool]())
                    await daemon.sessions.start(launch, key: nil) {}
                    let push = TaskPush(session: session, task: nil, .response("yes"))
                    await daemon.sessions.push(push) { took in answers.withLock { $0.append(took) } }
                    #expect(await hub.refusal(session) != nil)
                    #expect(await eventually { answers.withLock { $0 } == [false] })
                }
            }
        }
    }
}
