import Foundation
import HubCore
import HubTesting
import LiveSessions
import Terminal
import Testing

@Suite struct AttentionTests {
    private let profiles: LaunchProfiles

    init() throws {
        profiles = try LaunchProfiles.load(from: Checkout.agents)
    }

    private func seen(_ text: String, by profile: String?, quiet: Duration = .seconds(10), after: String = "") -> Attention? {
        Attention.seen(on: AgentScreens.image(text, after: after), profile: profile.flatMap { profiles[$0] }, quiet: quiet)
    }

    private static let permissions: [(String, String, String, Int)] = [
        ("claude", AgentScreens.claudePermission, "Do you want to proceed?", 3),
        ("claude", AgentScreens.claudeTwoOptions, "Do you want to make this edit to Main.swift?", 2),
        ("claude", AgentScreens.claudePlan, "Would you like to proceed?", 3),
        ("claude", AgentScreens.claudeTrust, "Do you trust the files in this folder?", 2),
        ("codex", AgentScreens.codexPermission, "$ swift package resolve", 3),
        ("codex", AgentScreens.codexEdits, "README.md (+3 -1)", 3),
        ("gemini", AgentScreens.geminiPermission, "Allow execution of: 'npm'?", 3),
        ("aider", AgentScreens.aiderPermission, "Run shell command?", 3),
    ]

    @Test("an agent that asks for leave is understood, with what it asks and the options", arguments: permissions)
    func permission(agent: String, screen: String, words: String, options: Int) throws {
        guard case .permission(let question) = seen(screen, by: agent) else {
            Issue.record("not seen as a permission: \(String(describing: seen(screen, by: agent)))")
            return
        }
        #expect(question.text.contains(words))
        #expect(question.options.count == options)
        #expect(!question.isSecret)
    }

