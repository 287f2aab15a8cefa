import HubCore
import HubStore

/// A task with what people and agents see beside it.
package struct TaskView: Hashable, Sendable, Codable {
    package var task: AgentTask
    package var project: Project
    /// The server that has it, or had it last.
    package var serverName: String?
    package var isServerOnline: Bool
    /// The terminal of its open attempt.
    package var sessionName: String? = nil
    /// The terminal whose agent created it.
    package var sourceSessionName: String? = nil
    /// What it depends on.
    package var upstreams: [Neighbour]
    /// What depends on it; empty in lists, and in the outcome of ``CompleteTask``.
    package var downstreams: [Neighbour]
    /// The question that waits for an answer, or was answered last.
    package var intervention: Intervention?
    /// What its `input` edges deliver, an object by contract key; `nil` while they deliver nothing, and in lists.
    package var resolvedInputs: JSONValue?
    /// What it handed in under its contracts, an object by key; `nil` if it has none, and in lists.
    package var contractValues: JSONValue?
    /// What it has cost; `nil` in lists, and where nothing was reported and there is no cap.
    package var spending: Spending? = nil
    /// How often it failed, and when it is tried again, by its ``RetryPolicy``; `nil` in lists, without one, and before a failure.
    package var retry: Retry? = nil
    /// Why a pending task waits, or a failed one that is tried again.
    package var waiting: Waiting?

    package struct Neighbour: Hashable, Sendable, Codable {
        package let id: AgentTask.ID
        package let number: Int
        package let title: String
        package let state: AgentTask.State
        package let edge: Dependency
        /// When it is tried again after a failure.
        package var retryAt: Timestamp? = nil

        /// Nothing that waits for it goes on until somebody decides.
        package var holdsForGood: Bool { state.holdsDependentsForGood && retryAt == nil }
    }

    package enum Waiting: Hashable, Sendable, Codable {
        /// These tasks come first.
        case blocked(by: [Neighbour])
        /// These tasks come first, and they failed or were cancelled: nothing goes on until somebody decides.
        case held(by: [Neighbour])
        /// A task on a server changes the same files.
        case writer(Writer)
        /// So much has been spent that nothing more is begun.
        case cap(SpendingCap, currency: String)
        /// The hub may not choose a server by itself.
        case assignmentByHand
        /// No server can take it now; the sentence says what would help.
        case noServer(String)
        /// It failed, and the hub tries it again then.
        case nextTry(Retry, at: Timestamp)
    }

    /// What waits for this task and never goes by itself, because this one failed or was cancelled.
    package var held: [Neighbour] {
        guard task.state.holdsDependentsForGood, retry?.due == nil else { return [] }
        return downstreams.filter { $0.edge.isOpenBlocker && !$0.state.isFinal }
    }

    package var needsPlan: Bool { task.needsPlan(in: project) }
    package var needsReview: Bool { task.needsReview(in: project) }
    /// The question that waits for an answer.
    package var openIntervention: Intervention? { intervention.flatMap { $0.state == .pending ? $0 : nil } }
}

/// What a use case did to a task.
package struct TaskOutcome: Hashable, Sendable, Codable {
    package var view: TaskView
    /// The request repeated what had already happened; nothing was written.
    package var isRepetition: Bool
    /// What the caller should know although it was done.
    package var warnings: [String]

    package init(_ view: TaskView, isRepetition: Bool = false, warnings: [String] = []) {
        (self.view, self.isRepetition, self.warnings) = (view, isRepetition, warnings)
    }

    package var task: AgentTask { view.task }
}

extension HubTransaction {
    /// - Parameter hasDownstreams: whether to read what depends on the task, of which there may be very much.
    package func view(of task: AgentTask, in known: Project? = nil, hasDownstreams: Bool = true) throws -> TaskView {
        let server = try task.server.flatMap { try servers.standing(of: $0) }
        let neighbours: (upstreams: [DependencyTable.Neighbour], downstreams: [DependencyTable.Neighbour]) =
            try hasDownstreams ? dependencies.neighbours(of: task.id) : (dependencies.upstreamNeighbours(of: task.id), [])
        var view = TaskView(
            task: task, project: try known ?? project(task.project), serverName: server?.name, isServerOnline: server?.state == .online,
            upstreams: neighbours.upstreams.map(TaskView.Neighbour.init), downstreams: neighbours.downstreams.map(TaskView.Neighbour.init),
            intervention: try interventions.latest(of: task.id), waiting: nil)
        try addSessionNames(to: &view)
        if view.upstreams.contains(where: { $0.edge.kind == .input && $0.edge.isResolved }) {
            view.resolvedInputs = try resolvedInputs(of: task)
        }
        if task.content.produces != nil { view.contractValues = .object(try contractValues.values(of: task.id)) }
        try addRetries(to: &view)
        view.spending = try spending(of: task, in: view.project)
        if task.state == .pending { view.waiting = try waiting(view) }
        return view
    }

    private func addSessionNames(to view: inout TaskView) throws {
        let ids = Set([view.task.session, view.task.source].compactMap { $0 })
        guard !ids.isEmpty else { return }
        let names = try sessions.names(of: ids)
        view.sessionName = view.task.session.flatMap { names[$0] }
        view.sourceSessionName = view.task.source.flatMap { names[$0] }
    }

    private func addRetries(to view: inout TaskView) throws {
        view.retry = try retry(of: view.task)
        if view.task.state == .failed, let retry = view.retry, let due = retry.due { view.waiting = .nextTry(retry, at: due) }
        for index in view.upstreams.indices where view.upstreams[index].state == .failed {
            view.upstreams[index].retryAt = try retries.find(view.upstreams[index].id)?.due
        }
    }

    private func waiting(_ view: TaskView) throws -> TaskView.Waiting {
        let blockers = view.upstreams.filter(\.edge.isOpenBlocker)
        let stuck = blockers.filter(\.holdsForGood)
        if !stuck.isEmpty { return .held(by: stuck) }
        if !blockers.isEmpty { return .blocked(by: blockers) }
        if let writer = try writer(before: view.task) { return .writer(writer) }
        if let cap = try reachedCap(for: view.task) { return .cap(cap, currency: spending.currency) }
        guard view.task.isAutoAssigned(in: view.project) else { return .assignmentByHand }
        let fix = Placement.explanation(of: view.task.content, among: try candidates(for: view.task)).nearestFix
        return .noServer(fix?.description ?? "a server takes it in a moment")
    }
}

extension TaskView.Neighbour {
    init(_ stored: DependencyTable.Neighbour) {
        self.init(id: stored.id, number: stored.number, title: stored.title, state: stored.state, edge: stored.edge)
    }
}
