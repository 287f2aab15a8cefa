import HubCore

/// The first frame of a client: `{"type":"auth","api_key":…,"client":{…}}` (agent protocol, sections 6.1 and 12).
package struct Authentication: Hashable, Sendable {
    package var apiKey: String
    /// `nil` for an installed client, which gets only sections 1–9.
    package var client: Client?

    package struct Client: Hashable, Sendable {
        package var name: String
        package var version: String
        /// Those that this side knows; others are passed over.
        package var features: Set<ClientFeature>

        package init(name: String, version: String, features: Set<ClientFeature>) {
            (self.name, self.version, self.features) = (name, version, features)
        }
    }

    package init(apiKey: String, client: Client? = nil) {
        (self.apiKey, self.client) = (apiKey, client)
    }

    init(_ fields: Fields) throws(WireFault) {
        apiKey = try fields.requiredString("api_key")
        guard let client = try fields.object("client") else { return }
        let names = try client.strings("features") ?? []
        self.client = Client(
            name: String((try client.string("name") ?? "").prefix(100)), version: String((try client.string("version") ?? "").prefix(100)),
            features: Set(names.compactMap(ClientFeature.init)))
    }

    var members: [JSONValue.Member] {
        var members: [JSONValue.Member] = [.init("api_key", .string(apiKey))]
        guard let client else { return members }
        members.append(
            .init(
                "client",
                [
                    "name": .string(client.name), "version": .string(client.version),
                    "features": JSONValue(client.features.map(\.rawValue).sorted()),
                ]))
        return members
    }
}

/// The hub's answer, `auth_ok`. An installed client reads nothing of it but the type.
package struct Welcome: Hashable, Sendable {
    package var server: String
    /// Those of the client's features that the hub will use.
    package var features: Set<ClientFeature>
    package var heartbeatSeconds: Int
    /// The number of the last report that the hub has stored: the client sends the later ones again, and a client whose own
    /// count is behind takes this as its count.
    package var resumeFrom: Int64
    /// Bytes of output that a new session may send before the first `session_credit`. Only with ``ClientFeature/credit``.
    package var initialCredit: Int64

    package init(
        server: String, features: Set<ClientFeature> = [], heartbeatSeconds: Int = 30, resumeFrom: Int64 = 0, initialCredit: Int64 = 0
    ) {
        (self.server, self.features, self.heartbeatSeconds) = (server, features, heartbeatSeconds)
        (self.resumeFrom, self.initialCredit) = (resumeFrom, initialCredit)
    }

    init(_ fields: Fields) throws(WireFault) {
        server = try fields.string("server_id") ?? ""
        features = Set((try fields.strings("features") ?? []).compactMap(ClientFeature.init))
        heartbeatSeconds = try fields.int("heartbeat_seconds") ?? 30
        resumeFrom = try fields.count("resume_from") ?? 0
        initialCredit = try fields.count("initial_credit") ?? 0
    }

    var members: [JSONValue.Member] {
        var members: [JSONValue.Member] = [.init("server_id", .string(server))]
        guard !features.isEmpty else { return members }
        members += [
            .init("features", JSONValue(features.map(\.rawValue).sorted())), .init("heartbeat_seconds", JSONValue(heartbeatSeconds)),
            .init("resume_from", JSONValue(resumeFrom)), .init("initial_credit", JSONValue(initialCredit)),
        ]
        return members
    }
}
