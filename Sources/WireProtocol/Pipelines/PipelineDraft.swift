import HubCore

/// The body of `POST …/pipelines` (domain page, "Pipeline document"). Reads on after a fault, so that all are reported together.
package struct PipelineDraft: Sendable {
    package private(set) var pipeline: Pipeline
    package private(set) var faults: [Pipeline.Fault] = []

    private static let keys: Set<String> = [
        "id", "title", "spec", "priority", "type", "repo", "branch", "acceptance_criteria", "structured_spec", "requires", "prefers",
        "produces", "retry", "spend_cap",
        "dependencies", "depends_on", "plan", "review",
    ]

    package init(json: JSONValue) {
        pipeline = Pipeline(entries: [])
        read(json)
    }

    private mutating func read(_ json: JSONValue) {
        guard json.members != nil else { return faults.append(.init("", .type, "the document must be an object, not \(json.kindName)")) }
        switch json["name"] ?? .null {
        case .null: break
        case .string(let name) where name.unicodeScalars.count <= AgentTask.Content.maximumTitle: pipeline.name = name
        case .string: faults.append(.init("name", .content, "the name has more than \(AgentTask.Content.maximumTitle) characters"))
        case let other: faults.append(.init("name", .type, "name must be a string, not \(other.kindName)"))
        }
        guard let tasks = json["tasks"] else { return faults.append(.init("tasks", .missing, "tasks is missing")) }
        guard let items = tasks.array else { return faults.append(.init("tasks", .type, "tasks must be an array, not \(tasks.kindName)")) }
        guard items.count <= Pipeline.maximumTasks else {
            return faults.append(.init("tasks", .tooMany, "\(items.count) tasks, \(Pipeline.maximumTasks) are allowed"))
        }
        pipeline.entries.reserveCapacity(items.count)
        for (index, item) in items.enumerated() { take(item, at: index) }
    }

    /// A task that cannot be read leaves its id behind, so that edges to it do not count as faults of their own.
    private mutating func take(_ item: JSONValue, at index: Int) {
        let path = "tasks[\(index)]"
        guard let members = item.members else {
            faults.append(.init(path, .type, "a task must be an object, not \(item.kindName)"))
            return pipeline.entries.append(.init(id: "", content: AgentTask.Content(title: "-")))
        }
        for member in members where !Self.keys.contains(member.name) {
            faults.append(.init("\(path).\(member.name)", .unknownKey, "a task has no \"\(member.name.prefix(40))\""))
        }
        let id = Self.name(item["id"] ?? .null)
        if id == nil { faults.append(.init("\(path).id", .missing, "a task needs an id, by which others name it")) }
        var entry = Pipeline.Entry(id: id ?? "", content: AgentTask.Content(title: item["title"]?.string ?? "-"))
        do {
            let fields = try Fields(item)
            entry.content = try Self.content(fields)
        } catch {
            faults.append(.init(path, .type, error.description))
        }
        entry.links = dependencies(of: item, at: path) + dependsOn(of: item, at: path)
        pipeline.entries.append(entry)
    }

    private static func content(_ fields: Fields) throws(WireFault) -> AgentTask.Content {
        let requires = try fields.object("requires")
        let repository: String? = if let named = try fields.string("repo") { named } else { try requires?.string("repository") }
        return AgentTask.Content(
            title: try fields.requiredString("title"), spec: try fields.string("spec") ?? "",
            priority: try fields.word("priority") ?? .normal,
            kind: try fields.word("type") ?? .feature, repository: repository, branch: try fields.string("branch"),
            acceptanceCriteria: try fields.strings("acceptance_criteria") ?? [],
            structuredSpec: try fields.object("structured_spec").map { _ in fields.any("structured_spec") },
            requirements: try requires.map(TaskChanges.requirements) ?? AgentTask.Requirements(),
            preferences: AgentTask.Preferences(server: try fields.object("prefers")?.string("server")),
            requirePlan: try fields.bool("plan"),
            requireReview: try fields.bool("review"), produces: fields.value("produces"), retry: try fields.retry(),
            spendCap: try fields.money("spend_cap"))
    }

    private mutating func dependencies(of item: JSONValue, at path: String) -> [Pipeline.Link] {
        list("dependencies", of: item, at: path).compactMap { entry, place -> Pipeline.Link? in
            guard let target = entry["task"].flatMap(Self.name) else {
                faults.append(.init(place, .missing, "a dependency needs \"task\": an id of the document, or a task as #41 or by its id"))
                return nil
            }
            do {
                let fields = try Fields(entry)
                return Pipeline.Link(
                    to: target, kind: try fields.word("type") ?? .blocks, contractKey: try fields.string("contract_key"), path: place)
            } catch {
                faults.append(.init(place, .word, "\(error)"))
                return nil
            }
        }
    }

    private mutating func dependsOn(of item: JSONValue, at path: String) -> [Pipeline.Link] {
        list("depends_on", of: item, at: path).compactMap { entry, place -> Pipeline.Link? in
            guard let target = Self.name(entry) else {
                faults.append(.init(place, .type, "depends_on holds ids, not \(entry.kindName)"))
                return nil
            }
            return Pipeline.Link(to: target, path: place)
        }
    }

    private mutating func list(_ name: String, of item: JSONValue, at path: String) -> [(JSONValue, String)] {
        guard let value = item[name], !value.isNull else { return [] }
        guard let items = value.array else {
            faults.append(.init("\(path).\(name)", .type, "\(name) must be an array, not \(value.kindName)"))
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
