import HubCore
import HubService
import WireProtocol

/// What people's scripts say of a server (agent protocol, section 12, "Capabilities").
enum PeopleServers {
    static let change: RouteTable.Handler = { call in
        let body = try call.json()
        let (name, project) = try await call.server(called: call.parameters[0], body)
        let changes = try ServerChanges(json: body)
        let server = try await call.run(EditServer(name, in: project, isDrained: changes.isDrained, changes: changes.capabilities))
        return Reply(call.object(of: try await call.ask(GetServer(server.id)).line))
    }
}

extension Call {
    /// By its id whichever project it is in, by its name in the project that the request is about.
    fileprivate func server(called name: String, _ body: JSONValue) async throws -> (name: String, project: Project.ID) {
        guard let id = Server.ID(name) else { return (name, try await project(named: body)) }
        return (id.text, try await ask(GetServer(id)).project.id)
    }
}
