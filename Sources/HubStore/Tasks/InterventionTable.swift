import HubCore

/// The stored questions of agents to people.
package struct InterventionTable {
    let connection: any SQLConnection

    package init(_ connection: any SQLConnection) {
        self.connection = connection
    }

    private static let columns: StaticString = "id, project, task, attempt, kind, question, details, created_at, state, answer"

    package func insert(_ intervention: Intervention) throws {
        let content = intervention.content
        let details: JSONValue = [
            "context": JSONValue(content.context), "urgency": JSONValue(content.urgency),
            "options": .array(content.options.map { ["id": .string($0.id), "label": .string($0.label)] }),
            "deadline_seconds": JSONValue(content.standby?.seconds), "default_option": JSONValue(content.standby?.option),
            "spending": content.spending?.cap.json ?? .null, "target": content.target?.json ?? .null,
        ]
        try connection.execute(
            """
            INSERT INTO intervention (\(raw: Self.columns), number) VALUES (
                \(intervention.id), \(intervention.project), \(intervention.task), \(intervention.attempt), \(content.kind),
                \(content.question), \(details), \(intervention.createdAt), \(intervention.state), \(intervention.answer?.json),
                (SELECT COALESCE(MAX(number), 0) + 1 FROM intervention WHERE project = \(intervention.project)))
            """)
    }

    package func save(_ intervention: Intervention) throws {
        try connection.execute(
            "UPDATE intervention SET state = \(intervention.state), answer = \(intervention.answer?.json) WHERE id = \(intervention.id)")
    }

    package func find(_ id: Intervention.ID) throws -> Intervention? {
        try connection.row("SELECT \(raw: Self.columns) FROM intervention WHERE id = \(id)").map(Self.read)
    }

    /// The interventions of a project whose id begins with `prefix`, at most two: installed clients show only eight characters.
    /// None if that is not the beginning of an id.
    package func find(prefix: String, in project: Project.ID) throws -> [Intervention] {
        let letters = prefix.lowercased()
        guard !letters.isEmpty, letters.utf8.allSatisfy({ "0123456789abcdef-".utf8.contains($0) }) else { return [] }
        let pattern = letters + "%"
        return try connection.rows(
            "SELECT \(raw: Self.columns) FROM intervention WHERE project = \(project) AND id LIKE \(pattern) ORDER BY id LIMIT 2"
        ).map(Self.read)
    }

    package func open(of task: AgentTask.ID) throws -> Intervention? {
        try connection.row("SELECT \(raw: Self.columns) FROM intervention WHERE task = \(task) AND state = 'pending'").map(Self.read)
    }

    /// The open questions of all projects.
    package func open() throws -> [Intervention] {
        try connection.rows("SELECT \(raw: Self.columns) FROM intervention WHERE state = 'pending'").map(Self.read)
    }

    /// The open question of a task, else the last one.
    package func latest(of task: AgentTask.ID) throws -> Intervention? {
        try connection.row(
            "SELECT \(raw: Self.columns) FROM intervention WHERE task = \(task) ORDER BY number DESC LIMIT 1"
        ).map(Self.read)
    }

    /// Oldest first.
    package func list(in project: Project.ID, task: AgentTask.ID?, state: Intervention.State?, limit: Int = 200) throws -> [Intervention] {
        var condition: SQL = "project = \(project)"
        if let task { condition = "\(condition) AND task = \(task)" }
        if let state { condition = "\(condition) AND state = \(state)" }
        return try connection.rows(
            "SELECT \(raw: Self.columns) FROM intervention WHERE \(condition) ORDER BY number LIMIT \(limit)"
        ).map(Self.read)
    }

    private static func read(_ row: SQLRow) throws -> Intervention {
        var reader = RowReader(row)
        let (id, project, task) = (try reader.id(Intervention.self), try reader.id(Project.self), try reader.id(AgentTask.self))
        let attempt = try reader.int()
        var content = Intervention.Content(kind: try reader.value(), question: try reader.text())
        let details = try reader.json()
        content.context = details["context"]?.string
        content.urgency = details["urgency"]?.string
        content.options = (details["options"]?.array ?? []).compactMap { option in
            guard let id = option["id"]?.string, let label = option["label"]?.string else { return nil }
            return .init(id: id, label: label)
        }
        if let seconds = details["deadline_seconds"]?.int, let option = details["default_option"]?.string {
            content.standby = .init(seconds: seconds, option: option)
        }
        content.spending = details["spending"].flatMap { SpendingCap(json: $0) }.map(Intervention.Spending.init)
        content.target = details["target"].flatMap { Intervention.Target(json: $0) }
        return Intervention(
            id: id, project: project, task: task, attempt: attempt, content: content, createdAt: try reader.time(),
            state: try reader.value(), answer: try reader.optionalJSON().map { try Intervention.Answer(json: $0) })
    }
}

extension Intervention.Target {
    fileprivate var json: JSONValue { ["session": JSONValue(session), "server": JSONValue(server), "name": .string(name)] }

    fileprivate init?(json: JSONValue) {
        guard let session = json["session"]?.string, let server = json["server"]?.string, let name = json["name"]?.string else {
            return nil
        }
        self.init(session: .init(stored: session), server: .init(stored: server), name: name)
    }
}

extension SpendingCap {
    fileprivate var json: JSONValue {
        [
            "cap": .string(kind.rawValue), "limit": .string(limit.description), "spent": .string(spent.description), "mark": .string(mark),
        ]
    }

    fileprivate init?(json: JSONValue) {
        guard let kind = json["cap"]?.string.flatMap(Kind.init(rawValue:)),
            let limit = json["limit"]?.string.flatMap({ Money(decimal: $0) }),
            let spent = json["spent"]?.string.flatMap({ Money(decimal: $0, upTo: .maximumSum) }), let mark = json["mark"]?.string
        else { return nil }
        self.init(kind, limit: limit, spent: spent, mark: mark)
    }
}

extension Intervention.Answer {
    fileprivate var json: JSONValue { ["text": .string(text), "by": by.json, "at": JSONValue(at.milliseconds)] }

    fileprivate init(json: JSONValue) throws(SQLFault) {
        guard let text = json["text"]?.string, let at = json["at"]?.int else { throw .undecodable("an answer") }
        self.init(text: text, by: try Actor(json: json["by"] ?? .null), at: Timestamp(milliseconds: Int64(at)))
    }
}
