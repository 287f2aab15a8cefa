import HubCore
import HubStore

/// Makes all tasks of a pipeline, or none, and places those that can go.
package struct CreatePipeline: UseCase {
    package var project: Project.ID
    package var pipeline: Pipeline
    /// What the document's reader found already.
    package var faults: [Pipeline.Fault]
    /// What it was read from, kept so that a template can be made of it.
    package var document: JSONValue?

    package init(project: Project.ID, pipeline: Pipeline, faults: [Pipeline.Fault] = [], document: JSONValue? = nil) {
        (self.project, self.pipeline, self.faults, self.document) = (project, pipeline, faults, document)
    }

    /// Ids only: a repetition of a large pipeline must not be as large again.
    package struct Outcome: Codable, Sendable {
        package let id: PipelineRun.ID
        package let number: Int
        package let name: String?
        package let edgeCount: Int
        /// In the order of the document.
        package let tasks: [Made]

        package struct Made: Codable, Sendable {
            /// Its id in the document.
            package let name: String
            package let id: AgentTask.ID
        }
    }

    package var right: Right { .permission(.createTask) }
    package func subject(in transaction: HubTransaction) throws -> Project { try transaction.project(project) }

    /// - Throws: ``Pipeline/Refusal`` with everything that is wrong.
    package func perform(on project: Project, in transaction: HubTransaction) throws -> Outcome {
        let checked = try transaction.check(pipeline, after: faults, in: project.id)
        guard checked.faults.isEmpty else { throw Pipeline.Refusal(checked.faults) }
        for entry in pipeline.entries { try transaction.checkSpendCap(entry.content, in: project) }
        let run = PipelineRun(
            id: .random(), project: project.id, number: try transaction.pipelines.takeNumber(in: project.id), name: pipeline.name,
            createdBy: transaction.caller.actor, createdAt: transaction.now)
        try transaction.append(
            .pipelineCreated, on: .pipeline(run.id), in: project.id,
            data: ["number": JSONValue(run.number), "name": JSONValue(run.name), "task_count": JSONValue(pipeline.entries.count)])
        var tasks: [AgentTask] = []
        tasks.reserveCapacity(pipeline.entries.count)
        for entry in pipeline.entries {
            let task = AgentTask(
                id: .random(), project: project.id, number: try transaction.tasks.takeNumber(in: project.id),
                content: transaction.keepingDemands(try entry.content.validated()), createdBy: transaction.caller.actor,
                at: transaction.now)
            try transaction.tasks.insert(task)
            var data: JSONValue = [
                "number": JSONValue(task.number), "title": .string(task.content.title), "pipeline_id": JSONValue(run.id),
            ]
            if let name = pipeline.name { data = data.adding(["pipeline": .string(name)]) }
            try transaction.append(.taskCreated, on: .task(task.id), in: project.id, after: task.state.rawValue, data: data)
            tasks.append(task)
        }
        try transaction.pipelines.insert(run, document: document, tasks: zip(pipeline.entries, tasks).map { ($0.id, $1.id) })
        var isHeldBack = [Bool](repeating: false, count: tasks.count)
        for (index, entry) in pipeline.entries.enumerated() {
            // Of repetitions the one that does more wins, whatever the order.
            for kind in [Dependency.Kind.related, .blocks, .input] {
                for link in entry.links where link.kind == kind {
                    guard let upstream = checked.graph.places[link.target].map({ tasks[$0] }) ?? checked.existing[link.target] else {
                        continue
                    }
                    let asked = Upstream(.id(upstream.id), kind, contractKey: link.contractKey)
                    let edge = try transaction.edge(asked, to: upstream, for: tasks[index].id)
                    try transaction.dependencies.put(edge, at: transaction.now)
                    if edge.isOpenBlocker { isHeldBack[index] = true }
                }
            }
        }
        // Slots go by urgency and age, as they do when they become free.
        let ready = tasks.indices.filter { !isHeldBack[$0] }
            .sorted { (tasks[$0].content.priority.rank, $0) < (tasks[$1].content.priority.rank, $1) }
        for index in ready { try transaction.place(&tasks[index]) }
        return Outcome(
            id: run.id, number: run.number, name: pipeline.name, edgeCount: checked.graph.edgeCount,
            tasks: zip(pipeline.entries, tasks).map { .init(name: $0.id, id: $1.id) })
    }
}

/// A pipeline with what the project says to it.
struct CheckedPipeline {
    let graph: PipelineGraph
    /// Tasks of the project that the document names, by the words it uses.
    var existing: [String: AgentTask] = [:]
    var faults: [Pipeline.Fault]
}

extension HubTransaction {
    func check(_ pipeline: Pipeline, after faults: [Pipeline.Fault], in project: Project.ID) throws -> CheckedPipeline {
        let graph = PipelineGraph(pipeline)
        let isCutShort = faults.contains { $0.path == "tasks" || $0.path.isEmpty }
        var checked = CheckedPipeline(graph: graph, faults: faults + (isCutShort ? [] : pipeline.faults(in: graph)))
        guard pipeline.entries.count <= Pipeline.maximumTasks, graph.edgeCount <= Pipeline.maximumDependencies else { return checked }
        var unknown: [String: String] = [:]
        // Many words can name one task: `#41`, `#041` …
        var known: [TaskReference: AgentTask] = [:]
        for link in pipeline.entries.lazy.flatMap(\.links) where graph.places[link.target] == nil {
            if let sentence = unknown[link.target] {
                checked.faults.append(.init(link.path, .unknownTask, sentence))
                continue
            }
            guard let task = try checked.existing[link.target] ?? task(named: link.target, in: project, known: &known) else {
                // The writer waits meanwhile: for the first few there is a proposal.
                let sentence = Self.sentence(on: link.target, in: pipeline, proposing: unknown.count < 20)
                unknown[link.target] = sentence
                checked.faults.append(.init(link.path, .unknownTask, sentence))
                continue
            }
            checked.existing[link.target] = task
            let keys = link.kind == .input ? task.content.contractKeys : .none
            if let reason = keys.refusal(of: link.kind, delivering: link.contractKey, from: "task #\(task.number)") {
                checked.faults.append(.init(link.path, .contracts, reason))
            }
        }
        return checked
    }

    private static func sentence(on target: String, in pipeline: Pipeline, proposing: Bool) -> String {
        let ids = proposing ? pipeline.entries.prefix(1000).map(\.id).filter { !$0.isEmpty } : []
        let cure: String
        if let nearest = Spelling.nearest(to: target, in: ids) {
            cure = ": did you mean \"\(nearest)\"?"
        } else if !target.isEmpty, target.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            cure = ": a task of the project is written \"#\(target.prefix(20))\""
        } else {
            cure = ""
        }
        return "there is no task \"\(target.prefix(80))\" in the document or in the project\(cure)"
    }

    /// `#41` or an id; a bare number is an id of the document.
    private func task(
        named name: String, in project: Project.ID, known: inout [TaskReference: AgentTask]
    ) throws -> AgentTask? {
        let reference: TaskReference
        if let id = AgentTask.ID(name) {
            reference = .id(id)
        } else if name.hasPrefix("#"), let number = Int(name.dropFirst()) {
            reference = .number(number, in: project)
        } else {
            return nil
        }
        if let task = known[reference] { return task }
        let task =
            switch reference {
            case .id(let id): try tasks.find(id).flatMap { $0.project == project ? $0 : nil }
            case .number(let number, let project): try tasks.find(number: number, in: project)
            }
        known[reference] = task
        return task
    }
}
