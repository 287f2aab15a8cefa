import HubCore
import HubStore

/// The servers of a project with their used slots, as a transaction knows them: read once, then kept in step with what the
/// transaction does.
///
/// Chooses as ``Placement/dispatch(_:among:avoiding:)`` does. What does not change with every choice is worked out once for tasks that
/// need the same, so that ten thousand tasks over a thousand servers cost a few steps each instead of a thousand comparisons.
struct Roster {
    /// By name.
    private var servers: [Server]
    private var used: [Int]
    private let slots: [Int]
    private let index: [Server.ID: Int]
    /// Who could begin something at once, and how many these are.
    private var ready: [Bool]
    private var readyCount = 0
    private var contests: [Needs: [Contestant]] = [:]
    /// What none of the ready servers may run, without wishes. Stays true while servers only get fuller.
    private var hopeless: Set<Needs> = []
    /// Each has an entry for every server that may run a task; tasks may all wish for something else.
    private static let mostContests = 100

    /// What decides which servers may run a task, and how well they fit, but for what it prefers.
    struct Needs: Hashable {
        let repository: String?
        let requirements: AgentTask.Requirements

        init(_ content: AgentTask.Content, wishes: Bool) {
            var requirements = content.requirements.rules
            if wishes { (requirements.tools, requirements.tags) = (content.requirements.tools, content.requirements.tags) }
            (repository, self.requirements) = (content.repository?.lowercased(), requirements)
        }
    }

    /// A server that may run a task.
    private struct Contestant {
        let server: Int
        /// Without what changes from task to task: preference, warmth, and free capacity.
        let points: Int
    }

    init(servers: [Server], used: [Server.ID: Int]) {
        self.servers = servers
        self.used = servers.map { used[$0.id] ?? 0 }
        index = Dictionary(servers.enumerated().map { ($0.element.id, $0.offset) }) { first, _ in first }
        slots = servers.map(\.capabilities.slots)
        ready = servers.map { _ in false }
        for number in servers.indices { updateReady(number) }
    }

    var candidates: [Placement.Candidate] { servers.indices.map(candidate) }

    /// `nil` for a server that is not there, or was revoked.
    func candidate(_ id: Server.ID) -> Placement.Candidate? { index[id].map(candidate) }

    private func candidate(_ number: Int) -> Placement.Candidate {
        Placement.Candidate(server: servers[number], usedSlots: used[number])
    }

    private mutating func updateReady(_ number: Int) {
        let isReady = Placement.unavailability(of: candidate(number)) == nil
        if isReady != ready[number] { readyCount += isReady ? 1 : -1 }
        ready[number] = isReady
    }

    mutating func addSlots(_ count: Int, to server: Server.ID) {
        guard let number = index[server] else { return }
        used[number] += count
        updateReady(number)
        if count < 0 { hopeless = [] }
    }

    mutating func noteUse(of server: Server.ID, at now: Timestamp) {
        if let number = index[server] { servers[number].lastUsed = now }
    }

    /// Whether any server could begin anything.
    var hasRoom: Bool { readyCount > 0 }

    /// The best server that could begin the task at once.
    ///
    /// - Parameter warm: asked for only where there is a choice.
    mutating func dispatch(
        _ content: AgentTask.Content, avoiding: Server.ID? = nil, warm: () throws -> Set<Server.ID> = { [] }
    ) rethrows -> Server? {
        guard hasRoom else { return nil }
        let rules = Needs(content, wishes: false)
        guard !hopeless.contains(rules) else { return nil }
        let open = contest(Needs(content, wishes: true), content).filter { ready[$0.server] }
        guard let first = open.first else {
            hopeless.insert(rules)
            return nil
        }
        guard open.count > 1 else { return servers[first.server] }
        let (warm, preferred) = (try warm(), content.preferences.server?.lowercased())
        var best: (contestant: Int, total: Int)?
        for contestant in open {
            let number = contestant.server
            var total = contestant.points + 30 * (slots[number] - used[number]) / slots[number]
            if let preferred, preferred == servers[number].name.lowercased() { total += 50 }
            if !warm.isEmpty, warm.contains(servers[number].id) { total += 5 }
            // Contestants come by name, so an equal later one loses.
            if let best, !isBetter(number, total, than: best) { continue }
            if let avoiding, servers[number].id == avoiding { continue }
            best = (number, total)
        }
        return best.map { servers[$0.contestant] }
    }

    private func isBetter(_ number: Int, _ total: Int, than best: (contestant: Int, total: Int)) -> Bool {
        guard total == best.total else { return total > best.total }
        let (mine, theirs) = (servers[number].lastUsed?.milliseconds, servers[best.contestant].lastUsed?.milliseconds)
        return (mine ?? .min) < (theirs ?? .min)
    }

    private mutating func contest(_ needs: Needs, _ content: AgentTask.Content) -> [Contestant] {
        if let known = contests[needs] { return known }
        var plain = content
        plain.preferences.server = nil
        let contestants = servers.indices.compactMap { number -> Contestant? in
            guard Placement.infeasibility(of: plain, on: servers[number]) == nil else { return nil }
            let score = Placement.score(of: plain, on: candidate(number))
            return Contestant(server: number, points: score.total - score.capacity)
        }
        if contests.count == Self.mostContests { contests = [:] }
        contests[needs] = contestants
        return contestants
    }
}

extension HubTransaction {
    func roster(of project: Project.ID) throws -> Roster {
        if let known = rosters[project] { return known }
        let roster = Roster(servers: try servers.all(in: project), used: try tasks.usedSlots(in: project))
        rosters[project] = roster
        return roster
    }

    func usedSlots(of server: Server) throws -> Int {
        if let known = rosters[server.project]?.candidate(server.id) { return known.usedSlots }
        return try tasks.usedSlots(of: server.id)
    }

    /// Stores the server; to be used instead of the table, so that placement sees the change.
    func save(_ server: Server) throws {
        try servers.put(server)
        rosters[server.project] = nil
    }

    func noteUse(of server: Server) {
        rosters[server.project]?.noteUse(of: server.id, at: now)
    }

    /// Counts the slot that a task has just taken or freed.
    func count(_ transition: AgentTask.Transition, of task: AgentTask) {
        guard transition.before.holdsSlot != transition.after.holdsSlot, let server = task.server else { return }
        rosters[task.project]?.addSlots(transition.after.holdsSlot ? 1 : -1, to: server)
    }
}
