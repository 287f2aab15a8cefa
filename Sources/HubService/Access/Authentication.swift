import Cryptography
import HubCore
import HubStore

extension Hub {
    /// The server behind its own `X-API-Key`; `nil` if the key is wrong, revoked, or a session's. A sign of life of the server.
    package func authenticate(apiKey: String) async throws -> Server? {
        guard let agent = try await authenticate(agentKey: apiKey), agent.session == nil else { return nil }
        return agent.server
    }

    /// Whoever is behind an `X-API-Key`, of a server or of a session; `nil` if it is wrong or revoked. A sign of life of the server.
    package func authenticate(agentKey: String) async throws -> AgentIdentity? {
        let hash = credentialHash(of: agentKey)
        if let agent = keys.agent(behind: hash) {
            await heard(from: agent.server)
            return agent
        }
        let edition = keys.edition
        let found = try await database.read { try Self.agent(behind: hash, in: $0) }
        guard let agent = found else { return nil }
        keys.remember(agent, behind: hash, asOf: edition)
        if agent.server.state == .offline { keys.mark(agent.server.id, .offline) }
        await heard(from: agent.server)
        return agent
    }

    private static func agent(behind hash: String, in connection: any SQLConnection) throws -> AgentIdentity? {
        let (id, session): (Server.ID, Session.ID?)
        if let credential = try CredentialTable(connection).find(hash: hash) {
            guard credential.kind == .serverKey, isEqualInConstantTime(Array(credential.hash.utf8), Array(hash.utf8)),
                credential.revokedAt == nil, let server = credential.server
            else { return nil }
            (id, session) = (server, nil)
        } else if let key = try SessionKeyTable(connection).session(behind: hash) {
            (id, session) = (key.server, key.session)
        } else {
            return nil
        }
        guard let server = try ServerTable(connection).find(id), server.revokedAt == nil else { return nil }
        return AgentIdentity(server: server, session: session)
    }

    /// The person behind a Bearer token; `nil` if it is wrong, expired or revoked.
    package func authenticate(bearer: String) async throws -> Person? {
        let hash = credentialHash(of: bearer)
        let now = clock.now()
        return try await database.read { connection in
            guard let credential = try CredentialTable(connection).find(hash: hash), credential.kind == .apiToken,
                isEqualInConstantTime(Array(credential.hash.utf8), Array(hash.utf8)), credential.isValid(at: now),
                let id = credential.person
            else { return nil }
            return try PersonTable(connection).find(id)
        }
    }

    /// The person who signs in as `subject`, for example kind `telegram` with the user's id there.
    package func person(identity kind: String, _ subject: String) async throws -> Person? {
        try await database.read { try PersonTable($0).find(identity: kind, subject) }
    }
}
