import HubCore
import HubService
import WireProtocol

/// Pipelines kept under a name, to be run again. `{name}` is that of the template.
enum Templates {
    static let list: RouteTable.Handler = { call in
        let all = try await call.ask(ListTemplates(in: try await call.project()))
        return Reply(["templates": .array(all.map { $0.json(withDocument: false) })])
    }

    static let get: RouteTable.Handler = { call in
        let template = try await call.ask(GetTemplate(call.parameters[0], in: try await call.project()))
        return Reply(template.json(withDocument: true))
    }

    /// `{name, pipeline: "P3"}`
    static let save: RouteTable.Handler = { call in
        let json = try call.json()
        let fields = try Fields(json)
        let (name, text) = (try fields.requiredString("name"), try fields.requiredString("pipeline"))
        guard let pipeline = PipelineName(text) else {
            throw Problem(422, "there is no pipeline \(text.prefix(64)): give its id or its number, as in P3")
        }
        let project = try await call.project(named: json)
        let saved = try await call.run(SaveTemplate(name, of: pipeline, in: project))
        return Reply(status: 201, try await call.ask(GetTemplate(saved.name, in: project)).json(withDocument: true))
    }

    /// Answers as the creation of a pipeline does.
    static let run: RouteTable.Handler = { call in
        let project = try await call.project()
        let template = try await call.ask(GetTemplate(call.parameters[0], in: project))
        let document = TemplateDocument(template.document, isVerbatim: true).pipeline([:], named: template.name)
        return try await Pipelines.create(document, isKept: true, in: project, call) { faults in
            faults.prefix(1000).map { $0.json() }
        }
    }

    static let remove: RouteTable.Handler = { call in
        _ = try await call.run(RemoveTemplate(call.parameters[0], in: try await call.project()))
        return Reply([:])
    }
}

extension SavedTemplate {
    fileprivate func json(withDocument: Bool) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("id", JSONValue(id)), .init("name", .string(name)), .init("task_count", JSONValue(document["tasks"]?.array?.count ?? 0)),
            .init("created_by", .string(createdBy.name)), .init("created_at", JSONValue(createdAt)),
        ]
        if withDocument { members.append(.init("document", document)) }
        return .object(members)
    }
}
