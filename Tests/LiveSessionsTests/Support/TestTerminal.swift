import HubCore
import HubService
import HubTesting
import Terminal

@testable import LiveSessions

/// A hub with a server, one session on it, and what goes over the server's connection.
struct TestTerminal {
    let hub: TestHub
    let live: LiveSessions
    let link: TestLink
    let session: Session

    static func run(
        profile: String = Session.shell, profiles: LaunchProfiles = LaunchProfiles(), abilities: AgentAbilities = AgentAbilities(),
        policy: RecordingPolicy = RecordingPolicy(), typing: TypingTimes = TypingTimes(), _ body: (TestTerminal) async throws -> Void
    ) async throws {
        let hub = try await TestHub()
        let server = try await hub.terminalServer("mac-1")
        let opened = try await hub.hub.run(
            OpenSession(on: "mac-1", in: hub.project.id, profile: profile), as: .person(hub.administrator, over: .telegram)
        ).session
        let session = try await hub.start(opened, tmux: false)
        let live = try LiveSessions(
            hub.hub, recordings: hub.directory.file("recordings"), policy: policy, profiles: profiles, typing: typing)
        let link = TestLink(abilities)
        let running = Task { await live.run() }
        await live.attach(session, to: link, .new)
        _ = server
        do {
            try await body(TestTerminal(hub: hub, live: live, link: link, session: session))
        } catch {
            running.cancel()
            await running.value
            throw error
        }
        running.cancel()
        await running.value
    }

    func print(_ text: String, at offset: Int64? = nil) { live.receive(Array(text.utf8), at: offset, from: session.id) }

    /// Returns when the screen fulfils a condition.
    func until(_ holds: (ScreenImage) -> Bool) async {
        let changes = await live.changes(of: session.id)
        if let image = await live.screen(of: session.id), holds(image) { return }
        for await _ in changes {
            if let image = await live.screen(of: session.id), holds(image) { return }
        }
    }

    func shows(_ text: String) async { await until { $0.text.contains(text) } }
}

/// A connection that keeps what it is told and lets a test answer.
final class TestLink: AgentLink {
    let abilities: AgentAbilities
    private let stream: AsyncStream<TerminalOrder>
    private let continuation: AsyncStream<TerminalOrder>.Continuation

    init(_ abilities: AgentAbilities) {
        self.abilities = abilities
        (stream, continuation) = AsyncStream.makeStream()
    }

    func send(_ order: TerminalOrder, to session: Session.ID) -> Bool {
        continuation.yield(order)
        return true
    }

    /// The next order of all.
    func next() async -> TerminalOrder? {
        for await order in stream { return order }
        return nil
    }

    func input() async -> String {
        while let order = await next() {
            if case .input(let bytes) = order { return String(decoding: bytes, as: UTF8.self) }
        }
        return ""
    }
}
