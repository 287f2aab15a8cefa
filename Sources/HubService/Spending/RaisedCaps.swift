import HubCore
import HubStore

/// A cap that was raised or taken away.
struct RaisedCap: Hashable, Sendable {
    let kind: SpendingCap.Kind
    /// The present one; `nil`: there is none any more.
    let limit: Money?

    /// `nil` where the limit is not higher than before.
    init?(_ kind: SpendingCap.Kind, from old: Money?, to limit: Money?) {
        guard let old, limit.map({ old < $0 }) ?? true else { return nil }
        (self.kind, self.limit) = (kind, limit)
    }

    /// “The project's cap was raised to 7.65 USD by Ada”.
    fileprivate func words(_ currency: String, by actor: Actor) -> String {
        let cap =
            switch kind {
            case .task: "The task's cap"
            case .project: "The project's cap"
            case .day: "The project's cap for a day"
            case .fleet: "The hub's cap for a day"
            }
        let by = actor == .hub ? "in the hub's configuration" : "by \(actor.name)"
        return "\(cap) was \(limit.map { "raised to \($0) \(currency)" } ?? "taken away") \(by)"
    }
}

// Tasks that pause at a cap ask people. Where somebody raises the cap itself, that is the answer to all whom it alone holds, in the
// transaction of the change; one that another cap holds, too, asks about that one instead.
extension HubTransaction {
    /// The settings of a project are others than they were.
    func resumePaused(in project: Project, since before: Project.Settings) throws {
        let after = project.settings
        let raised = [
            RaisedCap(.task, from: before.taskCap, to: after.taskCap), RaisedCap(.project, from: before.projectCap, to: after.projectCap),
            RaisedCap(.day, from: before.dayCap, to: after.dayCap),
        ].compactMap(\.self)
        guard !raised.isEmpty else { return }
        try forEachPaused(in: project.id) { task, asked in
            guard let raise = raised.first(where: { $0.kind == asked.kind }) else { return }
            // A task's own word goes before the project's.
            if raise.kind != .task || task.content.spendCap == nil { try resume(&task, after: raise) }
        }
    }

    /// A task was edited. An agent may edit what it created, but not decide what it may spend.
    func resumeIfPaused(_ task: inout AgentTask, capBefore: Money?) throws {
        let limit = task.spendCap(in: try project(task.project))
        guard task.state == .needsHuman, let raise = RaisedCap(.task, from: capBefore, to: limit),
            try interventions.open(of: task.id)?.content.spending?.cap.kind == .task
        else { return }
        do {
            try Gate.admit(caller, .permission(.decide), on: .task(task), in: self)
        } catch HubError.forbidden {
            return
        }
        try resume(&task, after: raise)
    }

    /// The hub's own cap is what its configuration says now.
    func resumePausedAtFleetCap(in project: Project.ID) throws {
        try forEachPaused(in: project) { task, asked in
            guard asked.kind == .fleet, let raise = RaisedCap(.fleet, from: asked.limit, to: spending.dayCap) else { return }
            try resume(&task, after: raise)
        }
    }

    private func forEachPaused(in project: Project.ID, _ body: (inout AgentTask, SpendingCap) throws -> Void) throws {
        for id in try tasks.all(in: project, .needsHuman).map(\.id) {
            guard var task = try tasks.find(id), task.state == .needsHuman,
                let asked = try interventions.open(of: id)?.content.spending?.cap
            else { continue }
            try body(&task, asked)
        }
    }

    private func resume(_ task: inout AgentTask, after raise: RaisedCap) throws {
        let others = try reachedCaps(for: task)
        // Not far enough: the question stands.
        guard !others.contains(where: { $0.kind == raise.kind }), var question = try interventions.open(of: task.id) else { return }
        var text = raise.words(spending.currency, by: caller.actor)
        if let other = others.first {
            text += ", but this task has also reached \(other.words(spending.currency))."
        } else {
            text += "; the task goes on."
        }
        try answer(
            &question, of: &task, text, by: caller.actor,
            data: ["cap": .string(raise.kind.rawValue), "limit": JSONValue(raise.limit?.description)])
    }
}

/// The hub starts, perhaps with another cap of its own: what that alone held goes on, and what waited for a day that began meanwhile.
package struct ResumeSpending: UseCase {
    package init() {}

    package var right: Right { .hub }

    package func perform(on _: Void, in transaction: HubTransaction) throws -> Done {
        for project in try transaction.projects.all() { try transaction.resumePausedAtFleetCap(in: project.id) }
        return try BeginSpendingDay().perform(on: (), in: transaction)
    }
}
