import HubCore
import WireProtocol

/// The tasks of a pipeline as the user wrote them down.
struct PipelineDocument {
    let document: JSONValue
    let tasks: [JSONValue]

    /// - Throws: ``Failure`` for what is no document with tasks.
    init(text: String) throws {
        do {
            document = try PipelineText.parse(text)
        } catch {
            throw Failure.sentence("the pipeline cannot be read: \(error)")
        }
        guard let tasks = document["tasks"]?.array, !tasks.isEmpty else {
            throw Failure.sentence("the pipeline needs a list \"tasks\" with at least one task")
        }
        self.tasks = tasks
        for (index, task) in tasks.enumerated() where task.members == nil {
            throw Failure.sentence("tasks[\(index)] must be an object, not \(task.kindName)")
        }
    }

    /// The name of the task at `index` within the document.
    func name(at index: Int) -> String { tasks[index]["id"].flatMap(Self.text) ?? "task-\(index + 1)" }

    /// The document as the hub takes it: every task with an id, references by whole ids, the session that makes it, and no `assign`,
    /// which follows.
    func json(over hub: HubConnection) async throws -> JSONValue {
        let places = Dictionary(tasks.indices.map { (name(at: $0), $0) }, uniquingKeysWith: { first, _ in first })
        var entries: [JSONValue] = []
        for (index, task) in tasks.enumerated() {
            var members = [JSONValue.Member("id", .string(name(at: index)))]
            for member in task.members ?? [] where member.name != "id" && member.name != "assign" {
                guard member.name == "depends_on", let items = member.value.array else {
                    members.append(member)
                    continue
                }
                var upstreams: [JSONValue] = []
                for item in items { upstreams.append(try await reference(item, places, over: hub)) }
                members.append(.init("depends_on", .array(upstreams)))
            }
            entries.append(.object(members))
        }
        var members = (document.members ?? []).filter { !["tasks", "session_id", "project_id"].contains($0.name) }
        if let session = hub.settings.session { members.append(.init("session_id", .string(session))) }
        if let project = hub.settings.project { members.append(.init("project_id", .string(project))) }
        return .object(members + [.init("tasks", .array(entries))])
    }

    /// An index becomes the id of that task, the beginning of a task's id the whole; everything else is for the hub to judge.
    private func reference(_ item: JSONValue, _ places: [String: Int], over hub: HubConnection) async throws -> JSONValue {
        guard let text = Self.text(item), places[text] == nil else { return item }
        if let index = Int(text), tasks.indices.contains(index) { return .string(name(at: index)) }
        let isBeginning = (4..<36).contains(text.utf8.count) && text.utf8.allSatisfy { "0123456789abcdef-".utf8.contains($0) }
        guard isBeginning, let task = try? await hub.task(text) else { return item }
        return .string(task.id)
    }

    /// Gives the tasks that say so to their sessions.
    func assign(_ map: JSONValue, over hub: HubConnection) async throws {
        for (index, task) in tasks.enumerated() {
            guard let session = task["assign"]?.string, let id = map[name(at: index)]?.string else { continue }
            do {
                _ = try await hub.assign(id, to: session)
            } catch let failure as Failure {
                throw Failure.sentence("all tasks were created, but \(name(at: index)) (\(id)) could not be assigned: \(failure)")
            }
        }
    }

    func makeOneByOne(over hub: HubConnection) async throws -> JSONValue {
        var map: [String: String] = [:]
        var made: [JSONValue] = []
        for (index, task) in tasks.enumerated() {
            do {
                var upstreams: [String] = []
                for entry in task["depends_on"]?.array ?? [] { upstreams.append(try await upstream(entry, map, over: hub)) }
                let answer = try await hub.post(NamedTask.folder, draft(task, upstreams, hub.settings))
                guard let id = answer["id"]?.string else { throw Failure.sentence("the hub gave no id") }
                map[name(at: index)] = id
                guard let session = task["assign"]?.string else {
                    made.append(answer)
                    continue
                }
                made.append(try await hub.assign(id, to: session))
            } catch let failure as Failure {
                throw Failure.sentence("\(name(at: index)) could not be made, after \(made.count) of \(tasks.count) tasks: \(failure)")
            }
        }
        let pairs = tasks.indices.map { JSONValue.Member(name(at: $0), JSONValue(map[name(at: $0)])) }
        return ["pipeline": true, "tasks_created": JSONValue(made.count), "id_map": .object(pairs), "tasks": .array(made)]
    }

    /// An entry of `depends_on` is an id of the document, an index, or a task of the hub.
    private func upstream(_ entry: JSONValue, _ map: [String: String], over hub: HubConnection) async throws -> String {
        guard let text = Self.text(entry) else { throw Failure.sentence("depends_on must hold ids, not \(entry.kindName)") }
        if let id = map[text] { return id }
        if let index = Int(text), tasks.indices.contains(index), let id = map[name(at: index)] { return id }
        return try await hub.task(text).id
    }

    private func draft(_ task: JSONValue, _ upstreams: [String], _ settings: AgentSettings) -> JSONValue {
        .present([
            ("title", task["title"]), ("spec", task["spec"] ?? ""), ("priority", task["priority"] ?? "normal"),
            ("type", task["type"] ?? "feature"),
            ("session_id", settings.session.map(JSONValue.string)), ("project_id", settings.project.map(JSONValue.string)),
            ("target_repo", task["repo"]), ("target_branch", task["branch"]), ("acceptance_criteria", task["acceptance_criteria"]),
            ("retry", task["retry"]), ("spend_cap", task["spend_cap"]),
            ("dependency_ids", JSONValue.unlessEmpty(upstreams.map(JSONValue.string))),
        ])
    }

    private static func text(_ value: JSONValue) -> String? { value.string ?? value.int.map(String.init) }
}
