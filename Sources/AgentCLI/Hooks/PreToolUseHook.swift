import ArgumentParser
import Foundation
import HubCore
import WireProtocol

/// Holds a tool's use against the hub's rules, which the agent daemon keeps on this machine (agent protocol, sections 3.4 and 8.5).
///
/// Claude Code and Codex read `hookSpecificOutput.permissionDecision`, Gemini CLI `decision`; no output lets the agent go its usual way. Codex
/// knows only a denial. It asks no network, so that it costs a few milliseconds, and it never fails: a hook that fails would either block
/// every tool or allow every one.
struct PreToolUseHook: AgentCommand {
    static let configuration = CommandConfiguration(
        commandName: "pre-tool-use", abstract: "Hold the use of a tool against the hub's rules.")

    @Option(help: "claude, gemini or codex.")
    var agent: AgentProgram = .claude

    func run(in invocation: Invocation) async throws {
        let surroundings = invocation.surroundings
        let session = surroundings.variable("ORCHESTRATIA_SESSION_ID")
        guard let rules = Self.rules(surroundings, invocation.console), let input = try? JSONValue(parsing: surroundings.readInput()),
            let tool = input["tool_name"]?.string
        else { return }
        let project = surroundings.variable("ORCHESTRATIA_PROJECT_ID")
        let use = ApprovalRules.Use(agent: agent.rawValue, project: project, tool: tool, input: input["tool_input"] ?? .object([]))
        let verdict = rules.verdict(on: use)
        // What somebody does on this machine outside of the hub's sessions is logged only where a rule of the hub decided.
        if session != nil || verdict != nil {
            PermissionLog(surroundings).append([
                "session_id": JSONValue(session), "project_id": JSONValue(project), "tool_name": .string(tool), "tool_input": use.input,
                "decision": verdict.map { $0.isAllowed ? "allowed" : "denied" } ?? "asked", "matched_rule_id": JSONValue(verdict?.rule),
                "reason": JSONValue(verdict?.name), "agent_name": .string(agent.rawValue),
                "created_at": .string(PermissionLog.time(Timestamp(Date()))),
            ])
        }
        if let verdict, let output = output(verdict) { invocation.console.print(output.text) }
    }

    private func output(_ verdict: ApprovalRules.Verdict) -> JSONValue? {
        let reason = "the hub's rule \"\(verdict.name)\" \(verdict.isAllowed ? "allows" : "forbids") this"
        switch (agent, verdict.isAllowed) {
        case (.gemini, let isAllowed): return ["decision": isAllowed ? "allow" : "deny", "reason": .string(reason)]
        case (.codex, true): return nil
        case (.claude, let isAllowed), (.codex, let isAllowed):
            return [
                "hookSpecificOutput": [
                    "hookEventName": "PreToolUse", "permissionDecision": isAllowed ? "allow" : "deny",
                    "permissionDecisionReason": .string(reason),
                ]
            ]
        }
    }

    /// The rules, if the file with them is this user's own or root's: in a folder that all users share, anybody can put a file.
    private static func rules(_ surroundings: Surroundings, _ console: Console) -> ApprovalRules? {
        let path = surroundings.temporaryFolder + "/" + AgentFiles.rules
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        guard status.st_uid == geteuid() || status.st_uid == 0, status.st_mode & S_IFMT == S_IFREG, status.st_mode & S_IWOTH == 0 else {
            console.complain("orchestratia: \(path) is not a file of this user, so its rules do not count")
            return nil
        }
        guard let data = FileManager.default.contents(atPath: path), let json = try? JSONValue(parsing: Array(data)),
            let rules = ApprovalRules(json)
        else {
            console.complain("orchestratia: \(path) holds no rules that can be read")
            return nil
        }
        return rules
    }
}
