import HubCore
import HubService
import HubStore
import HubTesting
import Terminal
import Testing

@testable import LiveSessions

/// Prompts reach people, whoever raised them; what stalls is told, and what waits for a person does not stall.
@Suite(.timeLimit(.minutes(3))) struct AttentionWatchTests {
    private func events(_ terminal: TestTerminal, _ kind: Event.Kind) async throws -> [Event] {
        try await terminal.hub.hub.ask(ListEvents(in: terminal.hub.project.id, after: 0, limit: 1000), as: .hub)
            .filter { $0.fact.kind == kind }
    }

    private func review(_ terminal: TestTerminal, after seconds: Int) async throws {
        let live = try #require(terminal.live.live(terminal.session.id))
        await terminal.live.reviewAttention(of: live)
        terminal.hub.clock.advance(by: .seconds(seconds))
        await terminal.live.reviewAttention(of: live)
    }

    @Test("a permission that a profile knows is noted once, and typing is held back until it is over")
    func permission() async throws {
        let pattern = try #require(ScreenPattern("Do you want to proceed"))
        let profile = LaunchProfile(name: "robot", summary: "", command: ["robot"], permission: [pattern])
        try await TestTerminal.run(profile: "robot", profiles: LaunchProfiles([profile])) { terminal in
            let id = terminal.session.id
            terminal.print("Do you want to proceed?\r\n 1. Yes\r\n 2. No\r\n")
            await terminal.shows("2. No")
            try await review(terminal, after: 1)
            try await review(terminal, after: 1)
            let waiting = try await events(terminal, .sessionWaiting)
            #expect(waiting.count == 1 && waiting.first?.fact.data["kind"] == "permission")
            #expect(await !terminal.live.canBeTold(id))
            terminal.print("\u{1b}[2J\u{1b}[Hworking")
            await terminal.until { !$0.text.contains("proceed") }
            try await review(terminal, after: 1)
            #expect(await terminal.live.canBeTold(id))
            #expect(try await events(terminal, .sessionResumed).count == 1)
        }
    }

    @Test("a question that no profile knows is noted where an agent should work, and nowhere else")
    func unknown() async throws {
        try await TestTerminal.run(profile: "robot") { terminal in
            terminal.print("Overwrite the file? [y/N] ")
            await terminal.shows("Overwrite")
            try await review(terminal, after: 12)
            #expect(try await events(terminal, .sessionWaiting).isEmpty)
            try await beginTask(terminal)
            terminal.print("\r\nReally? [y/N] ")
            await terminal.shows("Really")
            try await review(terminal, after: 12)
            let waiting = try await events(terminal, .sessionWaiting)
            #expect(waiting.count == 1 && waiting.first?.fact.data["kind"] == "unknown")
            #expect(waiting.first?.fact.data["text"]?.string?.contains("Really? [y/N]") == true)
        }
    }

    @Test("a usage limit is noted with what the agent says")
    func usageLimit() async throws {
        let pattern = try #require(ScreenPattern("limit reached.{0,60}resets (?<reset>[^\\n]{1,20})"))
        let profile = LaunchProfile(name: "robot", summary: "", command: ["robot"], usageLimit: [pattern])
        try await TestTerminal.run(profile: "robot", profiles: LaunchProfiles([profile])) { terminal in
            terminal.print("5-hour limit reached, resets 5pm\r\n> ")
            await terminal.shows("resets 5pm")
            try await review(terminal, after: 1)
            let waiting = try await events(terminal, .sessionWaiting)
            #expect(waiting.first?.fact.data["kind"] == "usage_limit")
            #expect(waiting.first?.fact.data["text"] == "limit reached, resets 5pm")
        }
    }

    @Test("a silent task is told once; output, and a question to a person, are no stall")
    func stall() async throws {
        try await TestTerminal.run(profile: "robot") { terminal in
            let task = try await beginTask(terminal)
            let began = terminal.hub.clock.now()
            terminal.hub.clock.advance(by: .seconds(300))
            terminal.print("still at it")
            await terminal.shows("still")
            terminal.hub.clock.advance(by: .seconds(599))
            await terminal.live.lookForStalls(since: began)
            #expect(try await events(terminal, .taskStalled).isEmpty)
            terminal.hub.clock.advance(by: .seconds(2))
            await terminal.live.lookForStalls(since: began)
            await terminal.live.lookForStalls(since: began)
            let stalled = try await events(terminal, .taskStalled)
            #expect(stalled.count == 1 && stalled.first?.fact.data["level"] == "progress")
            #expect(stalled.first?.fact.subject == .task(task.id))
        }
    }

    @Test("what waits for a person does not stall")
    func noStall() async throws {
        try await TestTerminal.run(profile: "robot") { terminal in
            try await beginTask(terminal)
            let began = terminal.hub.clock.now()
            terminal.print("Go on? [y/N] ")
            await terminal.shows("Go on")
            try await review(terminal, after: 12)
            terminal.hub.clock.advance(by: .seconds(3600))
            await terminal.live.lookForStalls(since: began)
            #expect(try await events(terminal, .taskStalled).isEmpty)
        }
    }

    /// A task that an agent works on in the terminal.
    @discardableResult
    private func beginTask(_ terminal: TestTerminal) async throws -> AgentTask {
        let hub = terminal.hub
        let task = try await hub.create("Mend") { $0.autoAssign = false }
        let server = try #require(try await hub.database.read { try ServerTable($0).find(terminal.session.server) })
        try await hub.hub.run(AssignTask(task.reference, to: .session(terminal.session.name)), as: hub.admin)
        return try await hub.hub.run(StartTask(try await hub.task(task).task.report), as: server.agent).task
    }
}
