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

    /// What came of an attempt to place a task.
    enum Placing {
        case placed
        /// A cap keeps it, or another task that it depends on, or it waits no more. Others that need the same may go.
        case held
        /// A task on a server changes the same files. Others that need the same may go.
        case waitsForFiles
        /// There is no server for it, nor for others that need the same.
        case refused
    }

    /// Gives a waiting task to the best server that is free, if there is one and the hub may choose.
    ///
    /// - Parameters:
    ///   - lost: the server that lost it before, taken only if nobody else can.
    ///   - isUnblocked: it is known that no other task comes first.
    @discardableResult
    func place(_ task: inout AgentTask, avoiding lost: Server.ID? = nil, isUnblocked: Bool = false) throws -> Placing {
        guard task.state == .pending else { return .held }
        guard task.isAutoAssigned(in: try project(task.project)) else { return .refused }
        if let cap = try reachedCap(for: task) {
            guard try isUnblocked || tasks.openBlockers(of: task.id) == 0, try writer(before: task) == nil else { return .held }
            try tell(of: cap, holding: task)
            return .held
        }
        if task.attempt > 0 { try settleCap(of: task) }
        _ = try roster(of: task.project)
        let waiting = task
        let server = try rosters[task.project]?.dispatch(task.content, avoiding: lost) { try warmServers(for: waiting) }
        guard let server else { return .refused }
        guard try isUnblocked || tasks.openBlockers(of: task.id) == 0 else { return .held }
        guard try writer(before: task) == nil else { return .waitsForFiles }
        try assign(&task, to: server, by: .hub)
        return .placed
    }

    /// Places tasks that nothing holds back any more, the most urgent and then the oldest first: those that were just unblocked, and
    /// those that waited for files of a repository.
    ///
    /// - Parameter repository: lower case; a task that changed its files has left them.
    func place(unblocked heads: [TaskTable.Head], andWritersTo repository: String? = nil, in projectID: Project.ID) throws {
        guard !heads.isEmpty || repository != nil, try roster(of: projectID).hasRoom else { return }
        var queue = Heap<TaskTable.Head>()
        for head in heads { queue.insert(head) }
        // Of the writers of a class, the next to be tried.
        var writers: Set<AgentTask.ID> = []
        var last = -1
        while let repository, let head = try tasks.nextHead(in: projectID, afterClass: last, writingTo: repository) {
            queue.insert(head)
            writers.insert(head.id)
            last = head.placementClass
        }
        let isCapped = try sharedCaps(of: projectID).contains(where: \.isReached)
        // While this goes on, servers only get fuller and files are only taken: what one task is refused others are, too, a server those
        // of its class, and files those that change the same.
        var hopeless: Set<Int> = []
        var taken: [String: Set<WriteScope>] = [:]
        while try roster(of: projectID).hasRoom, let head = queue.removeFirst() {
            guard !hopeless.contains(head.placementClass), var task = try tasks.find(head.id) else { continue }
            let (writesIn, scope) = (task.content.writesIn ?? "", task.content.requirements.writes)
            if taken[writesIn]?.contains(scope) != true {
                switch try place(&task, isUnblocked: true) {
                case .placed: break
                case .held:
                    // A cap that all share holds the others of its class, too, but for those that somebody let go on.
                    if try isCapped && ownReachedCap(for: task) == nil { hopeless.insert(head.placementClass) }
                case .waitsForFiles: taken[writesIn, default: []].insert(scope)
                case .refused:
                    hopeless.insert(head.placementClass)
                    continue
                }
            }
            guard !isCapped, writers.remove(head.id) != nil else { continue }
            guard let next = try nextFree(after: head, in: projectID, writingTo: repository) else { continue }
            queue.insert(next)
            writers.insert(next.id)
        }
        if isCapped { try placeWaived(in: projectID) }
    }

    /// - Parameter session: the terminal to work in; `nil` for one of its own where the server has terminals.
    func assign(_ task: inout AgentTask, to server: Server, in session: Session? = nil, by actor: Actor?) throws {
        if let session {
            task.session = session.id
        } else if server.terminals != nil {
            try openSession(for: &task, on: server)
        }
        try move(&task, .assigned(server.id), as: .taskAssigned, by: actor, data: ["server": .string(server.name)])
        try holdWriteScope(of: task)
        try attempts.open(task, on: server.id, at: now)
        try servers.markUsed(server.id, at: now)
        noteUse(of: server)
        try tellAssignment(of: task)
    }

    /// Gives a server that has room the tasks that wait for it, most urgent first.
    func fill(_ id: Server.ID, in projectID: Project.ID) throws {
        let automatic = try project(projectID).settings.autoAssign
        // Most of the time nobody waits, and then no server need be looked at.
        guard var head = try tasks.nextHead(in: projectID, afterClass: -1) else { return }
        guard let candidate = try roster(of: projectID).candidate(id), Placement.unavailability(of: candidate) == nil else { return }
        guard try !sharedCaps(of: projectID).contains(where: \.isReached) else {
            try placeWaived(in: projectID)
            return try tellOfHeld(in: projectID, on: candidate)
        }
        var heads = Heap<TaskTable.Head>()
        while true {
            let needs = try needs(ofClass: head.placementClass)
            if needs.autoAssign ?? automatic, Placement.infeasibility(of: needs, on: candidate.server) == nil { heads.insert(head) }
            guard let next = try tasks.nextHead(in: projectID, afterClass: head.placementClass) else { break }
            head = next
        }
        var free = candidate.freeSlots
        while free > 0, let head = heads.removeFirst() {
            guard var task = try tasks.find(head.id) else { continue }
            let placing = try place(&task, isUnblocked: true)
            if task.holder == id { free -= 1 }
            // The server that one task of a class is refused, the others are, too.
            if placing != .refused, free > 0, let next = try nextFree(after: head, in: projectID) { heads.insert(next) }
        }
    }

    func needs(ofClass id: Int) throws -> AgentTask.Content {
        if let known = classes[id] { return known }
        let needs = try tasks.needs(ofClass: id)
        classes[id] = needs
        return needs
    }
}

extension TaskTable.Head: Comparable {
    package static func < (a: Self, b: Self) -> Bool { (a.rank, a.number) < (b.rank, b.number) }
}
