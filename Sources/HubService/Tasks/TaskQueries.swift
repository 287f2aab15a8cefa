import HubCore
import HubStore

/// One task with everything around it.
package struct GetTask: Query {
    package static let permission = Permission.see
    package var task: TaskReference

    package init(_ task: TaskReference) {
        self.task = task
    }

    package struct Answer: Sendable {
        package let view: TaskView
        package let attempts: [Attempt]
        /// The latest 20, oldest first.
        package let notes: [Note]
    }

    package func subject(in transaction: HubTransaction) throws -> AgentTask { try transaction.task(task) }
    package func answer(from task: AgentTask, in transaction: HubTransaction) throws -> Answer {
        Answer(
            view: try transaction.view(of: task), attempts: try transaction.attempts.all(of: task.id),
            notes: try transaction.notes.latest(of: task.id, limit: 20))
    }
}

/// The tasks of a project.
package struct ListTasks: Query {
    package static let permission = Permission.see
    /// Characters of a text to search for: the longer it is, the longer each task takes.
    package static let maximumText = 200
    package var filter: TaskFilter

    package init(_ filter: TaskFilter) {
        self.filter = filter
    }

    package struct Answer: Sendable {
        package let project: Project
        package let tasks: [TaskView]
        /// How many there are on all pages.
        package let total: Int
    }

    package func subject(in transaction: HubTransaction) throws -> Project { try transaction.project(filter.project) }
    package func answer(from project: Project, in transaction: HubTransaction) throws -> Answer {
        guard filter.text?.unicodeScalars.count ?? 0 <= Self.maximumText else {
            throw HubError.invalid("search for at most \(Self.maximumText) characters")
        }
        var page = filter
        (page.limit, page.offset) = (min(max(filter.limit, 1), 1000), max(filter.offset, 0))
        let tasks = try transaction.tasks.list(page)
        var all = filter
        all.before = nil
        return Answer(project: project, tasks: try transaction.brief(tasks, in: project), total: try transaction.tasks.count(all))
    }
}

/// What an agent has to do: every task of its server that is not at its end.
package struct CheckTasks: Query {
    package static let permission = Permission.see
    package var server: Server
    /// Only what is to be done in this terminal; an unknown one has nothing.
    package var session: Session.ID?

    package init(on server: Server, in session: Session.ID? = nil) {
        (self.server, self.session) = (server, session)
    }

    package func subject(in transaction: HubTransaction) throws -> Project { try transaction.project(server.project) }
    package func answer(from project: Project, in transaction: HubTransaction) throws -> [TaskView] {
        let tasks = try session.map { try transaction.tasks.placed(in: $0) } ?? transaction.tasks.placed(on: server.id)
        return try tasks.filter { $0.server == server.id }.map { try transaction.view(of: $0, in: project) }
    }
}

/// The tasks that an agent has: what is written in them is for it.
package struct TasksInHand: Query {
    package static let permission = Permission.see
    package var server: Server
    /// Only those of this terminal.
    package var session: Session.ID?

    package init(of server: Server, in session: Session.ID? = nil) {
        (self.server, self.session) = (server, session)
    }

    package func subject(in transaction: HubTransaction) throws -> Project { try transaction.project(server.project) }
    package func answer(from project: Project, in transaction: HubTransaction) throws -> Set<AgentTask.ID> {
        try Set(transaction.tasks.inHand(of: server.id, session))
    }
}

/// How many tasks of a project are in each state.
package struct CountTasks: Query {
    package static let permission = Permission.see
    package var project: Project.ID

    package init(in project: Project.ID) {
        self.project = project
    }

    package func subject(in transaction: HubTransaction) throws -> Project { try transaction.project(project) }
    package func answer(from project: Project, in transaction: HubTransaction) throws -> [AgentTask.State: Int] {
        try transaction.tasks.counts(in: project.id)
    }
}

