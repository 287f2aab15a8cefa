import Foundation
import HubCore
import Testing
import WireProtocol

@testable import AgentCLI

/// What agent programs call before they use a tool, and at their start (agent protocol, sections 8.5 and 8.7).
@Suite struct HookTests {
    private let rules = """
        [{"id":"r0","name":"off","is_active":false,"tool_pattern":"*","agent_filter":"all","action":"deny"},
         {"id":"r1","name":"no force","tool_pattern":"Bash","param_pattern":"*rm -rf*","agent_filter":"all","action":"deny"},
         {"id":"r2","name":"here only","tool_pattern":"Bash","param_pattern":"make *","scope_type":"project","scope_id":"p-1","agent_filter":"all","action":"allow"},
         {"id":"r3","name":"claude reads","tool_pattern":"Re?d","agent_filter":"claude, codex","action":"allow"}]
        """

    private func use(_ tool: String, _ input: JSONValue, agent: String = "claude", project: String? = "p-1", rules text: String? = nil)
        async throws -> (Outcome, [JSONValue])
    {
        let terminal = try Terminal()
        try terminal.write(text ?? rules, to: "tmp/" + AgentFiles.rules)
        (terminal.environment["ORCHESTRATIA_SESSION_ID"], terminal.environment["ORCHESTRATIA_PROJECT_ID"]) = ("s-1", project)
        terminal.input =
            JSONValue.object([.init("hook_event_name", "PreToolUse"), .init("tool_name", .string(tool)), .init("tool_input", input)]).text
        let outcome = await terminal.run("hook", "pre-tool-use", "--agent", agent)
        let log = (try? String(contentsOfFile: terminal.folder + "/tmp/" + AgentFiles.permissionLog, encoding: .utf8)) ?? ""
        return (outcome, try log.split(separator: "\n").map { try JSONValue(parsing: String($0)) })
    }

    @Test func `the first rule that fits decides, in the words of each program, and is logged`() async throws {
        let (denied, log) = try await use("Bash", ["command": "cd /; rm -rf x"])
        #expect(denied.status == 0)
        let output = denied.json?["hookSpecificOutput"]
        #expect(output?["hookEventName"] == "PreToolUse" && output?["permissionDecision"] == "deny")
        #expect(output?["permissionDecisionReason"]?.string?.contains("no force") == true)
        #expect(log.count == 1)
        let entry = try #require(log.first)
        #expect(
            entry["session_id"] == "s-1" && entry["project_id"] == "p-1" && entry["tool_name"] == "Bash" && entry["decision"] == "denied")
        #expect(entry["matched_rule_id"] == "r1" && entry["agent_name"] == "claude" && entry["tool_input"]?["command"] == "cd /; rm -rf x")
        #expect(entry["created_at"]?.string?.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00/) != nil)

        let gemini = try await use("run_shell_command", ["command": "rm -rf x"], agent: "gemini").0
        #expect(gemini.json?["decision"] == "deny")
        let codex = try await use("shell", ["command": ["rm -rf", "x"]], agent: "codex").0
        #expect(codex.json?["hookSpecificOutput"]?["permissionDecision"] == "deny")
        #expect(try await use("Read", ["file_path": "/x"]).0.json?["hookSpecificOutput"]?["permissionDecision"] == "allow")
        // Codex knows no allowing: it goes its usual way.
        #expect(try await use("Read", ["file_path": "/x"], agent: "codex").0.output.isEmpty)
    }

    @Test func `where no rule fits the agent goes its usual way`() async throws {
        let (asked, log) = try await use("Write", ["file_path": "/x", "content": "y"])
        #expect(
            asked.output.isEmpty && asked.status == 0 && log.first?["decision"] == "asked" && log.first?["matched_rule_id"]?.isNull == true)
        #expect(try await use("Read", [:], agent: "gemini").0.output.isEmpty)
        #expect(try await use("Bash", ["command": "make x"]).0.json?["hookSpecificOutput"]?["permissionDecision"] == "allow")
        #expect(try await use("Bash", ["command": "make x"], project: "p-2").0.output.isEmpty)
        #expect(try await use("Bash", [:]).0.output.isEmpty)
    }

    @Test(arguments: ["", "{}", "[7]", "nonsense", "[{\"tool_pattern\":7}]"]) func `rules that cannot be read hold nobody up`(
        _ text: String
    ) async throws {
        let (outcome, _) = try await use("Bash", ["command": "rm -rf x"], rules: text)
        #expect(outcome.status == 0 && outcome.output.isEmpty)
    }

    @Test func `a file that anybody could have written does not count`() async throws {
        let terminal = try Terminal()
        try terminal.write(rules, to: "tmp/" + AgentFiles.rules)
        try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: terminal.folder + "/tmp/" + AgentFiles.rules)
        terminal.input = #"{"tool_name":"Read","tool_input":{}}"#
        let outcome = await terminal.run("hook", "pre-tool-use")
        #expect(outcome.status == 0 && outcome.output.isEmpty && outcome.error.contains("do not count"))
    }

    @Test(arguments: [
        ("abc", "a*c", true), ("abc", "*", true), ("", "*", true), ("", "", true), ("abc", "a?", false), ("aXbXc", "*X?", true),
        ("ab", "b*", false), ("a.c", "a?c", true),
    ])
    func `patterns know * and ?`(_ text: String, _ pattern: String, _ fits: Bool) {
        #expect(Glob.matches(text, pattern) == fits)
    }

    @Test func `at its start an agent hears where it is and what there is to do`() async throws {
        let status =
            #"{"connected":true,"server_name":"mac-1","session_name":"platform-1","project_name":"web","tasks":[{"id":"9edb","title":"A\nB","status":"assigned"}],"task_summary":{"total":1}}"#
        try await RecordingHub.serve({ _ in (200, status) }) { hub in
            let terminal = try Terminal()
            terminal.point(to: hub, session: "s-1")
            let outcome = await terminal.run("hook", "session-start", "--agent", "gemini")
            let output = outcome.json?["hookSpecificOutput"]
            #expect(outcome.status == 0 && output?["hookEventName"] == "SessionStart")
            let context = try #require(output?["additionalContext"]?.string)
            #expect(context.contains("- 9edb [assigned] AB") && context.contains("orchestratia task complete"))
            let seen = await terminal.run("status", "--json").json
            #expect(seen?["role"] == "orchestrator" && seen?["session_id"] == "s-1" && seen?["server_name"] == "mac-1")
            terminal.environment["ORCHESTRATIA_SESSION_ID"] = nil
            #expect(await terminal.run("hook", "session-start").output.isEmpty)
        }
    }
}

