import HubCore

/// The servers of a project with their used slots, as a transaction knows them: read once, then kept in step with what the
/// transaction does.
struct Roster {
    private var servers: [Server]
    private var used: [Server.ID: Int]

    init(servers: [Server], used: [Server.ID: Int]) {
        (self.servers, self.used) = (servers, used)
    }

    /// By name.
    var candidates: [Placement.Candidate] { servers.map(candidate) }

    /// `nil` for a server that is not there, or was revoked.
    func candidate(_ id: Server.ID) -> Placement.Candidate? { servers.first { $0.id == id }.map(candidate) }

    private func candidate(_ server: Server) -> Placement.Candidate {
        Placement.Candidate(server: server, usedSlots: used[server.id] ?? 0)
    }

    mutating func addSlots(_ count: Int, to server: Server.ID) { used[server, default: 0] += count }

    mutating func noteUse(of server: Server.ID, at now: Timestamp) {
        guard let index = servers.firstIndex(where: { $0.id == server }) else { return }
        servers[index].lastUsed = now
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
