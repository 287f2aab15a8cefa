import HubCore
import HubStore

/// A pipeline with how far it is.
package struct PipelineView: Hashable, Sendable {
    package let run: PipelineRun
    package let project: Project
    package let counts: PipelineRun.Counts
    /// How long it still takes, judged by the tasks of the project that were done last; `nil` without such, and when nothing is under way.
    package let remaining: Duration?
}

extension HubTransaction {
    package func view(of run: PipelineRun) throws -> PipelineView {
        let counts = try pipelines.counts(of: run.id)
        return PipelineView(
            run: run, project: try project(run.project), counts: counts, remaining: try remaining(counts, in: run.project))
    }

    /// The median of the last 50, for as many rounds as it takes at today's width. Looks at no edge, so that it costs the same for
    /// every size.
    private func remaining(_ counts: PipelineRun.Counts, in project: Project.ID) throws -> Duration? {
        let width = counts.running + counts.waitingForPeople
        guard counts.open > 0, width > 0 else { return nil }
        let history = try pipelines.recentDurations(in: project, limit: 50).sorted()
        guard !history.isEmpty else { return nil }
        return .milliseconds(history[history.count / 2] * Int64((counts.open + width - 1) / width))
    }

    package func pipeline(_ name: PipelineName, in project: Project.ID?) throws -> PipelineRun {
        switch name {
        case .id(let id):
            if let run = try pipelines.find(id), project == nil || run.project == project { return run }
            throw HubError.notFound("there is no pipeline \(id)")
        case .number(let number):
            if let project, let run = try pipelines.find(number: number, in: project) { return run }
            throw HubError.notFound("there is no pipeline P\(number)")
        }
    }

    /// Counts a task's new state, and notes when the last task of its pipeline has ended, or one goes on after all.
    func countInPipeline(_ transition: AgentTask.Transition, of task: AgentTask) throws {
        guard transition.before != transition.after,
            try pipelines.count(task.id, from: transition.before, to: transition.after),
            transition.before.isFinal || transition.after.isFinal
        else { return }
        try settlePipeline(of: task.id)
    }

    /// A failed task that is tried again keeps its pipeline open.
    func settlePipeline(of task: AgentTask.ID) throws {
        guard let run = try pipelines.find(of: task) else { return }
        let counts = try pipelines.counts(of: run.id)
        let isOver = try counts.open == 0 && !(counts[.failed] > 0 && retries.areDue(in: run.id))
        guard isOver != (run.finishedAt != nil) else { return }
        try pipelines.setFinished(run.id, at: isOver ? now : nil)
        guard isOver else { return }
        try append(
            .pipelineFinished, on: .pipeline(run.id), in: run.project, by: .hub,
            data: [
                "number": JSONValue(run.number), "name": JSONValue(run.name), "done": JSONValue(counts[.done]),
                "failed": JSONValue(counts[.failed]), "cancelled": JSONValue(counts[.cancelled]),
            ])
    }
}

/// The pipelines of a project, the newest first.
package struct ListPipelines: Query {
    package static let permission = Permission.see
    package var project: Project.ID
    package var limit: Int

    package init(in project: Project.ID, limit: Int = 100) {
        (self.project, self.limit) = (project, limit)
    }

    package func subject(in transaction: HubTransaction) throws -> Project { try transaction.project(project) }
    package func answer(from project: Project, in transaction: HubTransaction) throws -> [PipelineView] {
        try transaction.pipelines.list(in: project.id, limit: min(max(limit, 1), 1000)).map { try transaction.view(of: $0) }
    }
}

/// One pipeline with its tasks.
package struct GetPipeline: Query {
    package static let permission = Permission.see
    package var name: PipelineName
    /// Where a number counts; with `nil` only an id says enough.
    package var project: Project.ID?

    package init(_ name: PipelineName, in project: Project.ID?) {
        (self.name, self.project) = (name, project)
    }

    package struct Answer: Sendable {
        package let view: PipelineView
        package let document: JSONValue?
        /// By number, with their names in the document.
        package let tasks: [(name: String, view: TaskView)]
    }

    package func subject(in transaction: HubTransaction) throws -> PipelineRun { try transaction.pipeline(name, in: project) }
    package func scope(of subject: PipelineRun) -> Scope { Scope(project: subject.project) }
    package func answer(from run: PipelineRun, in transaction: HubTransaction) throws -> Answer {
        let members = try transaction.pipelines.tasks(of: run.id, limit: Pipeline.maximumTasks)
        let tasks = try members.compactMap { try transaction.tasks.find($0.id) }
        let views = try transaction.brief(tasks, in: try transaction.project(run.project))
        return Answer(
            view: try transaction.view(of: run), document: try transaction.pipelines.document(of: run.id),
            tasks: zip(members.map(\.name), views).map { ($0, $1) })
    }
}
