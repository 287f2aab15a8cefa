import Foundation
import HubCore

/// What `orchestratia init` puts into the home folder, for one agent program: the skill, and the hooks in the program's own settings.
struct AgentSetup {
    let program: AgentProgram

    /// Claude Code has a folder of its own for skills; the two others share one.
    var skillPath: String { program == .claude ? ".claude/skills/orchestratia/SKILL.md" : ".agents/skills/orchestratia/SKILL.md" }

    var settingsPath: String {
        switch program {
        case .claude: ".claude/settings.json"
        case .gemini: ".gemini/settings.json"
        case .codex: ".codex/hooks.json"
        }
    }

    /// The hooks as the program wants them in its settings.
    var hooks: JSONValue {
        [
            "hooks": .object([
                .init("SessionStart", [group("session-start", matcher: nil)]),
                .init(program.toolEvent, [group("pre-tool-use", matcher: toolMatcher)]),
            ])
        ]
    }

    /// All tools. Gemini's and Codex's matchers are regular expressions.
    private var toolMatcher: String { program == .claude ? "*" : ".*" }

    private func group(_ hook: String, matcher: String?) -> JSONValue {
        // Gemini counts in milliseconds, the others in seconds.
        let limit = program == .gemini ? 10_000 : 10
        let entry: JSONValue = [
            "type": "command", "command": .string("orchestratia hook \(hook) --agent \(program.rawValue)"), "timeout": JSONValue(limit),
        ]
        return .present([("matcher", matcher.map(JSONValue.string)), ("hooks", [entry])])
    }

    /// `settings` with our hooks; those of others stay, and ours are not there twice.
    func merged(into settings: JSONValue) -> JSONValue {
        var members = settings.members ?? []
        let ours = hooks["hooks"]?.members ?? []
        var events = settings["hooks"]?.members ?? []
        for event in ours {
            let index = events.firstIndex { $0.name == event.name }
            let others = (index.flatMap { events[$0].value.array } ?? []).filter { !Self.isOurs($0) }
            let value = JSONValue.array(others + (event.value.array ?? []))
            if let index { events[index].value = value } else { events.append(.init(event.name, value)) }
        }
        if let index = members.firstIndex(where: { $0.name == "hooks" }) {
            members[index].value = .object(events)
        } else {
            members.append(.init("hooks", .object(events)))
        }
        return .object(members)
    }

    private static func isOurs(_ group: JSONValue) -> Bool {
        let commands = group["hooks"]?.array?.compactMap { $0["command"]?.string } ?? []
        return !commands.isEmpty && commands.allSatisfy { $0.hasPrefix("orchestratia hook ") }
    }
}
