import HubCore

/// The body of `PATCH /servers/{id}`: what people say of a server, under the names that ``ServerObject`` has. Only what is given changes;
/// `null` gives the word back to the server.
package struct ServerChanges: Sendable {
    package var isDrained: Bool?
    package var capabilities: [CapabilityChange] = []

    private static let members = ["capabilities", "drained", "repos", "slots"]
    private static let lists: [(name: String, kind: Capabilities.Kind)] = [
        ("languages", .languages), ("environments", .environments), ("agents", .agents), ("tools", .tools), ("tags", .tags),
    ]

    /// As in ``ProjectChanges`` a name that nobody knows is a fault: what was misspelt must not seem to be set.
    package init(json: JSONValue) throws(WireFault) {
        let fields = try Fields(json)
        let given = try Self.names(in: json, known: Self.members, besides: ["project_id"])
        if given.contains("drained") {
            guard let flag = try fields.bool("drained") else { throw .kind("drained", "true or false", "null") }
            isDrained = flag
        }
        if given.contains("slots") { capabilities.append(.slots(try fields.int("slots"))) }
        if given.contains("repos") { capabilities.append(.set(.repositories, try Self.set(fields, "repos"))) }
        guard given.contains("capabilities") else { return }
        let document = fields.any("capabilities")
        let holder = try Fields(document, named: "capabilities")
        let named = try Self.names(in: document, known: Self.lists.map(\.name), inside: "capabilities.")
        for (name, kind) in Self.lists where named.contains(name) { capabilities.append(.set(kind, try Self.set(holder, name))) }
    }

    private static func names(
        in document: JSONValue, known: [String], besides others: Set<String> = [], inside prefix: String = ""
    ) throws(WireFault) -> Set<String> {
        let given = Set((document.members ?? []).map(\.name)).subtracting(others)
        let there = known.map { prefix + $0 }.joined(separator: ", ")
        if let unknown = given.subtracting(known).min() {
            throw WireFault("a server has no \(prefix)\(unknown.prefix(40)) to change: there are \(there)")
        }
        guard !given.isEmpty else { throw WireFault("the body names nothing to change: there are \(there)") }
        return given
    }

    private static func set(_ fields: Fields, _ name: String) throws(WireFault) -> Set<String>? {
        try fields.strings(name, limit: Capabilities.maximumNames).map(Set.init)
    }
}
