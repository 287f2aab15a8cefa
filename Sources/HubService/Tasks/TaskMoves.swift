import HubCore
import HubStore

extension HubTransaction {
    /// Moves `task`, stores it with its event, and carries out all that follows in the same transaction: the attempt's record,
    /// open questions, tasks that waited for it, and the slot that it frees.
    ///
    /// - Throws: ``AgentTask/IllegalTransition``
    @discardableResult
    func move(
        _ task: inout AgentTask, _ event: AgentTask.Event, as kind: Event.Kind, by actor: Actor? = nil, data: JSONValue = .object([])
    ) throws -> AgentTask.Transition {
        let (version, session) = (task.version, task.session)
        let transition = try task.apply(event, at: now)
        try tasks.save(task, replacing: version)
        let plan = try planRetry(after: transition, of: task, by: actor)
        var data = data.adding(plan).adding(["number": JSONValue(task.number), "attempt": JSONValue(task.attempt)])
        // A later attempt forgets the plan; whoever shows it has to know which one is settled.
        if transition.before == .planReview, data["plan_hash"] == nil, let hash = task.plan?.hash {
            data = data.adding(["plan_hash": .string(hash)])
        }
        try append(
            kind, on: .task(task.id), in: task.project, by: actor, before: transition.before.rawValue, after: transition.after.rawValue,
            data: data)
        if plan["gave_up"] != nil {
            try append(
                .taskGaveUp, on: .task(task.id), in: task.project, by: .hub,
                data: ["number": JSONValue(task.number), "attempt": JSONValue(task.attempt), "tries": plan["tries"] ?? .null])
        }
        if let session {
            try confirmPushes(byReportOn: task)
            try follow(transition, of: task, in: session)
        }
        // What was never tried has spent nothing.
        if transition.before == .pending, task.attempt > (transition.after == .assigned ? 1 : 0) { try settleCap(of: task) }
        count(transition, of: task)
        try countInPipeline(transition, of: task)
        try follow(transition, of: &task, kind)
        return transition
    }

    private func follow(_ transition: AgentTask.Transition, of task: inout AgentTask, _ kind: Event.Kind) throws {
        if transition.endsAttempt { try attempts.close(task, outcome: kind, at: now) }
        if transition.before == .needsHuman || transition.endsAttempt { try withdrawQuestion(of: task) }
        let unblocked = transition.resolvesDependents ? try resolveDependents(of: task) : []
        let released = transition.endsAttempt ? try releaseWriteScope(of: task) : nil
        // A slot goes by urgency and age: to whoever waits, what was just unblocked or waited for the files among them.
        if transition.freesSlot, let server = task.server { try fill(server, in: task.project) }
        try place(unblocked: unblocked, andWritersTo: released, in: task.project)
        if transition.after == .pending {
            if transition.before == .review || transition.before.isFinal { try contractValues.remove(of: task.id) }
            // What it left, a slot or files, may have given the task itself a server again.
            if transition.endsAttempt, let stored = try tasks.find(task.id) { task = stored }
            let lost = transition.event == .released(.serverLost) ? task.server : nil
            try place(&task, avoiding: lost)
        }
        if transition.after.waitsForPerson, task.state == transition.after { try remind(of: task) }
        if transition.before.waitsForPerson, task.state == transition.after { try releaseIfServerIsGone(&task) }
        if transition.before != transition.after, task.state == transition.after { try pauseIfOverspent(&task) }
    }

    /// Resolves the edges that wait for a finished task.
    ///
    /// - Returns: what nothing holds back any more, the most urgent and then the oldest first.
    private func resolveDependents(of task: AgentTask) throws -> [TaskTable.Head] {
        let unblocked = try dependencies.resolve(upstream: task.id)
        let facts = unblocked.lazy.map { next -> (Event.Subject, JSONValue) in
            (.task(next.id), ["number": JSONValue(next.number), "by": JSONValue(task.number)])
        }
        if !unblocked.isEmpty { try append(.taskUnblocked, on: facts, in: task.project, by: .hub) }
        return unblocked
    }

    /// What waited for a person goes on when that person decides; if its server is gone past its lease by then, it is released now.
    private func releaseIfServerIsGone(_ task: inout AgentTask) throws {
        guard task.state.isReleasedWhenServerIsLost, let id = task.server, let server = try servers.standing(of: id),
            Server.isGone(server.state, lastHeard: server.lastHeard, at: now)
        else { return }
        try lose(&task, on: server.name)
    }
}

extension Server {
    /// Silent past its lease. The stored time is good enough here: an offline server was not heard from since it was written.
    func isGone(at now: Timestamp) -> Bool { Self.isGone(state, lastHeard: lastHeard, at: now) }

    static func isGone(_ state: State, lastHeard: Timestamp, at now: Timestamp) -> Bool {
        state == .offline && lastHeard + silenceUntilOffline + graceUntilRelease <= now
    }
}

extension JSONValue {
    /// An object with further members.
    func adding(_ more: JSONValue) -> JSONValue {
        .object((members ?? []) + (more.members ?? []))
    }
}
