import HubCore
import HubService
import HubTesting
import Terminal
import Testing

@testable import LiveSessions

/// Prompts reach people, whoever raised them; what stalls is told, and what waits for a person does not stall.
@Suite(.timeLimit(.minutes(1))) struct AttentionWatchTests {
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
            #expect(await terminal.live.asksPermission(id))
            terminal.print("\u{1b}[2J\u{1b}[Hworking")
            await terminal.until { !$0.text.contains("proceed") }
            try await review(terminal, after: 1)
            #expect(await !terminal.live.asksPermission(id))
        }
    }
}
