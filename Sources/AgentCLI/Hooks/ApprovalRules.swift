import HubCore

/// The hub's rules on which tools agents may use (agent protocol, section 8.5). They come sorted: the first that fits decides.
struct ApprovalRules: Sendable {
    private let rules: [JSONValue]

    /// - Returns: `nil` for what is no list of rules.
    init?(_ json: JSONValue) {
        guard let rules = json.array else { return nil }
        self.rules = rules.filter { $0.members != nil }
    }

    struct Verdict: Equatable {
        let isAllowed: Bool
        let rule: String
        let name: String
    }

    /// What a rule looks at.
    struct Use {
        /// `claude`, `gemini` or `codex`.
        var agent: String
        var project: String?
        var tool: String
        var input: JSONValue
    }

    /// `nil`: no rule fits, and the agent asks its person as always.
    func verdict(on use: Use) -> Verdict? {
        guard let rule = rules.first(where: { fits($0, use) }) else { return nil }
        return Verdict(
            isAllowed: rule["action"]?.string == "allow", rule: rule["id"]?.string ?? "", name: rule["name"]?.string ?? "a rule of the hub")
    }

    private func fits(_ rule: JSONValue, _ use: Use) -> Bool {
        guard rule["is_active"]?.bool ?? true else { return false }
        if rule["scope_type"]?.string == "project" {
            guard let scope = rule["scope_id"]?.string, scope == use.project else { return false }
        }
        let agents = (rule["agent_filter"]?.string ?? "all").split(separator: ",").map { $0.trimmed.lowercased() }
        guard agents.contains("all") || agents.contains(use.agent) else { return false }
        guard let tool = rule["tool_pattern"]?.string, use.toolNames.contains(where: { Glob.matches($0, tool) }) else { return false }
        guard let pattern = rule["param_pattern"]?.string, !pattern.isEmpty else { return true }
        guard let parameter = use.parameter else { return false }
        return Glob.matches(parameter, pattern)
    }
}

extension ApprovalRules.Use {
    /// The agent's own name of the tool, and the one that Claude Code has for the same: a rule against `Bash` is meant for every shell.
    var toolNames: [String] {
        let common: [String: String] = [
            "run_shell_command": "Bash", "shell": "Bash", "exec_command": "Bash", "unified_exec": "Bash", "write_file": "Write",
            "replace": "Edit",
            "apply_patch": "Edit", "read_file": "Read", "read_many_files": "Read", "glob": "Glob", "search_file_content": "Grep",
            "grep_search": "Grep", "web_fetch": "WebFetch", "google_web_search": "WebSearch", "web_search": "WebSearch",
        ]
        return [tool] + (common[tool].map { [$0] } ?? [])
    }

    /// What `param_pattern` is held against: the command, the path, the address, the pattern or the prompt.
    var parameter: String? {
        for key in ["command", "file_path", "notebook_path", "absolute_path", "url", "pattern", "query", "prompt", "path"] {
            switch input[key] {
            case .string(let text): return text
            // Codex gives a command as its words.
            case .array(let words): return words.compactMap(\.string).joined(separator: " ")
            default: continue
            }
        }
        return nil
    }
}

/// Patterns of `*` for any characters and `?` for one.
enum Glob {
    /// Linear in the text for each `*`, whatever the pattern is.
    static func matches(_ text: String, _ pattern: String) -> Bool {
        let (text, pattern) = (Array(text.unicodeScalars), Array(pattern.unicodeScalars))
        var (place, want) = (0, 0)
        var retry: (place: Int, want: Int)?
        while place < text.count {
            if want < pattern.count, pattern[want] == "*" {
                retry = (place, want + 1)
                want += 1
            } else if want < pattern.count, pattern[want] == "?" || pattern[want] == text[place] {
                (place, want) = (place + 1, want + 1)
            } else if let last = retry {
                retry = (last.place + 1, last.want)
                (place, want) = (last.place + 1, last.want)
            } else {
                return false
            }
        }
        return pattern[want...].allSatisfy { $0 == "*" }
    }
}
