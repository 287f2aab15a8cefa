import HubCore

/// What is to be done with a server: the words behind its name.
enum ServerOrder: Hashable {
    enum Action: String, CaseIterable { case drain, undrain, revoke }

    case show
    case act(Action, isConfirmed: Bool)
    /// What owners say that it can do.
    case change([CapabilityChange])

    /// - Throws: ``UsageError`` for words that are no order.
    init(_ words: ArraySlice<String>) throws(UsageError) {
        guard let first = words.first?.lowercased() else {
            self = .show
            return
        }
        let values = words.dropFirst().flatMap { $0.lowercased().split(separator: ",").map(String.init) }
        if let action = Action(rawValue: first), values.isEmpty || values == ["yes"] {
            self = .act(action, isConfirmed: !values.isEmpty)
        } else if first == "slots" {
            self = .change([.slots(try Self.slots(values))])
        } else if let kind = Capabilities.Kind(word: first) {
            self = .change(try Self.changes(of: kind, values))
        } else {
            let order = AgentText.line(words.joined(separator: " "), limit: 40)
            throw UsageError(
                "“\(order)” is nothing to do with a server: there is drain, undrain, revoke, slots, repos, languages, environments, agents, tools and tags"
            )
        }
    }

    /// Whether an order may begin with this word.
    static func begins(with word: String) -> Bool {
        let word = word.lowercased()
        return word == "slots" || Action(rawValue: word) != nil || Capabilities.Kind(word: word) != nil
    }

    private static func slots(_ values: [String]) throws(UsageError) -> Int? {
        guard !values.isEmpty else { throw UsageError("say how many slots, or auto for what the server says itself") }
        if values == ["auto"] { return nil }
        guard values.count == 1, let slots = Int(values[0]), (0...Capabilities.maximumSlots).contains(slots) else {
            throw UsageError("slots is a number from 0 to \(Capabilities.maximumSlots), or auto for what the server says itself")
        }
        return slots
    }

    /// `swift,go` is all that there is; `+swift` and `-go` change what holds now.
    private static func changes(of kind: Capabilities.Kind, _ values: [String]) throws(UsageError) -> [CapabilityChange] {
        switch values {
        case []: throw UsageError("say which \(kind.rawValue), none, or auto for what the server says itself")
        case ["auto"]: return [.set(kind, nil)]
        case ["none"]: return [.set(kind, [])]
        default: break
        }
        let added = values.filter { $0.hasPrefix("+") }.map { String($0.dropFirst()) }
        let removed = values.filter { $0.hasPrefix("-") }.map { String($0.dropFirst()) }
        if added.isEmpty, removed.isEmpty { return [.set(kind, Set(values))] }
        guard added.count + removed.count == values.count else {
            throw UsageError("name either all \(kind.rawValue) of the server, or put + or - in front of each")
        }
        return (added.isEmpty ? [] : [.add(kind, Set(added))]) + (removed.isEmpty ? [] : [.remove(kind, Set(removed))])
    }
}

extension Capabilities.Kind {
    /// As the options of `/new` say it: `lang:swift`.
    var option: String {
        switch self {
        case .repositories: "repo"
        case .languages: "lang"
        case .environments: "env"
        case .agents: "agent"
        case .tools: "tool"
        case .tags: "tag"
        }
    }

    /// In the singular, the plural, or as an option of `/new`; lower case.
    init?(word: String) {
        let plain = ["repos": "repo", "repository": "repo"][word] ?? word
        guard let kind = Self.allCases.first(where: { [$0.rawValue, $0.option, String($0.rawValue.dropLast())].contains(plain) }) else {
            return nil
        }
        self = kind
    }
}

extension Placement.Infeasibility {
    /// What the server lacks.
    var gap: (kind: Capabilities.Kind, name: String)? {
        switch self {
        case .lacksRepository(let name): (.repositories, name)
        case .lacksLanguage(let name): (.languages, name)
        case .lacksEnvironment(let name): (.environments, name)
        case .lacksAgent(let name): (.agents, name)
        case .revoked, .pinnedElsewhere: nil
        }
    }
}
