/// What a server can do. Words are compared without regard to case.
package struct Capabilities: Hashable, Sendable, Codable {
    package var repositories: Set<String>
    package var languages: Set<String>
    package var environments: Set<String>
    package var agents: Set<String>
    package var tools: Set<String>
    package var tags: Set<String>
    package var slots: Int

    package static let defaultSlots = 4
    package static let maximumSlots = 1024

    package init(
        repositories: Set<String> = [], languages: Set<String> = [], environments: Set<String> = [], agents: Set<String> = [],
        tools: Set<String> = [], tags: Set<String> = [], slots: Int = Capabilities.defaultSlots
    ) {
        self.repositories = repositories.lowercased
        self.languages = languages.lowercased
        self.environments = environments.lowercased
        self.agents = agents.lowercased
        self.tools = tools.lowercased
        self.tags = tags.lowercased
        self.slots = min(max(slots, 0), Self.maximumSlots)
    }
}

/// What people set for a server; what they did not set stays as the daemon reports it.
package struct CapabilityOverride: Hashable, Sendable, Codable {
    package var repositories: Set<String>?
    package var languages: Set<String>?
    package var environments: Set<String>?
    package var agents: Set<String>?
    package var tools: Set<String>?
    package var tags: Set<String>?
    package var slots: Int?

    package init(
        repositories: Set<String>? = nil, languages: Set<String>? = nil, environments: Set<String>? = nil, agents: Set<String>? = nil,
        tools: Set<String>? = nil, tags: Set<String>? = nil, slots: Int? = nil
    ) {
        (self.repositories, self.languages, self.environments) = (repositories, languages, environments)
        (self.agents, self.tools, self.tags, self.slots) = (agents, tools, tags, slots)
    }

    package func applied(to reported: Capabilities) -> Capabilities {
        Capabilities(
            repositories: repositories ?? reported.repositories, languages: languages ?? reported.languages,
            environments: environments ?? reported.environments, agents: agents ?? reported.agents, tools: tools ?? reported.tools,
            tags: tags ?? reported.tags, slots: slots ?? reported.slots)
    }
}

extension Set<String> {
    package var lowercased: Self { Self(map { $0.lowercased() }) }
}
