import HubCore

/// Reads a part of a pipeline document member by member, and goes on after a fault: each is named with its place, and with what would be
/// accepted. What cannot be read counts as absent.
struct PipelineEntryReader {
    private let members: [String: JSONValue]
    private let names: [String]
    /// As in `tasks[3]`.
    private let path: String
    private(set) var faults: [Pipeline.Fault] = []

    /// For so many unknown members of an object a known name is looked for.
    private static let proposals = 20
    private static let keys = [
        "id", "title", "spec", "priority", "type", "repo", "branch", "acceptance_criteria", "structured_spec", "requires", "prefers",
        "produces", "retry", "spend_cap", "dependencies", "depends_on", "plan", "review",
    ]
    private static let retryKeys = ["attempts", "backoff_seconds", "backoff_factor", "backoff_max_seconds"]
    private static let requirements = ["repository", "languages", "environments", "agent", "tools", "tags", "server", "writes"]

    init(_ json: JSONValue, at path: String) {
        let all = json.members ?? []
        members = Dictionary(all.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
        (names, self.path) = (all.map(\.name), path)
    }

    mutating func content() -> AgentTask.Content {
        allow(Self.keys, in: "a task")
        var content = AgentTask.Content(title: "-")
        switch present("title") {
        case nil: faults.append(.init("\(path).title", .missing, "a task needs a title"))
        default: content.title = string("title") ?? content.title
        }
        content.spec = string("spec") ?? ""
        content.priority = word("priority") ?? .normal
        content.kind = word("type") ?? .feature
        content.repository = string("repo")
        content.branch = string("branch")
        content.acceptanceCriteria = strings("acceptance_criteria", such: "[it builds, it runs]") ?? []
        content.structuredSpec = object("structured_spec", such: "{goal: speed}")
        content.requirePlan = bool("plan")
        content.requireReview = bool("review")
        content.produces = present("produces")
        content.retry = retry()
        content.spendCap = money("spend_cap")
        if let requires = object("requires", such: "{languages: [swift]}") {
            var reader = PipelineEntryReader(requires, at: path + ".requires")
            content.requirements = reader.requirements()
            content.repository = content.repository ?? reader.string("repository")
            faults += reader.faults
        }
        if let prefers = object("prefers", such: "{server: mac-2}") {
            var reader = PipelineEntryReader(prefers, at: path + ".prefers")
            reader.allow(["server"], in: "prefers")
            content.preferences.server = reader.string("server")
            faults += reader.faults
        }
        return content
    }

    private mutating func requirements() -> AgentTask.Requirements {
        allow(Self.requirements, in: "requires")
        return AgentTask.Requirements(
            languages: Set(strings("languages", such: "[swift]") ?? []),
            environments: Set(strings("environments", such: "[staging]") ?? []), agent: string("agent"),
            tools: Set(strings("tools", such: "[docker]") ?? []), tags: Set(strings("tags", such: "[fast]") ?? []),
            server: string("server"),
            writes: WriteScope(strings("writes", such: "[docs, \"Sources/Web/**\"]", limit: WriteScope.maximumPatterns) ?? []))
    }

    /// As ``Fields/retry(_:)`` reads it.
    private mutating func retry() -> RetryPolicy? {
        guard let value = present("retry") else { return nil }
        guard value.members != nil else {
            if let attempts = value.int { return RetryPolicy(attempts: attempts) }
            refuse("retry", "a number of attempts or an object such as {attempts: 3, backoff_seconds: 60}", value)
            return nil
        }
        var reader = PipelineEntryReader(value, at: path + ".retry")
        defer { faults += reader.faults }
        reader.allow(Self.retryKeys, in: "retry")
        if reader.present("attempts") == nil {
            reader.faults.append(.init("\(path).retry.attempts", .missing, "retry needs attempts: a number"))
        }
        let (attempts, start) = (reader.int("attempts"), reader.int("backoff_seconds"))
        let (factor, maximum) = (reader.int("backoff_factor"), reader.int("backoff_max_seconds"))
        return attempts.map {
            RetryPolicy(
                attempts: $0, start: start ?? RetryPolicy.standardStart, factor: factor ?? RetryPolicy.standardFactor, maximum: maximum)
        }
    }

    /// Other members are faults: a misspelt one would go unnoticed. Of very many, only as many are named as make the document too faulty.
    mutating func allow(_ known: [String], in what: String, passingOver isPassedOver: (String) -> Bool = { _ in false }) {
        var count = 0
        for name in names where !known.contains(name) && !isPassedOver(name) {
            guard faults.count <= PipelineDraft.maximumFaults else { return }
            count += 1
            let meant = count <= Self.proposals ? Spelling.nearest(to: name, in: known) : nil
            let cure = meant.map { "did you mean \"\($0)\"?" } ?? "it takes \(known.joined(separator: ", "))"
            faults.append(.init(path.isEmpty ? name : "\(path).\(name)", .unknownKey, "\(what) has no \"\(name.prefix(40))\": \(cure)"))
        }
    }

    private func present(_ name: String) -> JSONValue? {
        guard let value = members[name], !value.isNull else { return nil }
        return value
    }

    private mutating func refuse(_ name: String, _ expected: String, _ value: JSONValue, _ cure: String = "") {
        faults.append(.init("\(path).\(name)", .type, "\(name) must be \(expected), not \(value.kindName)\(cure)"))
    }

    mutating func string(_ name: String) -> String? {
        guard let value = present(name) else { return nil }
        if let text = value.string { return text }
        refuse(name, "a string", value, value.array == nil && value.members == nil ? ": put it in quotes" : "")
        return nil
    }

    private mutating func bool(_ name: String) -> Bool? {
        guard let value = present(name) else { return nil }
        if value.bool == nil { refuse(name, "true or false", value) }
        return value.bool
    }

    private mutating func int(_ name: String) -> Int? {
        guard let value = present(name) else { return nil }
        if value.int == nil { refuse(name, "a whole number", value) }
        return value.int
    }

    private mutating func money(_ name: String) -> Money? {
        guard let value = present(name) else { return nil }
        let text: String
        switch value {
        case .number(let number): text = number
        case .string(let string): text = string
        default:
            refuse(name, "a decimal number such as 5.10", value)
            return nil
        }
        if let money = Money(decimal: text) { return money }
        faults.append(
            .init(
                "\(path).\(name)", .content,
                "\(name) must be a decimal number from 0 to \(Money.maximum), such as 5.10, not \(text.prefix(40))"))
        return nil
    }

    private mutating func object(_ name: String, such example: String) -> JSONValue? {
        guard let value = present(name) else { return nil }
        if value.members != nil { return value }
        refuse(name, "an object such as \(example)", value)
        return nil
    }

    private mutating func strings(_ name: String, such example: String, limit: Int = 1000) -> [String]? {
        guard let value = present(name) else { return nil }
        guard let items = value.array else {
            refuse(name, "a list such as \(example)", value)
            return nil
        }
        guard items.count <= limit else {
            faults.append(.init("\(path).\(name)", .tooMany, "\(name) has \(items.count) entries, \(limit) are allowed"))
            return nil
        }
        for (index, item) in items.enumerated() where item.string == nil {
            refuse("\(name)[\(index)]", "a string", item, ": put it in quotes")
        }
        return items.compactMap(\.string)
    }

    mutating func word<Word: RawRepresentable & CaseIterable>(_ name: String, _: Word.Type = Word.self) -> Word?
    where Word.RawValue == String {
        guard let text = string(name) else { return nil }
        if let word = Word(rawValue: text) { return word }
        faults.append(.init("\(path).\(name)", .word, WireFault.word(name, text, Word.self).description))
        return nil
    }
}
