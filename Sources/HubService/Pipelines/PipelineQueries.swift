import HubCore
import HubStore

/// What would come of a pipeline, without making anything.
package struct CheckPipeline: Query {
    package static let permission = Permission.createTask
    package var project: Project.ID
    package var pipeline: Pipeline
    package var faults: [Pipeline.Fault]

    package init(project: Project.ID, pipeline: Pipeline, faults: [Pipeline.Fault] = []) {
        (self.project, self.pipeline, self.faults) = (project, pipeline, faults)
    }

    package struct Report: Sendable {
        package var faults: [Pipeline.Fault]
        package var taskCount: Int
        package var edgeCount: Int
        package var edgeKinds: [Dependency.Kind: Int]
        /// Ids of the document, the first task first; empty with a cycle.
        package var longestPath: [String]
        /// Tasks that no server of the project may run, and what would help.
        package var unplaceable: [(id: String, reason: String)]
        /// The task at which a person is asked first; `nil` if it runs through.
        package var firstHumanStop: (id: String, isPlan: Bool)?
    }

    package func subject(in transaction: HubTransaction) throws -> Project { try transaction.project(project) }

    package func answer(from project: Project, in transaction: HubTransaction) throws -> Report {
        let checked = try transaction.check(pipeline, after: faults, in: project.id)
        let entries = pipeline.entries
        return Report(
            faults: checked.faults, taskCount: entries.count, edgeCount: checked.graph.edgeCount,
            edgeKinds: Dictionary(entries.lazy.flatMap(\.links).map { ($0.kind, 1) }, uniquingKeysWith: +),
            longestPath: checked.graph.longestPath.map { entries[$0].id },
            unplaceable: try unplaceable(in: project, transaction), firstHumanStop: stop(in: project, checked.graph))
    }

    private func unplaceable(in project: Project, _ transaction: HubTransaction) throws -> [(id: String, reason: String)] {
        struct Need: Hashable {
            let repository: String?
            let requirements: AgentTask.Requirements
        }
        let candidates = try transaction.roster(of: project.id).candidates
        var known: [Need: String?] = [:]
        return pipeline.entries.compactMap { entry in
            let need = Need(repository: entry.content.repository?.lowercased(), requirements: entry.content.requirements)
            let reason: String?
            if let found = known[need] {
                reason = found
            } else if candidates.contains(where: { Placement.infeasibility(of: entry.content, on: $0.server) == nil }) {
                reason = nil
            } else {
                let fix = Placement.explanation(of: entry.content, among: candidates).nearestFix
                reason = candidates.isEmpty ? "the project has no server" : fix?.description ?? "no server meets what it requires"
            }
            known[need] = .some(reason)
            return reason.map { (entry.id, $0) }
        }
    }

    private func stop(in project: Project, _ graph: PipelineGraph) -> (id: String, isPlan: Bool)? {
        guard let depths = graph.depths else { return nil }
        let stops = pipeline.entries.indices.filter { index in
            let content = pipeline.entries[index].content
            return content.requirePlan ?? project.settings.requirePlan || content.requireReview ?? project.settings.requireReview
        }
        guard let first = stops.min(by: { (depths[$0], $0) < (depths[$1], $1) }) else { return nil }
        return (pipeline.entries[first].id, pipeline.entries[first].content.requirePlan ?? project.settings.requirePlan)
    }
}

/// The tasks that a pipeline became, as lists show them.
package struct PipelineTasks: Query {
    package static let permission = Permission.see
    package var project: Project.ID
    package var ids: [AgentTask.ID]

    package init(_ ids: [AgentTask.ID], in project: Project.ID) {
        (self.project, self.ids) = (project, ids)
    }

    package func subject(in transaction: HubTransaction) throws -> Project { try transaction.project(project) }

    package func answer(from project: Project, in transaction: HubTransaction) throws -> [TaskView] {
        let tasks = try ids.compactMap { try transaction.tasks.find($0) }.filter { $0.project == project.id }
        return try transaction.brief(tasks, in: project)
    }
}
