import HubCore
import HubService
import HubStore
import Testing

@testable import HubServer

extension TestHub {
    func server(_ name: String) async throws -> Server {
        let lines = try await hub.ask(ListServers(in: project), as: .hub)
        return try #require(lines.first { $0.server.name == name }).server
    }

    /// A session on a server that has terminals, running.
    func session(on name: String, named sessionName: String? = nil) async throws -> Session {
        let server = try await server(name)
        try await hub.run(ServerConnected(server.id, features: []), as: .hub)
        let opened = try await hub.run(OpenSession(on: name, in: project, name: sessionName), as: .hub).session
        try await hub.run(
            SessionStarted(opened.id, on: server.id, pid: 7, tmuxName: "", workingDirectory: "/work"), as: .hub)
        return try await hub.ask(GetSession(.id(opened.id)), as: .hub).session
    }

    /// What speaks with the key of a session there.
    func sessionKey(on name: String) async throws -> (TestClient, Session) {
        let session = try await session(on: name)
        let key = RegisterServer.newKey()
        try await hub.run(IssueSessionKey(for: session.id, key: key), as: .hub)
        return (TestClient(port: port, headers: [("X-API-Key", key.revealed)]), session)
    }
}