/// Why a task waits, server by server.
package struct Explain: Query {
    package static let permission = Permission.see
    package var task: TaskReference

    package init(_ task: TaskReference) {
        self.task = task
    }

    package struct Answer: Sendable {
        package let view: TaskView
        package let explanation: Placement.Explanation
        /// What failed or was cancelled and holds the task through others, the nearest first. What holds it directly is in ``view``.
        package let roots: [TaskView.Neighbour]
    }

    package func subject(in transaction: HubTransaction) throws -> AgentTask { try transaction.task(task) }
    package func answer(from task: AgentTask, in transaction: HubTransaction) throws -> Answer {
        Answer(
            view: try transaction.view(of: task),
            explanation: Placement.explanation(of: task.content, among: try transaction.candidates(for: task)),
            roots: try transaction.roots(of: task))
    }
}

/// The remarks on a task, oldest first.
package struct ListNotes: Query {
    package static let permission = Permission.see
    package var task: TaskReference

    package init(_ task: TaskReference) {
        self.task = task
    }

    package func subject(in transaction: HubTransaction) throws -> AgentTask { try transaction.task(task) }
    package func answer(from task: AgentTask, in transaction: HubTransaction) throws -> [Note] {
        try transaction.notes.latest(of: task.id, limit: 200)
    }
}

/// The questions of a project's agents, oldest first.
package struct ListInterventions: Query {
    package static let permission = Permission.see
    package var project: Project.ID
    package var task: TaskReference?
    package var state: Intervention.State?

    package init(in project: Project.ID, task: TaskReference? = nil, state: Intervention.State? = nil) {
        (self.project, self.task, self.state) = (project, task, state)
    }

    package func subject(in transaction: HubTransaction) throws -> Project { try transaction.project(project) }
    package func answer(from project: Project, in transaction: HubTransaction) throws -> [Intervention] {
        let task = try task.map { try transaction.task($0) }
        guard task.map({ $0.project == project.id }) ?? true else { throw HubError.notFound("there is no such task in this project") }
        return try transaction.interventions.list(in: project.id, task: task?.id, state: state)
    }
}

/// One question of an agent.
package struct GetIntervention: Query {
    package static let permission = Permission.see
    /// An id, or the beginning of one that is unique in the project.
    package var id: String
    package var project: Project.ID?

    package init(_ id: String, in project: Project.ID?) {
        (self.id, self.project) = (id, project)
    }

    package func subject(in transaction: HubTransaction) throws -> Intervention {
        if let full = Intervention.ID(id), let found = try transaction.interventions.find(full) { return found }
        guard let project, id.count >= 4 else { throw HubError.notFound("there is no question \(id)") }
        let found = try transaction.interventions.find(prefix: id, in: project)
        guard let first = found.first else { throw HubError.notFound("there is no question \(id)") }
        guard found.count == 1 else { throw HubError.conflict("\(id) is the beginning of several questions' ids: give more of it") }
        return first
    }

    package func scope(of subject: Intervention) -> Scope { Scope(project: subject.project, intervention: subject) }
    package func answer(from subject: Intervention, in transaction: HubTransaction) throws -> Intervention { subject }
}

extension HubTransaction {
    /// Tasks for a list: with their server's name, without edges, plan, result and questions.
    func brief(_ tasks: [AgentTask], in project: Project) throws -> [TaskView] {
        let servers = Dictionary(uniqueKeysWithValues: try servers.all(in: project.id).map { ($0.id, $0) })
        let ids = Set(tasks.flatMap { [$0.session, $0.source] }.compactMap { $0 })
        let names = ids.isEmpty ? [:] : try sessions.names(of: ids)
        return tasks.map { task in
            let server = task.server.flatMap { servers[$0] }
            return TaskView(
                task: task, project: project, serverName: server?.name, isServerOnline: server?.state == .online,
                sessionName: task.session.flatMap { names[$0] }, sourceSessionName: task.source.flatMap { names[$0] }, upstreams: [],
                downstreams: [], intervention: nil, waiting: nil)
        }
    }
}
