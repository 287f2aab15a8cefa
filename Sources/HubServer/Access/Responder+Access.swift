import HTTPTypes
import HubCore
import HubService

extension Responder {
    /// Who calls, by the key that the route asks for.
    ///
    /// - Throws: ``Problem`` with 401, or 429 for an address that showed too many wrong keys.
    func authenticate(_ headers: HTTPFields, _ access: Access, from address: String) async throws(Problem) -> Call.Identity {
        switch access {
        case .open: return .nobody
        case .agent:
            guard let key = headers[.apiKey] else {
                throw Problem(401, headers[.authorization] == nil ? "this needs an X-API-Key" : Self.personAtAgents)
            }
            return try await agent(key, from: address)
        case .person:
            guard let header = headers[.authorization] else {
                throw Problem(
                    401, headers[.apiKey] == nil ? "this needs Authorization: Bearer and a token" : Self.agentAtPeople,
                    headers: [.wwwAuthenticate: "Bearer"])
            }
            return try await person(header, from: address)
        case .optionalPerson:
            guard let header = headers[.authorization] else { return .nobody }
            return try await person(header, from: address)
        }
    }

    private static let personAtAgents =
        "this address is for agents and needs an X-API-Key: people's scripts use the addresses under /api/v1/tasks, not /api/v1/server/tasks"
    private static let agentAtPeople =
        "this address is for people's scripts and needs Authorization: Bearer: agents use the addresses under /api/v1/server"

    private func agent(_ key: String, from address: String) async throws(Problem) -> Call.Identity {
        if let agent = try await looked({ try await hub.authenticate(agentKey: key) }) {
            return .agent(agent.server, session: agent.session)
        }
        throw wrongKey("this X-API-Key is not valid: the server was revoked, or registered again and has a new key", from: address)
    }

    private func person(_ header: String, from address: String) async throws(Problem) -> Call.Identity {
        let parts = header.split(separator: " ", omittingEmptySubsequences: true)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else {
            throw Problem(401, "the Authorization header must be: Bearer, and the token", headers: [.wwwAuthenticate: "Bearer"])
        }
        let token = String(parts[1])
        if let person = try await looked({ try await hub.authenticate(bearer: token) }) { return .person(person) }
        throw wrongKey("this token is not valid: it was revoked, expired or mistyped", from: address)
    }

    private func looked<Found: Sendable>(_ look: () async throws -> Found?) async throws(Problem) -> Found? {
        do { return try await look() } catch { throw Problem(error) }
    }

    private func wrongKey(_ detail: String, from address: String) -> Problem {
        let now = hub.clock.now()
        if let until = wrongKeys.count(address, at: now) { return .tooManyTries(until: until, at: now) }
        return Problem(401, detail)
    }
}
