import Foundation
import HubCore
import HubStore

extension HubTransaction {
    func spendingDay(of project: Project) -> String { SpendingDay.name(at: now, in: project.settings.spendingZone) }
    private var fleetDay: String { SpendingDay.name(at: now, in: .gmt) }

    /// Adds what a report on an attempt says beyond what is known. What is spent counts for the day that it is now.
    ///
    /// - Returns: the difference.
    func book(_ report: UsageReport, of task: AgentTask, attempt: Int) throws -> Usage {
        sharedCaps = [:]
        return try usage.put(
            report, of: task, attempt: attempt, day: spendingDay(of: try project(task.project)), fleetDay: fleetDay, at: now)
    }

    /// The caps of the project and of the hub that are set, with what is spent.
    func sharedCaps(of id: Project.ID) throws -> [SpendingCap] {
        if let known = sharedCaps[id] { return known }
        let project = try project(id)
        var caps: [SpendingCap] = []
        if let limit = project.settings.projectCap {
            caps.append(.init(.project, limit: limit, spent: try usage.total(of: id).cost, mark: ""))
        }
        if let limit = project.settings.dayCap {
            let day = spendingDay(of: project)
            caps.append(.init(.day, limit: limit, spent: try usage.total(of: id, on: day).cost, mark: day))
        }
        if let limit = spending.dayCap {
            caps.append(.init(.fleet, limit: limit, spent: try usage.fleetCost(on: fleetDay), mark: fleetDay))
        }
        sharedCaps[id] = caps
        return caps
    }

    /// The cap that keeps `task` from being worked on, unless somebody let it go on over it.
    func reachedCap(for task: AgentTask) throws -> SpendingCap? {
        if let own = try ownReachedCap(for: task) { return own }
        return try sharedReachedCaps(for: task).first
    }

    /// All of them, in the order of their kinds.
    func reachedCaps(for task: AgentTask) throws -> [SpendingCap] {
        try [ownReachedCap(for: task)].compactMap(\.self) + sharedReachedCaps(for: task)
    }

    private func sharedReachedCaps(for task: AgentTask) throws -> [SpendingCap] {
        // Permission to go on over the project's cap is for an attempt: the open one, or the next.
        let attempt = String(task.state.isPlaced ? task.attempt : task.attempt + 1)
        return try sharedCaps(of: task.project).filter(\.isReached)
            .map { $0.kind == .project ? SpendingCap(.project, limit: $0.limit, spent: $0.spent, mark: attempt) : $0 }
            .filter { try !usage.isWaived($0, for: task.id) }
    }

    /// The task's own cap, if that is reached.
    func ownReachedCap(for task: AgentTask) throws -> SpendingCap? {
        guard task.attempt > 0, let limit = task.spendCap(in: try project(task.project)), let spent = try usage.total(of: task.id) else {
            return nil
        }
        let cap = SpendingCap(
            .task, limit: limit, spent: spent.cost, mark: String(task.state.isPlaced ? task.attempt : task.attempt + 1))
        return try cap.isReached && !usage.isWaived(cap, for: task.id) ? cap : nil
    }

    /// Nothing is killed: the agent is asked to wait, and a person whether it may go on.
    func pauseIfOverspent(_ task: inout AgentTask) throws {
        guard task.state == .running || task.state == .planning, let cap = try reachedCap(for: task) else { return }
        let spending = Intervention.Spending(cap)
        let question = "\(question(about: cap, of: task, in: try project(task.project))) May it go on?"
        let intervention = Intervention(
            id: .random(), task: task, content: .init(kind: .approval, question: question, options: spending.options, spending: spending),
            at: now)
        // One question at a time: this is the one that keeps the task from going on.
        try withdrawQuestion(of: task)
        try interventions.insert(intervention)
        try move(
            &task, .helpRequested, as: .taskHelpRequested, by: .hub,
            data: [
                "intervention": JSONValue(intervention.id), "cap": .string(cap.kind.rawValue), "limit": .string(cap.limit.description),
                "spent": .string(cap.spent.description), "currency": .string(self.spending.currency),
            ])
        let note = Note(
            id: .random(), task: task.id, author: .hub,
            content: "Pause here: this task has reached \(cap.words(self.spending.currency)). A person was asked whether it may go on; "
                + "start nothing more until you are told the answer.", isUrgent: true, createdAt: now)
        try notes.insert(note)
        try append(
            .taskNoted, on: .task(task.id), in: task.project, by: .hub,
            data: ["number": JSONValue(task.number), "note": JSONValue(note.id), "urgent": true])
        try tell(task, .taskNote, ["content": .string(note.content), "urgent": true, "author": .string(note.author.name)])
    }

