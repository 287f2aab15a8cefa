import HubCore

/// What people say about a server: its capabilities, and whether it takes work.
package struct EditServer: UseCase {
    package var server: String
    package var project: Project.ID
    package var isDrained: Bool?
    /// In their order; all of them or none.
    package var changes: [CapabilityChange]

    package init(_ server: String, in project: Project.ID, isDrained: Bool? = nil, changes: [CapabilityChange] = []) {
        (self.server, self.project, self.isDrained, self.changes) = (server, project, isDrained, changes)
    }

    package var right: Right { .permission(.editServer) }
    package func subject(in transaction: HubTransaction) throws -> Server { try transaction.server(named: server, in: project) }
    package func scope(of subject: Server) -> Scope { Scope(project: project) }

    package func perform(on subject: Server, in transaction: HubTransaction) throws -> Server {
        var server = subject
        if let isDrained { server.isDrained = isDrained }
        do {
            for change in changes { try server.override.apply(change, over: server.reported) }
        } catch {
            throw HubError.invalid(error.description)
        }
        guard server != subject else { return server }
        try transaction.save(server)
        try transaction.append(
            .serverChanged, on: .server(server.id), in: server.project,
            data: [
                "name": .string(server.name), "drained": JSONValue(server.isDrained),
                "changed": JSONValue(Self.names(ofChangesFrom: subject.override, to: server.override)),
            ])
        try transaction.fill(server.id, in: server.project)
        let changed = server
        transaction.afterCommit { $0.keys.replace(changed) }
        return server
    }

    private static func names(ofChangesFrom old: CapabilityOverride, to new: CapabilityOverride) -> [String] {
        Capabilities.Kind.allCases.filter { old[$0] != new[$0] }.map(\.rawValue) + (old.slots == new.slots ? [] : ["slots"])
    }
}
