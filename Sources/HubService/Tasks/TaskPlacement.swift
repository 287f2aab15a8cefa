import HubCore
import HubStore

extension HubTransaction {
    /// The servers of the task's project as placement sees them.
    func candidates(for task: AgentTask) throws -> [Placement.Candidate] {
        let used = try tasks.usedSlots(in: task.project)
        return try servers.all(in: task.project).map { Placement.Candidate(server: $0, usedSlots: used[$0.id] ?? 0) }
    }

    /// Gives a waiting task to the best server that is free, if there is one and the hub may choose.
    ///
    /// - Parameter lost: the server that lost it before, taken only if nobody else can.
    func place(_ task: inout AgentTask, avoiding lost: Server.ID? = nil) throws {
        guard task.state == .pending, try tasks.openBlockers(of: task.id) == 0 else { return }
        guard task.isAutoAssigned(in: try project(task.project)) else { return }
        guard let server = Placement.dispatch(task.content, among: try candidates(for: task), avoiding: lost) else { return }
        try assign(&task, to: server, by: .hub)
    }

    func assign(_ task: inout AgentTask, to server: Server, by actor: Actor?) throws {
        try move(&task, .assigned(server.id), as: .taskAssigned, by: actor, data: ["server": .string(server.name)])
        try attempts.open(task, on: server.id, at: now)
        try servers.markUsed(server.id, at: now)
    }

    /// Gives a server that has room the tasks that wait for it, most urgent first.
    func fill(_ id: Server.ID) throws {
        guard let server = try servers.find(id), server.revokedAt == nil, server.state == .online, !server.isDrained else { return }
        var after: (rank: Int, number: Int)?
        var free = server.capabilities.slots - (try tasks.usedSlots(in: server.project)[id] ?? 0)
        while free > 0 {
            let page = try tasks.waiting(in: server.project, after: after, limit: 100)
            guard let last = page.last else { return }
            after = (last.content.priority.rank, last.number)
            for var task in page where free > 0 && Placement.infeasibility(of: task.content, on: server) == nil {
                try place(&task)
                if task.holder == id { free -= 1 }
            }
        }
    }
}
