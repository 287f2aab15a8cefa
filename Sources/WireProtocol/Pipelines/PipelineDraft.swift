import HubCore

/// The body of `POST …/pipelines` (domain page, "Pipeline document"). Reads on after a fault, so that all are reported together.
package struct PipelineDraft: Sendable {
    package private(set) var pipeline: Pipeline
    package private(set) var faults: [Pipeline.Fault] = []

    /// Most faults that are named, the last of which says that there are more.
    package static let maximumFaults = 1000

    /// What stands beside `name` and `tasks` in a request, and is for others to read.
    private static let envelope = ["project_id", "session_id"]

    /// - Parameter isKept: the hub took the document in earlier. What it holds beside `name` and `tasks` is no fault then: earlier versions
    ///   passed over it, and nobody is there to mend it.
    package init(json: JSONValue, isKept: Bool = false) {
        pipeline = Pipeline(entries: [])
        read(json, isKept: isKept)
        guard isTooFaulty else { return }
        faults.removeSubrange((Self.maximumFaults - 1)...)
        faults.append(.init("", .tooMany, "there are more faults than these \(Self.maximumFaults - 1): mend them first"))
    }

    /// Nothing more is read then but ids.
    private var isTooFaulty: Bool { faults.count > Self.maximumFaults }

    private mutating func read(_ json: JSONValue, isKept: Bool) {
        guard json.members != nil else {
            return faults.append(.init("", .type, "the document must be an object that holds \"tasks\", not \(json.kindName)"))
        }
        if !isKept {
            var reader = PipelineEntryReader(json, at: "")
            reader.allow(["name", "tasks"], in: "a pipeline", passingOver: { Self.envelope.contains($0) || $0.hasPrefix("x-") })
            faults += reader.faults
        }
        switch json["name"] ?? .null {
        case .null: break
        case .string(let name) where name.unicodeScalars.count <= AgentTask.Content.maximumTitle: pipeline.name = name
        case .string: faults.append(.init("name", .content, "the name has more than \(AgentTask.Content.maximumTitle) characters"))
        case let other: faults.append(.init("name", .type, "name must be a string, not \(other.kindName)"))
        }
        guard let tasks = json["tasks"] else {
            return faults.append(.init("tasks", .missing, "the document has no \"tasks\", a list in which each task has an id and a title"))
        }
        guard let items = tasks.array else {
            return faults.append(.init("tasks", .type, "tasks must be a list of tasks, each behind a dash in YAML, not \(tasks.kindName)"))
        }
        guard items.count <= Pipeline.maximumTasks else {
            return faults.append(.init("tasks", .tooMany, "\(items.count) tasks, \(Pipeline.maximumTasks) are allowed"))
        }
        pipeline.entries.reserveCapacity(items.count)
        for (index, item) in items.enumerated() { take(item, at: index) }
    }

    /// A task that cannot be read leaves its id behind, so that edges to it do not count as faults of their own.
    private mutating func take(_ item: JSONValue, at index: Int) {
        let path = "tasks[\(index)]"
        guard item.members != nil else {
            faults.append(.init(path, .type, "a task must be an object such as {id: build, title: Build it}, not \(item.kindName)"))
            return pipeline.entries.append(.init(id: "", content: AgentTask.Content(title: "-")))
        }
        let id = Self.name(item["id"] ?? .null)
        guard !isTooFaulty else { return pipeline.entries.append(.init(id: id ?? "", content: AgentTask.Content(title: "-"))) }
        if id == nil { faults.append(.init("\(path).id", .missing, "a task needs an id, by which others name it")) }
        var reader = PipelineEntryReader(item, at: path)
        var entry = Pipeline.Entry(id: id ?? "", content: reader.content())
        faults += reader.faults
        entry.links = dependencies(of: item, at: path) + dependsOn(of: item, at: path)
        pipeline.entries.append(entry)
    }

    private mutating func dependencies(of item: JSONValue, at path: String) -> [Pipeline.Link] {
        list("dependencies", of: item, at: path).compactMap { entry, place -> Pipeline.Link? in
            guard !isTooFaulty else { return nil }
            guard let target = entry["task"].flatMap(Self.name) else {
                let cure = "an id of the document, or a task of the project as \"#41\" or by its id"
                faults.append(.init(place, .missing, "a dependency is an object with \"task\", \(cure), as in {task: build, type: input}"))
                return nil
            }
            var reader = PipelineEntryReader(entry, at: place)
            reader.allow(["task", "type", "contract_key"], in: "a dependency")
            let link = Pipeline.Link(
                to: target, kind: reader.word("type") ?? .blocks, contractKey: reader.string("contract_key"), path: place)
            faults += reader.faults
            return reader.faults.isEmpty ? link : nil
        }
    }

    private mutating func dependsOn(of item: JSONValue, at path: String) -> [Pipeline.Link] {
        list("depends_on", of: item, at: path).compactMap { entry, place -> Pipeline.Link? in
            guard let target = Self.name(entry) else {
                let cure =
                    entry.isNull
                    ? ": a task of the project goes in quotes, \"#41\", since # begins a comment"
                    : ": edges with a type stand under dependencies"
                faults.append(.init(place, .type, "depends_on holds ids, not \(entry.kindName)\(cure)"))
                return nil
            }
            return Pipeline.Link(to: target, path: place)
        }
    }

    private mutating func list(_ name: String, of item: JSONValue, at path: String) -> [(JSONValue, String)] {
        guard let value = item[name], !value.isNull else { return [] }
        guard let items = value.array else {
            let example = name == "depends_on" ? "[build, \"#41\"]" : "[{task: build, type: input}]"
            faults.append(.init("\(path).\(name)", .type, "\(name) must be a list such as \(example), not \(value.kindName)"))
            return []
        }
        guard items.count <= TaskDraft.maximumDependencies else {
            faults.append(.init("\(path).\(name)", .tooMany, "more than \(TaskDraft.maximumDependencies) dependencies"))
            return []
        }
        return items.enumerated().map { ($1, "\(path).\(name)[\($0)]") }
    }

    /// In YAML `id: 7` is a number and means the same as `"7"`.
    private static func name(_ value: JSONValue) -> String? {
        guard let text = value.string ?? value.int.map(String.init), !text.isEmpty, text.utf8.count <= 256 else { return nil }
        return text
    }
}

extension Pipeline.Fault {
    /// As domain page, "Settled details", shows it; the place in the text where there is one.
    package func json(at place: (line: Int, column: Int)? = nil) -> JSONValue {
        [
            "path": .string(path), "line": JSONValue(place?.line), "column": JSONValue(place?.column), "rule": .string(rule.rawValue),
            "message": .string(message),
        ]
    }
}
