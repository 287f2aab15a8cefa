import Cryptography
import HubCore
import HubStore

extension Hub {
    /// The server behind an `X-API-Key`; `nil` if the key is wrong or revoked. A sign of life of the server.
    package func authenticate(apiKey: String) async throws -> Server? {
        let hash = credentialHash(of: apiKey)
        if let server = keys.server(behind: hash) {
            await heard(from: server)
            return server
        }
        let edition = keys.edition
        let found = try await database.read { connection -> Server? in
            guard let credential = try CredentialTable(connection).find(hash: hash), credential.kind == .serverKey,
                isEqualInConstantTime(Array(credential.hash.utf8), Array(hash.utf8)), credential.revokedAt == nil,
                let id = credential.server, let server = try ServerTable(connection).find(id), server.revokedAt == nil
            else { return nil }
            return server
        }
        guard let server = found else { return nil }
        keys.remember(server, behind: hash, asOf: edition)
        if server.state == .offline { keys.mark(server.id, .offline) }
        await heard(from: server)
        return server
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