    private func question(about cap: SpendingCap, of task: AgentTask, in project: Project) -> String {
        let unit = spending.currency
        switch cap.kind {
        case .task: return "#\(task.number) has spent \(cap.spent) of its cap \(cap.limit) \(unit)."
        case .project: return "The project \(project.name) has spent \(cap.spent) of its cap \(cap.limit) \(unit); #\(task.number) pauses."
        case .day:
            return
                "The project \(project.name) has spent \(cap.spent) of its cap \(cap.limit) \(unit) for \(cap.mark); #\(task.number) pauses."
        case .fleet: return "This hub has spent \(cap.spent) of its cap \(cap.limit) \(unit) for \(cap.mark); #\(task.number) pauses."
        }
    }

    /// A cap is what people allow: an agent sets one for its tasks, but none above what holds there without its word.
    ///
    /// - Parameter before: what the task said so far; `nil` for a new one.
    /// - Throws: ``HubError/forbidden(_:)``
    func checkSpendCap(_ content: AgentTask.Content, replacing before: AgentTask.Content? = nil, in project: Project) throws {
        guard case .agent = caller, let asked = content.spendCap, asked != before?.spendCap,
            let allowed = before?.spendCap ?? project.settings.taskCap, allowed != .zero, asked == .zero || asked > allowed
        else { return }
        throw HubError.forbidden("only a person may raise what a task may spend: spend_cap is at most \(allowed) for an agent")
    }

    /// What a person decided at a cap takes effect. The task's own cap is a member's matter, the project's an owner's, the hub's an
    /// administrator's.
    func allow(_ choice: Intervention.Spending.Choice, _ spending: Intervention.Spending, for task: inout AgentTask) throws {
        let cap = spending.cap
        switch cap.kind {
        case .task: try Gate.admit(caller, .permission(.editTask), on: .task(task), in: self)
        case .project, .day: try Gate.admit(caller, .permission(.changeSettings), on: .task(task), in: self)
        case .fleet: try Gate.admit(caller, .permission(.exceedFleetCap), on: .task(task), in: self)
        }
        let project = try project(task.project)
        switch (choice, cap.kind) {
        case (.once, _): try usage.waive(cap, for: task.id)
        // A cap that somebody took away or raised further meanwhile stays as it is.
        case (.raise, .task):
            guard let current = task.spendCap(in: project), current < spending.raised else { break }
            let version = task.version
            task.content.spendCap = spending.raised
            task.touch(at: now)
            try tasks.saveContent(task, replacing: version)
            try append(
                .taskEdited, on: .task(task.id), in: task.project,
                data: ["number": JSONValue(task.number), "changed": ["spend_cap"]])
        case (.raise, .project):
            guard let current = project.settings.projectCap, current < spending.raised else { break }
            _ = try ChangeProject(project.id, projectCap: spending.raised).perform(on: project, in: self)
        case (.raise, .day):
            guard let current = project.settings.dayCap, current < spending.raised else { break }
            _ = try ChangeProject(project.id, dayCap: spending.raised).perform(on: project, in: self)
        case (.raise, .fleet), (.stop, _): break
        }
    }

    /// The caps of a project were changed, or a day began: whatever waits may go.
    func fillAll(in project: Project.ID) throws {
        sharedCaps[project] = nil
        try settleCaps(in: project)
        for server in try servers.all(in: project) { try fill(server.id, in: project) }
    }

    /// At a cap of the project or of the hub only those go that somebody let go on.
    func placeWaived(in project: Project.ID) throws {
        for id in try usage.waived(in: project) {
            guard var task = try tasks.find(id) else { continue }
            try place(&task)
        }
    }
}

extension AgentTask {
    /// A task's own cap goes before its project's; nothing for none.
    package func spendCap(in project: Project) -> Money? {
        (content.spendCap ?? project.settings.taskCap).flatMap { $0 == .zero ? nil : $0 }
    }
}
