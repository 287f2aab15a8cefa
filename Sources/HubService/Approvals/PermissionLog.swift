import HubCore

/// Keeps what the hooks on a server decided. Denials become one event a report, as somebody may want to know (agent protocol, section 3.10).
package struct LogPermissions: UseCase {
    package var server: Server
    package var entries: [PermissionEntry]

    package init(on server: Server, _ entries: [PermissionEntry]) {
        (self.server, self.entries) = (server, entries)
    }

    package var right: Right { .hub }
    package func subject(in transaction: HubTransaction) throws -> Server { server }

    /// - Returns: how many entries were kept.
    package func perform(on server: Server, in transaction: HubTransaction) throws -> Int {
        let entries = Array(entries.prefix(PermissionEntry.maximumReport))
        guard !entries.isEmpty else { return 0 }
        try transaction.permissions.insert(entries, in: server.project)
        let denied = entries.filter { $0.decision == .denied }
        if !denied.isEmpty {
            try transaction.append(
                .permissionDenied, on: .server(server.id), in: server.project, by: .agent(on: server),
                data: [
                    "name": .string(server.name), "count": JSONValue(denied.count),
                    "tools": JSONValue(Set(denied.map(\.tool)).sorted().prefix(10)),
                ])
        }
        return entries.count
    }
}

/// What hooks decided lately, newest first.
package struct ListPermissions: Query {
    package static let permission = Permission.see
    package var project: Project.ID
    package var decision: PermissionEntry.Decision?
    /// By name or id.
    package var server: String?
    package var limit: Int

    package init(in project: Project.ID, decision: PermissionEntry.Decision? = nil, server: String? = nil, limit: Int = 100) {
        (self.project, self.decision, self.server, self.limit) = (project, decision, server, limit)
    }

    package struct Line: Sendable {
        package let entry: PermissionEntry
        package let serverName: String?
    }

    package func subject(in transaction: HubTransaction) throws -> Project { try transaction.project(project) }
    package func answer(from project: Project, in transaction: HubTransaction) throws -> [Line] {
        let server = try server.map { try transaction.server(named: $0, in: project.id).id }
        let found = try transaction.permissions.latest(
            in: project.id, decision: decision, server: server, limit: min(max(limit, 1), 1000))
        var names: [Server.ID: String] = [:]
        return try found.map { entry in
            if names[entry.server] == nil { names[entry.server] = try transaction.servers.find(entry.server)?.name }
            return Line(entry: entry, serverName: names[entry.server])
        }
    }
}