    @Test("the options name what to press, and which the marker is at")
    func options() throws {
        guard case .permission(let claude) = seen(AgentScreens.claudePermission, by: "claude") else {
            throw HubTestFault.notSeen
        }
        #expect(
            claude.options == [
                .init(key: "1", label: "Yes", isSelected: true), .init(key: "2", label: "Yes, and don't ask again for git push commands"),
                .init(key: "3", label: "No, and tell Claude what to do differently (esc)"),
            ])
        #expect(claude.text == " Bash command\n\n   git push origin main\n   Push the branch\n\n Do you want to proceed?")
        guard case .permission(let aider) = seen(AgentScreens.aiderPermission, by: "aider") else { throw HubTestFault.notSeen }
        #expect(aider.options.map(\.key) == ["y", "n", "d"])
        #expect(aider.options.map(\.label) == ["Yes", "No", "Don't ask again"])
    }

    private enum HubTestFault: Error { case notSeen }

    @Test(
        "an agent that works is left alone, its empty input line notwithstanding",
        arguments: [
            ("claude", AgentScreens.claudeBusy), ("codex", AgentScreens.codexBusy), ("gemini", AgentScreens.geminiBusy),
            ("aider", AgentScreens.aiderBusy),
        ])
    func busy(agent: String, screen: String) throws {
        #expect(seen(screen, by: agent) == .busy)
        #expect(seen(screen, by: agent, quiet: .zero) == .busy)
        #expect(try !#require(profiles[agent]).isReady(AgentScreens.image(screen)))
    }

    @Test(
        "an agent that is done waits for input, once it was quiet",
        arguments: [
            ("claude", AgentScreens.claudeIdle), ("claude", AgentScreens.claudeNearLimit), ("codex", AgentScreens.codexIdle),
            ("gemini", AgentScreens.geminiIdle), ("aider", AgentScreens.aiderIdle),
        ])
    func input(agent: String, screen: String) throws {
        guard case .input(let text) = seen(screen, by: agent) else {
            Issue.record("not seen as waiting: \(String(describing: seen(screen, by: agent)))")
            return
        }
        #expect(!text.isEmpty)
        #expect(seen(screen, by: agent, quiet: .milliseconds(500)) == nil)
        #expect(try #require(profiles[agent]).isReady(AgentScreens.image(screen)))
    }

    @Test(
        "an agent without credit says until when",
        arguments: [
            ("claude", AgentScreens.claudeLimit, "10:30pm (Europe/Berlin)"), ("claude", AgentScreens.claudeOldLimit, "3pm"),
            ("codex", AgentScreens.codexLimit, "3:28 PM."), ("gemini", AgentScreens.geminiLimit, "10:57 PM GMT-3."),
        ])
    func usageLimit(agent: String, screen: String, reset: String) throws {
        guard case .usageLimit(let limit) = seen(screen, by: agent) else {
            Issue.record("not seen as a limit: \(String(describing: seen(screen, by: agent)))")
            return
        }
        #expect(limit.reset == reset)
        #expect(limit.resetsAt(after: Timestamp(milliseconds: 1_790_000_000_000), zone: .gmt) != nil)
    }

    @Test(
        "a prompt that no profile knows is seen, whatever program asks",
        arguments: [
            ("Remove 3 files? [y/N] ", ["y", "n"]), ("Do you want to continue? [Y/n]", ["y", "n"]),
            ("Are you sure you want to continue connecting (yes/no/[fingerprint])? ", []), ("Overwrite (y/n/a)?", ["y", "n", "a"]),
            ("What is your name? ", []), ("Press Enter to continue", []), ("Hit any key to go on...", []), ("--More--", []),
            ("Username for 'https://git.example.org': ", []),
            ("? Which package manager? (Use arrow keys)\n❯ npm\n  yarn", []),
            (AgentScreens.claudeQuestion, ["1", "2", "3"]), ("Select a region:\n  1) Europe\n❯ 2) America", ["1", "2"]),
        ])
    func unknown(screen: String, keys: [String]) throws {
        for profile in [nil, "shell", "claude"] {
            guard case .unknown(let question) = seen(screen, by: profile) else {
                Issue.record("not seen: \(String(describing: seen(screen, by: profile)))")
                return
            }
            #expect(question.options.map(\.key) == keys)
            #expect(!question.text.isEmpty)
        }
        #expect(seen(screen, by: nil, quiet: .milliseconds(100)) == nil)
    }

    @Test(
        "a question for a secret is marked",
        arguments: [
            "[sudo] password for dev: ", "Enter passphrase for key 'id_ed25519': ", "Password:",
        ])
    func secret(screen: String) throws {
        guard case .unknown(let question) = seen(screen, by: "shell") else {
            Issue.record("not seen")
            return
        }
        #expect(question.isSecret)
    }

    @Test(
        "an ordinary shell's prompt, and output that only looks like a question, raise nothing",
        arguments: [
            "dev@host:~/web$ ", "root@host:/# ", "host% ", "❯ ", "~/web ❯ ", "[dev@host web]$ ",
            "dev@host:~/web$ echo what?\nwhat?\ndev@host:~/web$ ",
            "Really?\n", "1. one\n2. two\ndev@host:~$ ", "Compiling 14 files", "5 tests passed. Any questions?\n\n",
        ])
    func ordinary(screen: String) {
        #expect(seen(screen, by: "shell", quiet: .seconds(600)) == nil)
        #expect(seen(screen, by: nil, quiet: .seconds(600)) == nil)
    }

    @Test("the shell's prompt behind an agent that was started says that the agent is over")
    func exited() {
        let image = AgentScreens.image("Goodbye!\ndev@host:~/web$ ")
        #expect(Attention.seen(on: image, profile: profiles["claude"], quiet: .seconds(10)) == .exited)
        #expect(Attention.seen(on: image, profile: profiles["claude"], quiet: .seconds(10), hasStarted: false) == nil)
        #expect(Attention.seen(on: image, profile: profiles["claude"], quiet: .seconds(1)) == nil)
        #expect(Attention.seen(on: image, profile: profiles["shell"], quiet: .seconds(10)) == nil)
    }

    @Test("an empty screen says nothing, and the largest is looked at", .timeLimit(.minutes(1)))
    func extremes() {
        #expect(seen("", by: "claude") == nil)
        let wall = AgentScreens.image(String(repeating: "(y/n y/n? ❯ 1. 1. ", count: 60_000), columns: 1000, rows: 1000)
        #expect(Attention.seen(on: wall, profile: profiles["claude"], quiet: .seconds(9)) != .exited)
    }
}

@Suite struct UsageLimitTests {
    private static let now = Timestamp(Date(timeIntervalSince1970: 1_785_586_200))  // 2026-08-01T12:10:00Z

    private static let cases: [(String, String)] = [
        ("10:30pm (Europe/Berlin)", "2026-08-01T20:30:00.000Z"), ("3pm", "2026-08-01T15:00:00.000Z"), ("11am", "2026-08-02T11:00:00.000Z"),
        ("3:28 PM.", "2026-08-01T15:28:00.000Z"), ("10:57 PM GMT-3.", "2026-08-02T01:57:00.000Z"), ("22:05", "2026-08-01T22:05:00.000Z"),
        ("Aug 8th, 2026 12:30 PM.", "2026-08-08T12:30:00.000Z"), ("Aug 3 at 5pm (UTC)", "2026-08-03T17:00:00.000Z"),
        ("3 days 6 hours 57 minutes.", "2026-08-04T19:07:00.000Z"), ("2h 5m", "2026-08-01T14:15:00.000Z"),
    ]

    @Test("understands the times that agents name", arguments: cases)
    func understands(words: String, time: String) {
        #expect(UsageLimit(text: "limit", reset: words).resetsAt(after: Self.now, zone: .gmt)?.description == time)
    }

    @Test("says nothing where it does not understand", arguments: ["soon", "25:99", "13pm", "99999 days", ""])
    func gives(words: String) {
        #expect(UsageLimit(text: "limit", reset: words).resetsAt(after: Self.now, zone: .gmt) == nil)
        #expect(UsageLimit(text: "limit").resetsAt(after: Self.now, zone: .gmt) == nil)
    }
}
