import HubCore
import HubService
import WireProtocol

/// Many tasks at once, for agents and people alike (agent protocol, section 12; domain page, "Pipelines"). The body is JSON or YAML.
enum Pipelines {
    /// In bytes; room for ten thousand tasks with some text each.
    static let maximumBody = 16 << 20

    static let create: RouteTable.Handler = { call in
        let document = try PipelineText(call)
        let project = try await call.project(named: document.json)
        return try await create(document.json, in: project, call) { document.json(of: $0) }
    }

    /// - Parameter shown: faults as the answer lists them.
    static func create(
        _ document: JSONValue, isKept: Bool = false, in project: Project.ID, _ call: Call, _ shown: ([Pipeline.Fault]) -> [JSONValue]
    ) async throws -> Reply {
        let draft = PipelineDraft(json: document, isKept: isKept)
        let made: CreatePipeline.Outcome
        do {
            made = try await call.run(
                CreatePipeline(project: project, pipeline: draft.pipeline, faults: draft.faults, document: document))
        } catch let refusal as Pipeline.Refusal {
            throw Problem(422, refusal.description, faults: shown(refusal.faults))
        }
        let tasks = try await call.ask(PipelineTasks(made.tasks.map(\.id), in: project))
        return Reply(
            status: 201,
            verbatim: [
                "pipeline": Redactor.redact([
                    "id": JSONValue(made.id), "number": JSONValue(made.number), "name": JSONValue(made.name),
                    "task_count": JSONValue(made.tasks.count), "edge_count": JSONValue(made.edgeCount),
                ]),
                "tasks": .array(tasks.map { call.shown(TaskObject($0, isBrief: true)) }),
                "id_map": .object(made.tasks.map { .init($0.name, JSONValue($0.id)) }),
            ])
    }

    static let list: RouteTable.Handler = { call in
        let limit = try call.query.int("limit", in: 1...1000) ?? 100
        let views = try await call.ask(ListPipelines(in: try await call.project(), limit: limit))
        return Reply(["pipelines": .array(views.map(\.json))])
    }

    static let get: RouteTable.Handler = { call in
        let text = call.parameters[0]
        guard let name = PipelineName(text) else {
            throw Problem(404, "there is no pipeline \(text.prefix(64)): give its id or its number, as in P3")
        }
        var project: Project.ID?
        if case .number = name { project = try await call.project() }
        let answer = try await call.ask(GetPipeline(name, in: project))
        return Reply(
            verbatim: Redactor.redact(answer.view.json).with(
                "tasks",
                .array(
                    answer.tasks.map { name, task in
                        .object([.init("pipeline_task", .string(name))] + (call.shown(TaskObject(task, isBrief: true)).members ?? []))
                    })))
    }

    /// Always 200: what is wrong is the answer.
    static let check: RouteTable.Handler = { call in
        let document = try PipelineText(call)
        let draft = PipelineDraft(json: document.json)
        let project = try await call.project(named: document.json)
        let report = try await call.ask(CheckPipeline(project: project, pipeline: draft.pipeline, faults: draft.faults))
        return Reply([
            "valid": JSONValue(report.faults.isEmpty), "faults": .array(document.json(of: report.faults)),
            "task_count": JSONValue(report.taskCount), "edge_count": JSONValue(report.edgeCount),
            "longest_path": JSONValue(report.longestPath),
            "unplaceable": .array(report.unplaceable.map { ["task": .string($0.id), "reason": .string($0.reason)] }),
            "first_human_stop": report.firstHumanStop.map { ["task": .string($0.id), "kind": $0.isPlan ? "plan" : "review"] } ?? .null,
        ])
    }
}

extension PipelineText {
    fileprivate init(_ call: Call) throws {
        do {
            try self.init(String(decoding: call.body, as: UTF8.self))
        } catch {
            throw Problem(400, error.description)
        }
        guard json.members != nil else { throw Problem(400, "the document must be an object, not \(json.kindName)") }
    }

    fileprivate func json(of faults: [Pipeline.Fault]) -> [JSONValue] {
        let shown = faults.prefix(1000)
        return zip(shown, places(of: shown)).map { $0.json(at: $1) }
    }
}

extension PipelineView {
    fileprivate var json: JSONValue {
        let states = AgentTask.State.allCases.map { JSONValue.Member($0.rawValue, JSONValue(counts[$0])) }
        return [
            "id": JSONValue(run.id), "number": JSONValue(run.number), "name": JSONValue(run.name),
            "created_by": .string(run.createdBy.name), "created_at": JSONValue(run.createdAt), "finished_at": JSONValue(run.finishedAt),
            "task_count": JSONValue(counts.total), "counts": .object(states),
            "remaining_seconds": JSONValue(remaining.map { Int($0.components.seconds) }),
        ]
    }
}

extension JSONValue {
    fileprivate func with(_ name: String, _ value: JSONValue) -> JSONValue { .object((members ?? []) + [.init(name, value)]) }
}
