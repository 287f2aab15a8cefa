import HubCore
import HubStore

extension HubTransaction {
    /// The servers of the task's project as placement sees them.
    func candidates(for task: AgentTask) throws -> [Placement.Candidate] {
        let candidates = try roster(of: task.project).candidates
        let warm = try warmServers(for: task)
        guard !warm.isEmpty else { return candidates }
        return candidates.map { .init(server: $0.server, usedSlots: $0.usedSlots, isWarm: warm.contains($0.server.id)) }
    }

    /// Where the tasks that this one depends on worked on the same repository: the checkout is there already.
    private func warmServers(for task: AgentTask) throws -> Set<Server.ID> {
        guard let repository = task.content.repository?.lowercased() else { return [] }
        return Set(
            try dependencies.upstreams(of: task.id).compactMap { edge in
                guard edge.kind.holdsBack, let upstream = try tasks.find(edge.upstream) else { return nil }
                return upstream.content.repository?.lowercased() == repository ? upstream.server : nil
            })
    }

    /// Gives a waiting task to the best server that is free, if there is one and the hub may choose.
    ///
    /// - Parameter lost: the server that lost it before, taken only if nobody else can.
    func place(_ task: inout AgentTask, avoiding lost: Server.ID? = nil) throws {
        guard task.state == .pending, task.isAutoAssigned(in: try project(task.project)) else { return }
        guard try tasks.openBlockers(of: task.id) == 0 else { return }
        guard let server = Placement.dispatch(task.content, among: try candidates(for: task), avoiding: lost) else { return }
        try assign(&task, to: server, by: .hub)
    }

    /// - Parameter session: the terminal to work in; `nil` for one of its own where the server has terminals.
    func assign(_ task: inout AgentTask, to server: Server, in session: Session? = nil, by actor: Actor?) throws {
        if let session {
            task.session = session.id
        } else if server.terminals != nil {
            try openSession(for: &task, on: server)
        }
        try move(&task, .assigned(server.id), as: .taskAssigned, by: actor, data: ["server": .string(server.name)])
        try attempts.open(task, on: server.id, at: now)
        try servers.markUsed(server.id, at: now)
        noteUse(of: server)
        try tellAssignment(of: task)
    }

    /// Gives a server that has room the tasks that wait for it, most urgent first.
    func fill(_ id: Server.ID, in projectID: Project.ID) throws {
        let automatic = try project(projectID).settings.autoAssign
        // Most of the time nobody waits, and then no server need be looked at.
        guard try tasks.isAnybodyWaiting(in: projectID, automaticByDefault: automatic) else { return }
        guard let candidate = try roster(of: projectID).candidate(id), Placement.unavailability(of: candidate) == nil else { return }
        let server = candidate.server
        var after: (rank: Int, number: Int)?
        var free = candidate.freeSlots
        var limit = 8
        while free > 0 {
            let page = try tasks.waiting(
                in: projectID, automaticByDefault: automatic, repositories: server.capabilities.repositories, after: after, limit: limit)
            guard let last = page.last else { return }
            after = (last.content.priority.rank, last.number)
            limit = 100
            for var task in page where free > 0 && Placement.infeasibility(of: task.content, on: server) == nil {
                try place(&task)
                if task.holder == id { free -= 1 }
            }
        }
    }
}
