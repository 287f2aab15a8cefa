/// Chooses a server for a task in two steps (domain page, "Placement"): ``infeasibility(of:on:)`` says whether a server may run the
/// task at all, ``score(of:on:)`` how well it fits. ``dispatch(_:among:avoiding:)`` takes the best that could begin at once.
package enum Placement {
    /// A server as placement sees it.
    package struct Candidate: Hashable, Sendable {
        package let server: Server
        /// Slots taken by tasks.
        package let usedSlots: Int
        /// The repository's upstream task ran here, so the checkout is warm.
        package let isWarm: Bool

        package init(server: Server, usedSlots: Int, isWarm: Bool = false) {
            (self.server, self.usedSlots, self.isWarm) = (server, usedSlots, isWarm)
        }

        package var slots: Int { server.capabilities.slots }
        package var freeSlots: Int { max(0, slots - usedSlots) }
    }

    /// The first rule that a server fails.
    package enum Infeasibility: Hashable, Sendable {
        case revoked
        case pinnedElsewhere(to: String)
        case lacksRepository(String)
        case lacksLanguage(String)
        case lacksEnvironment(String)
        case lacksAgent(String)
    }

    /// Why a feasible server does not get the task by itself right now.
    package enum Unavailability: Hashable, Sendable {
        case offline
        case drained
        case full(slots: Int)
    }

    package static func infeasibility(of content: AgentTask.Content, on server: Server) -> Infeasibility? {
        let capabilities = server.capabilities
        let requirements = content.requirements
        if server.revokedAt != nil { return .revoked }
        if let pin = requirements.server, pin.lowercased() != server.name.lowercased() { return .pinnedElsewhere(to: pin) }
        if let repository = content.repository, !capabilities.repositories.contains(repository.lowercased()) {
            return .lacksRepository(repository)
        }
        if let missing = requirements.languages.subtracting(capabilities.languages).min() { return .lacksLanguage(missing) }
        if let missing = requirements.environments.subtracting(capabilities.environments).min() { return .lacksEnvironment(missing) }
        if let agent = requirements.agent, !capabilities.agents.contains(agent.lowercased()) { return .lacksAgent(agent) }
        return nil
    }

    package static func unavailability(of candidate: Candidate) -> Unavailability? {
        if candidate.server.state == .offline { return .offline }
        if candidate.server.isDrained { return .drained }
        return candidate.freeSlots == 0 ? .full(slots: candidate.slots) : nil
    }

    /// The published points.
    package static func score(of content: AgentTask.Content, on candidate: Candidate) -> Score {
        let capabilities = candidate.server.capabilities
        var score = Score()
        if let preferred = content.preferences.server, preferred.lowercased() == candidate.server.name.lowercased() { score.preferred = 50 }
        if candidate.server.state == .online { score.online = 40 }
        if candidate.slots > 0 { score.capacity = 30 * candidate.freeSlots / candidate.slots }
        score.tools = min(50, 10 * content.requirements.tools.intersection(capabilities.tools).count)
        score.tags = min(25, 5 * content.requirements.tags.intersection(capabilities.tags).count)
        if candidate.isWarm { score.warm = 5 }
        return score
    }

    package struct Score: Hashable, Sendable {
        package var preferred = 0
        package var online = 0
        package var capacity = 0
        package var tools = 0
        package var tags = 0
        package var warm = 0

        package init(preferred: Int = 0, online: Int = 0, capacity: Int = 0, tools: Int = 0, tags: Int = 0, warm: Int = 0) {
            (self.preferred, self.online, self.capacity) = (preferred, online, capacity)
            (self.tools, self.tags, self.warm) = (tools, tags, warm)
        }

        package var total: Int { preferred + online + capacity + tools + tags + warm }
    }

    /// Feasible servers, best first; equal points go to the least recently used, then to the name.
    package static func ranking(of content: AgentTask.Content, among candidates: [Candidate]) -> [(candidate: Candidate, score: Score)] {
        candidates
            .filter { infeasibility(of: content, on: $0.server) == nil }
            .map { ($0, score(of: content, on: $0)) }
            .sorted { a, b in
                if a.1.total != b.1.total { return a.1.total > b.1.total }
                let (usedA, usedB) = (a.0.server.lastUsed?.milliseconds ?? .min, b.0.server.lastUsed?.milliseconds ?? .min)
                return usedA != usedB ? usedA < usedB : a.0.server.name < b.0.server.name
            }
    }

    /// The server that gets the task by itself: online, not drained, with a free slot. `avoiding` is taken only if nobody else
    /// can: the server that lost the task before (domain page, "Late reports").
    package static func dispatch(_ content: AgentTask.Content, among candidates: [Candidate], avoiding: Server.ID? = nil) -> Server? {
        let ready = ranking(of: content, among: candidates.filter { unavailability(of: $0) == nil })
        return (ready.first { $0.candidate.server.id != avoiding } ?? ready.first)?.candidate.server
    }
}
