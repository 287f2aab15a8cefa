import HubCore

/// What people say about a server: its capabilities, and whether it takes work.
package struct EditServer: UseCase {
    package var server: String
    package var project: Project.ID
    package var isDrained: Bool?
    package var override: CapabilityOverride?

    package init(_ server: String, in project: Project.ID, isDrained: Bool? = nil, override: CapabilityOverride? = nil) {
        (self.server, self.project, self.isDrained, self.override) = (server, project, isDrained, override)
    }

    package var right: Right { .permission(.editServer) }
    package func subject(in transaction: HubTransaction) throws -> Server { try transaction.server(named: server, in: project) }
    package func scope(of subject: Server) -> Scope { Scope(project: project) }

    package func perform(on subject: Server, in transaction: HubTransaction) throws -> Server {
        var server = subject
        if let isDrained { server.isDrained = isDrained }
        if let override { server.override = override }
        guard server != subject else { return server }
        try transaction.save(server)
        try transaction.append(
            .serverChanged, on: .server(server.id), in: server.project,
            data: ["name": .string(server.name), "drained": JSONValue(server.isDrained)])
        try transaction.fill(server.id, in: server.project)
        let changed = server
        transaction.afterCommit { $0.keys.replace(changed) }
        return server
    }
}
