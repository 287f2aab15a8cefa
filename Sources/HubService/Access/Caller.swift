import HubCore

/// Who asks, and over which way.
package enum Caller: Sendable {
    case person(Person, over: Channel)
    /// A server's key: any agent on it. With a session's key only that session's.
    case agent(Server, session: Session.ID? = nil, over: Channel)
    case hub
    /// Nobody that the hub knows; `name` is for the log.
    case stranger(name: String, over: Channel)

    package var actor: Actor {
        switch self {
        case .person(let person, _): .person(person)
        case .agent(let server, _, _): .agent(on: server)
        case .hub: .hub
        case .stranger(let name, _): Actor(kind: .person, id: "", name: name)
        }
    }

    package var channel: Channel {
        switch self {
        case .person(_, let channel), .agent(_, _, let channel), .stranger(_, let channel): channel
        case .hub: .hub
        }
    }

    package var person: Person? {
        if case .person(let person, _) = self { person } else { nil }
    }
}
