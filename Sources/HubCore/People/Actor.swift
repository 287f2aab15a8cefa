/// Who did something, as the event log keeps it. The name is the one at that time.
package struct Actor: Hashable, Sendable, Codable {
    package enum Kind: String, CaseIterable, Hashable, Sendable, Codable {
        case person, agent, hub
    }

    package let kind: Kind
    /// The id of the person or server; empty for the hub.
    package let id: String
    package let name: String

    package init(kind: Kind, id: String, name: String) {
        (self.kind, self.id, self.name) = (kind, id, name)
    }

    package static let hub = Actor(kind: .hub, id: "", name: "hub")
    package static func person(_ person: Person) -> Actor { Actor(kind: .person, id: person.id.text, name: person.name) }
    package static func agent(on server: Server) -> Actor { Actor(kind: .agent, id: server.id.text, name: server.name) }
}

/// The way by which a request reached the hub.
package enum Channel: String, CaseIterable, Hashable, Sendable, Codable {
    case telegram, rest, ws, hub
}
