import HubCore

/// What `system_info` and `repos` say about a machine (agent protocol, sections 1.2, 1.5 and 12). What is `nil` was not said.
package struct CapabilityReport: Sendable {
    package var repositories: Set<String>?
    package var capabilities: Capabilities?

    init(body: Fields, systemInfo: Fields?) throws(WireFault) {
        let announced = try systemInfo?.object("capabilities")
        for holder in [body, systemInfo, announced] {
            guard let repos = holder?.value("repos") else { continue }
            repositories = try Self.checked(Self.names(ofRepositories: repos), "repos")
        }
        guard let announced else { return }
        capabilities = Capabilities(
            languages: try Self.set(announced, "languages"), environments: try Self.set(announced, "environments"),
            agents: try Self.agents(announced), tools: try Self.set(announced, "tools"), tags: try Self.set(announced, "tags"),
            slots: try announced.int("slots") ?? Capabilities.defaultSlots)
    }

    /// The whole report, with what was not said as in `old`.
    package func merged(over old: Capabilities) -> Capabilities {
        var merged = capabilities ?? old
        merged.repositories = repositories?.lowercased ?? old.repositories
        return merged
    }

    private static func names(ofRepositories json: JSONValue) throws(WireFault) -> Set<String> {
        if let members = json.members { return Set(members.map(\.name)) }
        guard let items = json.array else { throw .kind("repos", "an object", json.kindName) }
        return Set(items.compactMap(\.string))
    }

    private static func set(_ fields: Fields, _ name: String) throws(WireFault) -> Set<String> {
        try checked(Set(try fields.strings(name) ?? []), name)
    }

    /// Each entry an object with `type`, or just the name.
    private static func agents(_ fields: Fields) throws(WireFault) -> Set<String> {
        var names: Set<String> = []
        for item in try fields.array("agents") ?? [] {
            if let name = item.string {
                names.insert(name)
            } else {
                names.insert(try Fields(item, named: "each entry of agents").requiredString("type"))
            }
        }
        return try checked(names, "agents")
    }

    private static func checked(_ names: Set<String>, _ field: String) throws(WireFault) -> Set<String> {
        let (maximumNames, maximumName) = (Capabilities.maximumNames, Capabilities.maximumName)
        guard names.count <= maximumNames else { throw WireFault("\(field) has \(names.count) entries, \(maximumNames) are allowed") }
        guard names.allSatisfy({ $0.utf8.count <= 4 * maximumName && $0.count <= maximumName }) else {
            throw WireFault("a name in \(field) has more than \(maximumName) characters")
        }
        return names
    }
}
