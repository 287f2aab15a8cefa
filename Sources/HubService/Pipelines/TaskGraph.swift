import HubCore
import HubStore

/// Tasks and the edges among them, for a picture.
package struct TaskGraph: Sendable {
    package let project: Project
    package let tasks: [AgentTask]
    package let edges: [Dependency]
    /// How many tasks there are that did not fit in.
    package let omitted: Int

    /// The longest chain of tasks that are not at their end, by what holds them back; the first one first. What failed or was cancelled and
    /// holds others up is part of it.
    package var criticalPath: [AgentTask.ID] {
        let waiting = Set(tasks.filter { !$0.state.isFinal }.map(\.id))
        let holders = Set(edges.filter { $0.isOpenBlocker && waiting.contains($0.downstream) }.map(\.upstream))
        let open = tasks.filter { waiting.contains($0.id) || holders.contains($0.id) }
        let place = Dictionary(uniqueKeysWithValues: open.enumerated().map { ($1.id, $0) })
        let links = Dictionary(grouping: edges.filter { $0.kind.holdsBack && place[$0.upstream] != nil }, by: \.downstream)
        let graph = PipelineGraph(
            Pipeline(
                entries: open.map { task in
                    .init(
                        id: task.id.text, content: .init(title: "-"),
                        links: (links[task.id] ?? []).map { .init(to: $0.upstream.text, path: "") })
                }))
        return graph.longestPath.map { open[$0].id }
    }
}

/// What surrounds a task, a pipeline, or all that is under way in a project.
package struct GetGraph: Query {
    package static let permission = Permission.see
    /// More are unreadable, and take long to draw.
    package static let maximumTasks = 120

    package enum Centre: Sendable {
        case task(TaskReference)
        case pipeline(PipelineName)
        case everythingOpen
    }

    package var centre: Centre
    package var project: Project.ID

    package init(_ centre: Centre, in project: Project.ID) {
        (self.centre, self.project) = (centre, project)
    }

    package func subject(in transaction: HubTransaction) throws -> Project { try transaction.project(project) }

    package func answer(from project: Project, in transaction: HubTransaction) throws -> TaskGraph {
        var ids: [AgentTask.ID]
        switch centre {
        case .task(let reference):
            let task = try transaction.task(reference)
            guard task.project == project.id else { throw HubError.notFound("there is no task \(task.id)") }
            ids = try neighbourhood(of: task.id, transaction)
        case .pipeline(let name):
            ids = try transaction.pipelines.tasks(of: transaction.pipeline(name, in: project.id).id, limit: Pipeline.maximumTasks).map(\.id)
        case .everythingOpen:
            ids = try transaction.tasks.list(
                TaskFilter(project: project.id, states: AgentTask.State.allCases.filter { !$0.isFinal }, limit: 1000)
            ).map(\.id).reversed()
        }
        var tasks = try ids.prefix(10 * Self.maximumTasks).compactMap { try transaction.tasks.find($0) }
        if tasks.count > Self.maximumTasks {
            // What is over tells least.
            tasks = Array((tasks.filter { !$0.state.isFinal } + tasks.filter(\.state.isFinal)).prefix(Self.maximumTasks))
        }
        let shown = Set(tasks.map(\.id))
        let edges = try tasks.flatMap { try transaction.dependencies.upstreams(of: $0.id) }.filter { shown.contains($0.upstream) }
        return TaskGraph(project: project, tasks: tasks, edges: edges, omitted: ids.count - tasks.count)
    }

    /// What it depends on and what depends on it, however far, the nearest first.
    private func neighbourhood(of task: AgentTask.ID, _ transaction: HubTransaction) throws -> [AgentTask.ID] {
        var (found, seen, next) = ([task], Set([task]), 0)
        while next < found.count, found.count <= Self.maximumTasks {
            let id = found[next]
            next += 1
            let around =
                try transaction.dependencies.upstreams(of: id).map(\.upstream)
                + transaction.dependencies.downstreams(of: id).map(\.downstream)
            for other in around where seen.insert(other).inserted { found.append(other) }
        }
        return found
    }
}
