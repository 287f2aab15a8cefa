extension AgentTask {
    /// What a server must have to run the task. Each is a hard rule; tools and tags are wishes, see ``Placement``.
    package struct Requirements: Hashable, Sendable, Codable {
        package var languages: Set<String>
        package var environments: Set<String>
        /// The agent CLI, `claude`, `gemini`, `codex` …
        package var agent: String?
        package var tools: Set<String>
        package var tags: Set<String>
        /// A pin: only this server, by name.
        package var server: String?
        /// The paths that it means to change.
        package var writes: WriteScope

        package init(
            languages: Set<String> = [], environments: Set<String> = [], agent: String? = nil, tools: Set<String> = [],
            tags: Set<String> = [], server: String? = nil, writes: WriteScope = WriteScope()
        ) {
            (self.languages, self.environments, self.agent) = (languages.lowercased, environments.lowercased, agent?.lowercased())
            (self.tools, self.tags, self.server, self.writes) = (tools.lowercased, tags.lowercased, server, writes)
        }

        /// What decides which servers may run the task: without wishes, which only choose among these, and without the paths.
        package var rules: Self {
            Self(languages: languages, environments: environments, agent: agent, server: server)
        }
    }

    package struct Preferences: Hashable, Sendable, Codable {
        /// By name; worth points, not a rule.
        package var server: String?

        package init(server: String? = nil) {
            self.server = server
        }
    }
}
