import HubCore

/// The stored servers.
package struct ServerTable {
    let connection: any SQLConnection

    package init(_ connection: any SQLConnection) {
        self.connection = connection
    }

    private static let columns: StaticString = """
        id, project, name, machine, reported, override, state, last_heard, last_used, is_drained, registered_at, revoked_at,
        terminals
        """

    package func find(_ id: Server.ID) throws -> Server? {
        try connection.row("SELECT \(raw: Self.columns) FROM server WHERE id = \(id)").map(Self.read)
    }

    /// What a task's card shows of its server.
    package struct Standing: Hashable, Sendable {
        package let name: String
        package let state: Server.State
        package let lastHeard: Timestamp
    }

    package func standing(of id: Server.ID) throws -> Standing? {
        try connection.row("SELECT name, state, last_heard FROM server WHERE id = \(id)").map { row in
            var reader = RowReader(row)
            return Standing(name: try reader.text(), state: try reader.value(), lastHeard: try reader.time())
        }
    }

    /// The server of that name in the project that is not revoked; any case.
    package func find(name: String, in project: Project.ID) throws -> Server? {
        // Not `ORDER BY`: SQLite builds a table for it, even for one row.
        try connection.rows(
            """
            SELECT \(raw: Self.columns) FROM server
            WHERE project = \(project) AND lower(name) = \(name.lowercased()) AND revoked_at IS NULL
            """
        ).map(Self.read).min { $0.registeredAt < $1.registeredAt }
    }

    /// The server with this identity (domain page: project, machine id, name), revoked or not; `name` is the one that the machine
    /// registered under, any case. One that is not revoked goes before.
    package func find(machine: String, name: String, in project: Project.ID) throws -> Server? {
        let name = name.lowercased()
        return try connection.rows(
            "SELECT \(raw: Self.columns) FROM server WHERE project = \(project) AND machine_id = \(machine) ORDER BY registered_at"
        ).map(Self.read).filter { ($0.machine.registeredName ?? $0.name).lowercased() == name }
            .min { ($0.revokedAt == nil ? 0 : 1) < ($1.revokedAt == nil ? 0 : 1) }
    }

    /// Those of a project that are not revoked, by name.
    package func all(in project: Project.ID) throws -> [Server] {
        try connection.rows(
            "SELECT \(raw: Self.columns) FROM server WHERE project = \(project) AND revoked_at IS NULL ORDER BY name"
        ).map(Self.read)
    }

    /// Those of every project that are not revoked.
    package func all() throws -> [Server] {
        try connection.rows("SELECT \(raw: Self.columns) FROM server WHERE revoked_at IS NULL").map(Self.read)
    }

    /// Adds the server or saves all of it.
    package func put(_ server: Server) throws {
        let values: SQL = """
            \(server.id), \(server.project), \(server.name), \(server.machine.json), \(server.reported.json), \(server.override.json),
            \(server.state), \(server.lastHeard), \(server.lastUsed), \(server.isDrained), \(server.registeredAt), \(server.revokedAt),
            \(server.terminals?.json), \(server.machine.machineID)
            """
        try connection.execute(
            """
            INSERT INTO server (\(raw: Self.columns), machine_id) VALUES (\(values))
            ON CONFLICT (id) DO UPDATE SET machine = excluded.machine, reported = excluded.reported, override = excluded.override,
                state = excluded.state, last_heard = excluded.last_heard, last_used = excluded.last_used,
                is_drained = excluded.is_drained, revoked_at = excluded.revoked_at, terminals = excluded.terminals
            """)
    }

    package func markUsed(_ id: Server.ID, at now: Timestamp) throws {
        try connection.execute("UPDATE server SET last_used = \(now) WHERE id = \(id)")
    }

    private static func read(_ row: SQLRow) throws -> Server {
        var reader = RowReader(row)
        let (id, project, name) = (try reader.id(Server.self), try reader.id(Project.self), try reader.text())
        return Server(
            id: id, project: project, name: name, machine: Server.Machine(json: try reader.json()),
            reported: Capabilities(json: try reader.json()), override: CapabilityOverride(json: try reader.json()),
            state: try reader.value(), lastHeard: try reader.time(), lastUsed: try reader.optionalTime(), isDrained: try reader.bool(),
            registeredAt: try reader.time(), revokedAt: try reader.optionalTime(),
            terminals: try reader.optionalJSON().map(Server.Terminals.init))
    }
}

extension Server.Terminals {
    fileprivate var json: JSONValue {
        ["features": JSONValue(features.sorted()), "connected_at": JSONValue(connectedAt.milliseconds)]
    }

    fileprivate init(json: JSONValue) {
        self.init(
            features: Set(json["features"]?.strings ?? []), connectedAt: Timestamp(milliseconds: Int64(json["connected_at"]?.int ?? 0)))
    }
}

extension Server.Machine {
    fileprivate var json: JSONValue {
        [
            "machine_id": .string(machineID), "mac_address": .string(macAddress), "hostname": .string(hostname), "os": .string(os),
            "address": .string(address), "system_info": systemInfo, "registered_name": JSONValue(registeredName),
        ]
    }

    fileprivate init(json: JSONValue) {
        self.init(
            machineID: json["machine_id"]?.string ?? "", macAddress: json["mac_address"]?.string ?? "",
            hostname: json["hostname"]?.string ?? "", os: json["os"]?.string ?? "", address: json["address"]?.string ?? "",
            systemInfo: json["system_info"] ?? .null, registeredName: json["registered_name"]?.string)
    }
}

extension Capabilities {
    package var json: JSONValue {
        [
            "repositories": JSONValue(repositories.sorted()), "languages": JSONValue(languages.sorted()),
            "environments": JSONValue(environments.sorted()), "agents": JSONValue(agents.sorted()), "tools": JSONValue(tools.sorted()),
            "tags": JSONValue(tags.sorted()), "slots": JSONValue(slots),
        ]
    }

    fileprivate init(json: JSONValue) {
        func set(_ name: String) -> Set<String> { Set(json[name]?.strings ?? []) }
        self.init(
            repositories: set("repositories"), languages: set("languages"), environments: set("environments"), agents: set("agents"),
            tools: set("tools"), tags: set("tags"), slots: json["slots"]?.int ?? Self.defaultSlots)
    }
}

extension CapabilityOverride {
    fileprivate var json: JSONValue {
        func list(_ set: Set<String>?) -> JSONValue { set.map { JSONValue($0.sorted()) } ?? .null }
        return [
            "repositories": list(repositories), "languages": list(languages), "environments": list(environments), "agents": list(agents),
            "tools": list(tools), "tags": list(tags), "slots": JSONValue(slots),
        ]
    }

    fileprivate init(json: JSONValue) {
        func set(_ name: String) -> Set<String>? { json[name]?.array.map { Set($0.compactMap(\.string)) } }
        self.init(
            repositories: set("repositories"), languages: set("languages"), environments: set("environments"), agents: set("agents"),
            tools: set("tools"), tags: set("tags"), slots: json["slots"]?.int)
    }
}
