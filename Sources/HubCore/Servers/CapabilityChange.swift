extension Capabilities {
    /// What a server has several of, each a word that tasks may ask for.
    package enum Kind: String, CaseIterable, Hashable, Sendable, Codable {
        case repositories, languages, environments, agents, tools, tags
    }

    /// Of a kind.
    package static let maximumNames = 1000
    /// Of a name, in characters.
    package static let maximumName = 128

    package subscript(kind: Kind) -> Set<String> {
        switch kind {
        case .repositories: repositories
        case .languages: languages
        case .environments: environments
        case .agents: agents
        case .tools: tools
        case .tags: tags
        }
    }
}

/// What somebody says of one thing that a server can do.
package enum CapabilityChange: Hashable, Sendable {
    /// `nil`: as many as the server says itself.
    case slots(Int?)
    /// `nil`: those that the server says itself.
    case set(Capabilities.Kind, Set<String>?)
    /// To those that hold now, whoever said them.
    case add(Capabilities.Kind, Set<String>)
    case remove(Capabilities.Kind, Set<String>)

    /// Why a change cannot be.
    package enum Fault: Error, Hashable, Sendable {
        case slots(Int)
        case nameless(Capabilities.Kind)
        case unreadable(Capabilities.Kind)
        case tooLong(Capabilities.Kind, start: String)
        case tooMany(Capabilities.Kind, Int)
    }
}

extension CapabilityChange.Fault: CustomStringConvertible {
    package var description: String {
        switch self {
        case .slots(let count): "slots is a number from 0 to \(Capabilities.maximumSlots), not \(count)"
        case .nameless(let kind): "a name in \(kind.rawValue) is empty"
        case .unreadable(let kind): "a name in \(kind.rawValue) holds a line break or another control character"
        case .tooLong(let kind, let start): "“\(start)…” in \(kind.rawValue) has more than \(Capabilities.maximumName) characters"
        case .tooMany(let kind, let count): "\(kind.rawValue) would have \(count) entries, \(Capabilities.maximumNames) are allowed"
        }
    }
}

extension CapabilityOverride {
    package subscript(kind: Capabilities.Kind) -> Set<String>? {
        get { self[keyPath: Self.path(to: kind)] }
        set { self[keyPath: Self.path(to: kind)] = newValue }
    }

    private static func path(to kind: Capabilities.Kind) -> WritableKeyPath<Self, Set<String>?> {
        switch kind {
        case .repositories: \.repositories
        case .languages: \.languages
        case .environments: \.environments
        case .agents: \.agents
        case .tools: \.tools
        case .tags: \.tags
        }
    }

    /// What is added to, or taken from, what a server reports stands for the report from then on.
    ///
    /// - Throws: ``CapabilityChange/Fault``; nothing has changed then.
    package mutating func apply(_ change: CapabilityChange, over reported: Capabilities) throws(CapabilityChange.Fault) {
        switch change {
        case .slots(let count?):
            guard (0...Capabilities.maximumSlots).contains(count) else { throw .slots(count) }
            slots = count
        case .slots(nil): slots = nil
        case .set(let kind, let names?): self[kind] = try Self.checked(names, kind)
        case .set(let kind, nil): self[kind] = nil
        case .add(let kind, let names):
            let present = (self[kind] ?? reported[kind]).lowercased
            let all = present.union(try Self.checked(names, kind))
            guard all.count <= Capabilities.maximumNames else { throw .tooMany(kind, all.count) }
            if all != present { self[kind] = all }
        case .remove(let kind, let names):
            let present = (self[kind] ?? reported[kind]).lowercased
            let rest = present.subtracting(names.lowercased)
            if rest != present { self[kind] = rest }
        }
    }

    /// As they are compared.
    private static func checked(
        _ names: Set<String>, _ kind: Capabilities.Kind
    ) throws(CapabilityChange.Fault) -> Set<String> {
        guard names.count <= Capabilities.maximumNames else { throw .tooMany(kind, names.count) }
        var plain: Set<String> = []
        for name in names {
            let name = name.trimmed.lowercased()
            guard !name.isEmpty else { throw .nameless(kind) }
            // A character may be made of any number of scalars.
            guard name.utf8.count <= 4 * Capabilities.maximumName, name.count <= Capabilities.maximumName else {
                throw .tooLong(kind, start: String(name.prefix(40)))
            }
            guard !name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else { throw .unreadable(kind) }
            plain.insert(name)
        }
        return plain
    }
}