@Suite struct InitTests {
    private func content(_ terminal: Terminal, _ path: String) -> JSONValue? {
        FileManager.default.contents(atPath: terminal.folder + "/" + path).flatMap { try? JSONValue(parsing: Array($0)) }
    }

    @Test func `adds skill and hooks, keeps what others put there, and changes nothing the second time`() async throws {
        let terminal = try Terminal()
        try terminal.write(
            #"{"model":"x","hooks":{"PreToolUse":[{"matcher":"Bash","hooks":[{"type":"command","command":"mine"}]}],"Stop":[]}}"#,
            to: ".claude/settings.json")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: terminal.folder + "/.claude/settings.json")
        #expect(await terminal.run("init").status == 0)
        let claude = try #require(content(terminal, ".claude/settings.json"))
        #expect(claude["model"] == "x" && claude["hooks"]?["PreToolUse"]?.array?.count == 2 && claude["hooks"]?["Stop"] == [])
        #expect(
            claude["hooks"]?["SessionStart"]?.array?.first?["hooks"]?.array?.first?["command"]
                == "orchestratia hook session-start --agent claude")
        #expect(
            try FileManager.default.attributesOfItem(atPath: terminal.folder + "/.claude/settings.json")[.posixPermissions] as? Int == 0o600
        )
        #expect(content(terminal, ".gemini/settings.json")?["hooks"]?["BeforeTool"] != nil)
        #expect(content(terminal, ".codex/hooks.json")?["hooks"]?["PreToolUse"] != nil)
        for path in [".claude/skills/orchestratia/SKILL.md", ".agents/skills/orchestratia/SKILL.md"] {
            #expect(try String(contentsOfFile: terminal.folder + "/" + path, encoding: .utf8) == AgentGuide.skill)
        }
        let again = await terminal.run("init", "--json")
        #expect(again.json?["files"]?.array?.allSatisfy { $0["state"] == "unchanged" } == true)
    }

    @Test func `a changed skill stays unless forced, and settings with comments are not touched`() async throws {
        let terminal = try Terminal()
        try terminal.write("mine", to: ".claude/skills/orchestratia/SKILL.md")
        #expect(await terminal.run("init").output.contains("kept"))
        #expect(try String(contentsOfFile: terminal.folder + "/.claude/skills/orchestratia/SKILL.md", encoding: .utf8) == "mine")
        _ = await terminal.run("init", "--force")
        #expect(try String(contentsOfFile: terminal.folder + "/.claude/skills/orchestratia/SKILL.md", encoding: .utf8) == AgentGuide.skill)
        try terminal.write("// hello\n{}", to: ".gemini/settings.json")
        let refused = await terminal.run("init")
        #expect(refused.status == 1 && refused.error.contains("not plain JSON"))
    }

    @Test func `print writes nothing, and shows what lies in etc`() async throws {
        let terminal = try Terminal()
        let outcome = await terminal.run("init", "--print", "--json")
        #expect(!FileManager.default.fileExists(atPath: terminal.folder + "/.claude"))
        let etc = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../etc/agents").path
        let files = try #require(outcome.json?["files"]?.array)
        let names = [
            ".claude/skills/orchestratia/SKILL.md": "SKILL.md", ".claude/settings.json": "claude-settings.json",
            ".gemini/settings.json": "gemini-settings.json",
            ".codex/hooks.json": "codex-hooks.json",
        ]
        for (path, name) in names {
            let text = files.first { $0["path"]?.string == terminal.folder + "/" + path }?["text"]?.string
            #expect(text == (try? String(contentsOfFile: etc + "/" + name, encoding: .utf8)), "\(name) differs from what init writes")
        }
    }
}
