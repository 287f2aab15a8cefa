import HubCore
import HubStore

// A cap that holds tasks back before they are placed is told once, for each cap and period: the row of `cap_notice` stands as long as it
// holds, so that neither the next task nor a restart tells it again.
extension HubTransaction {
    /// `task` needs nothing but a server, and `cap` keeps it from one.
    func tell(of cap: SpendingCap, holding task: AgentTask) throws {
        guard cap.kind == .task else { return try tell(of: cap, in: task.project) }
        guard try capNotices.put(.init(kind: .task, mark: cap.mark), of: .task(task.id), in: task.project, at: now) else { return }
        try append(
            .taskCapped, on: .task(task.id), in: task.project, by: .hub,
            data: words(of: cap).adding(["number": JSONValue(task.number), "attempt": JSONValue(task.attempt + 1)]))
    }

    /// Tasks wait because `cap`, the project's or the hub's, is reached.
    private func tell(of cap: SpendingCap, in id: Project.ID) throws {
        // A project's whole cap has no period; permissions to go on over it are marked by attempts.
        let mark = cap.kind == .project ? "" : cap.mark
        guard try capNotices.put(.init(kind: cap.kind, mark: mark), of: .project(id), in: id, at: now) else { return }
        try append(
            .projectCapped, on: .project(id), in: id, by: .hub,
            data: words(of: cap).adding(["mark": .string(mark)]))
    }

    /// A server has room, a cap is reached, and what could go there is not let go on.
    func tellOfHeld(in id: Project.ID, on candidate: Placement.Candidate) throws {
        guard let cap = try sharedCaps(of: id).first(where: \.isReached) else { return }
        let entry = CapNoticeTable.Entry(kind: cap.kind, mark: cap.mark)
        guard try !capNotices.entries(of: .project(id)).contains(entry) else { return }
        let isHeld = try waitingAtCap(in: id).contains { Placement.infeasibility(of: $0.content, on: candidate.server) == nil }
        if isHeld { try tell(of: cap, in: id) }
    }

    /// Caps that people were told of, and that hold nothing back any more, are told to be so.
    func settleCaps(in id: Project.ID) throws {
        for entry in try capNotices.entries(of: .project(id)) where try heldCap(entry.kind, mark: entry.mark, in: id) == nil {
            guard try capNotices.remove(entry.kind, of: .project(id)) else { continue }
            try append(
                .projectUncapped, on: .project(id), in: id,
                data: ["cap": .string(entry.kind.rawValue), "mark": .string(entry.mark)])
        }
    }

    /// The same of a task and its own cap: it may be placed, or it is cancelled.
    func settleCap(of task: AgentTask) throws {
        guard try capNotices.remove(.task, of: .task(task.id)) else { return }
        try append(
            .taskUncapped, on: .task(task.id), in: task.project,
            data: ["number": JSONValue(task.number), "cap": .string(SpendingCap.Kind.task.rawValue)])
    }

    /// A cap of the project or of the hub that is reached in the period that `mark` names; `nil` if it is not, or not any more.
    package func heldCap(_ kind: SpendingCap.Kind, mark: String, in project: Project.ID) throws -> SpendingCap? {
        try sharedCaps(of: project).first { $0.kind == kind && $0.isReached && $0.mark == mark }
    }

    /// The tasks that need nothing but a server, and that the hub may not give one because a cap of the project or the hub is reached;
    /// the most urgent first, at most a thousand.
    package func waitingAtCap(in id: Project.ID) throws -> [AgentTask] {
        var heads = Heap<TaskTable.Head>()
        var last = -1
        while let head = try tasks.nextHead(in: id, afterClass: last) {
            last = head.placementClass
            if try needs(ofClass: last).autoAssign ?? project(id).settings.autoAssign { heads.insert(head) }
        }
        var waiting: [AgentTask] = []
        while waiting.count < 1000, let head = heads.removeFirst() {
            if let next = try tasks.head(after: head, in: id) { heads.insert(next) }
            guard let task = try tasks.find(head.id), let cap = try reachedCap(for: task), cap.kind != .task,
                try writer(before: task) == nil
            else { continue }
            waiting.append(task)
        }
        return waiting
    }

    private func words(of cap: SpendingCap) -> JSONValue {
        [
            "cap": .string(cap.kind.rawValue), "limit": .string(cap.limit.description), "spent": .string(cap.spent.description),
            "currency": .string(spending.currency),
        ]
    }
}

/// Raises a cap of a project at which tasks wait, to the amount that whoever asked was shown.
package struct RaiseCap: UseCase {
    package var project: Project.ID
    /// Of the project, in all or for its day.
    package var kind: SpendingCap.Kind
    package var amount: Money

    package init(_ kind: SpendingCap.Kind, of project: Project.ID, to amount: Money) {
        (self.kind, self.project, self.amount) = (kind, project, amount)
    }

    package var right: Right { .permission(.changeSettings) }
    package func subject(in transaction: HubTransaction) throws -> Project { try transaction.project(project) }

    package func perform(on project: Project, in transaction: HubTransaction) throws -> Project {
        let (name, current): (String, Money?)
        switch kind {
        case .project: (name, current) = ("project_cap", project.settings.projectCap)
        case .day: (name, current) = ("day_cap", project.settings.dayCap)
        case .task, .fleet: throw HubError.invalid("project_cap and day_cap can be raised like this, not the cap of a \(kind.rawValue)")
        }
        guard let current else { throw HubError.conflict("\(name) is off: it holds nothing back") }
        guard current < amount else { throw HubError.conflict("\(name) is \(current) already") }
        let change =
            kind == .project ? ChangeProject(project.id, projectCap: amount) : ChangeProject(project.id, dayCap: amount)
        return try change.perform(on: project, in: transaction)
    }
}
