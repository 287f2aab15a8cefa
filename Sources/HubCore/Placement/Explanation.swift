extension Placement {
    /// Why a task waits, or where it could go: what `/why` shows.
    package struct Explanation: Hashable, Sendable {
        package struct Line: Hashable, Sendable {
            package let server: Server
            package let verdict: Verdict
        }
        package enum Verdict: Hashable, Sendable {
            case infeasible(Infeasibility)
            case unavailable(Unavailability, Score)
            case ready(Score)
        }

        /// Feasible servers first, best first.
        package let lines: [Line]
        package let nearestFix: Fix?
    }

    /// The smallest change that would let the task go.
    package enum Fix: Hashable, Sendable {
        case registerServer
        /// Wait for a slot, or assign by hand over it.
        case assignAnyway(to: String)
        case bringOnline(String)
        case undrain(String)
        case dropPin(to: String)
        /// What one server lacks: tell the hub that it has it, or drop the requirement.
        case provide(Infeasibility, on: String)
    }

    package static func explanation(of content: AgentTask.Content, among candidates: [Candidate]) -> Explanation {
        let feasible = ranking(of: content, among: candidates).map { candidate, score in
            Explanation.Line(
                server: candidate.server,
                verdict: unavailability(of: candidate).map { .unavailable($0, score) } ?? .ready(score))
        }
        let infeasible = candidates.sorted { $0.server.name < $1.server.name }.compactMap { candidate in
            infeasibility(of: content, on: candidate.server).map {
                Explanation.Line(server: candidate.server, verdict: .infeasible($0))
            }
        }
        return Explanation(
            lines: feasible + infeasible, nearestFix: nearestFix(of: content, feasible: feasible, infeasible: infeasible))
    }

    private static func nearestFix(
        of content: AgentTask.Content, feasible: [Explanation.Line], infeasible: [Explanation.Line]
    ) -> Fix? {
        for line in feasible {
            switch line.verdict {
            case .ready: return nil
            case .unavailable(.full, _): return .assignAnyway(to: line.server.name)
            case .unavailable(.drained, _): return .undrain(line.server.name)
            case .unavailable(.offline, _), .infeasible: continue
            }
        }
        if let line = feasible.first { return .bringOnline(line.server.name) }
        // A pin leaves one server at most; without it, the server that lacks the least is the nearest.
        var nearest: (fix: Fix, gaps: Int)?
        for line in infeasible {
            guard case .infeasible(let rule) = line.verdict else { continue }
            switch rule {
            case .revoked, .pinnedElsewhere: continue
            case .lacksRepository, .lacksLanguage, .lacksEnvironment, .lacksAgent:
                let gaps = gaps(of: content, on: line.server)
                if nearest.map({ gaps < $0.gaps }) ?? true { nearest = (.provide(rule, on: line.server.name), gaps) }
            }
        }
        if let nearest { return nearest.fix }
        for case .infeasible(.pinnedElsewhere(let pin)) in infeasible.map(\.verdict) { return .dropPin(to: pin) }
        return .registerServer
    }

    /// How many things that the task requires the server lacks.
    private static func gaps(of content: AgentTask.Content, on server: Server) -> Int {
        let (capabilities, requirements) = (server.capabilities, content.requirements)
        var gaps = requirements.languages.subtracting(capabilities.languages).count
        gaps += requirements.environments.subtracting(capabilities.environments).count
        if let repository = content.repository, !capabilities.repositories.contains(repository.lowercased()) { gaps += 1 }
        if let agent = requirements.agent, !capabilities.agents.contains(agent.lowercased()) { gaps += 1 }
        return gaps
    }
}

extension Placement.Infeasibility: CustomStringConvertible {
    package var description: String {
        switch self {
        case .revoked: "was revoked"
        case .pinnedElsewhere(let name): "the task is pinned to \(name)"
        case .lacksRepository(let name): "does not have the repository \(name)"
        case .lacksLanguage(let name): "does not have the language \(name)"
        case .lacksEnvironment(let name): "does not have the environment \(name)"
        case .lacksAgent(let name): "does not have the agent \(name)"
        }
    }
}

extension Placement.Unavailability: CustomStringConvertible {
    package var description: String {
        switch self {
        case .offline: "is offline"
        case .drained: "is drained: it takes no new work"
        case .full(let slots): slots == 1 ? "its only slot is taken" : "all \(slots) slots are taken"
        }
    }
}

extension Placement.Fix: CustomStringConvertible {
    /// What stands in the way and what helps, to follow “Waits for a server: ”.
    package var description: String {
        switch self {
        case .registerServer: "register one for this project with /token"
        case .assignAnyway(let name): "\(name) has no free slot; the task starts there when one is free, or when you assign it by hand"
        case .bringOnline(let name): "\(name) is offline; start the agent on it"
        case .undrain(let name): "\(name) is drained; let it take work again"
        case .dropPin(let name): "it may run on \(name) only, which is not registered; register that, or let it run anywhere"
        case .provide(.lacksRepository(let what), let name):
            "\(name) does not have the repository \(what); give it that, or change the task's repository"
        case .provide(.lacksLanguage(let what), let name):
            "\(name) does not have the language \(what); give it that, or drop the requirement"
        case .provide(.lacksEnvironment(let what), let name):
            "\(name) does not have the environment \(what); give it that, or drop the requirement"
        case .provide(.lacksAgent(let what), let name): "\(name) does not have the agent \(what); install it there, or drop the requirement"
        case .provide(.revoked, let name), .provide(.pinnedElsewhere, let name): "it cannot go to \(name); choose another server"
        }
    }
}
