import HubCore
import HubService
import WireProtocol

/// Many tasks at once, for agents and people alike (agent protocol, section 12; domain page, "Pipelines"). The body is JSON or YAML.
enum Pipelines {
    static let create: RouteTable.Handler = { call in
        let document = try PipelineText(call)
        let draft = PipelineDraft(json: document.json)
        let project = try await call.project(named: document.json)
        let made: CreatePipeline.Outcome
        do {
            made = try await call.run(CreatePipeline(project: project, pipeline: draft.pipeline, faults: draft.faults))
        } catch let refusal as Pipeline.Refusal {
            throw Problem(422, refusal.description, faults: document.json(of: refusal.faults))
        }
        let tasks = try await call.ask(PipelineTasks(made.tasks.map(\.id), in: project))
        return Reply(
            status: 201,
            [
                "pipeline": [
                    "name": JSONValue(made.name), "task_count": JSONValue(made.tasks.count), "edge_count": JSONValue(made.edgeCount),
                ],
                "tasks": .array(tasks.map { TaskObject($0, isBrief: true).json }),
                "id_map": .object(made.tasks.map { .init($0.name, JSONValue($0.id)) }),
            ])
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
        return zip(shown, places(of: shown.map(\.path))).map { $0.json(at: $1) }
    }
}
