import Cryptography
import HTTPTypes
import HubCore
import HubService
import HubStore
import WireProtocol

/// A request on its way to its handler: routed, read in full, and from a known caller.
struct Call: Sendable {
    let server: Responder
    let method: HTTPRequest.Method
    /// Path and query as they came.
    let target: String
    let query: QueryItems
    /// The parts of the path that the route leaves open, in order.
    let parameters: [String]
    let headers: HTTPFields
    var body: [UInt8]
    /// The client's IP address.
    let address: String
    let caller: Identity

    enum Identity: Sendable {
        case nobody
        /// With the session if the key is a session's.
        case agent(Server, session: Session.ID?)
        case person(Person)
    }

    var hub: Hub { server.hub }

    /// The body; no body at all is an empty object.
    ///
    /// - Throws: ``Problem`` with 400
    func json() throws(Problem) -> JSONValue {
        guard !body.isEmpty else { return .object([]) }
        do {
            let json = try JSONValue(parsing: body)
            guard json.members != nil else { throw Problem(400, "the body must be a JSON object, not \(json.kindName)") }
            return json
        } catch let error as JSONSyntaxError {
            throw Problem(400, error.description)
        } catch let problem as Problem {
            throw problem
        } catch {
            throw Problem(error)
        }
    }

    /// Who asks, for the gate.
    var by: Caller {
        switch caller {
        case .nobody: .stranger(name: address, over: .rest)
        case .agent(let server, let session): .agent(server, session: session, over: .rest)
        case .person(let person): .person(person, over: .rest)
        }
    }

    /// Tells callers apart in tables and counts.
    var callerName: String {
        switch caller {
        case .nobody: "nobody"
        case .agent(_, let session?): "session/\(session)"
        case .agent(let server, nil): "server/\(server.id)"
        case .person(let person): "person/\(person.id)"
        }
    }

    /// The name of this request, if the client gave it one; the same name with other content is refused (agent protocol, section 12).
    ///
    /// - Throws: ``Problem`` with 400 if the header is malformed.
    func key() throws(Problem) -> HandledTable.Key? {
        guard method == .post, let name = headers[.idempotencyKey] else { return nil }
        guard (1...255).contains(name.utf8.count), name.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) else {
            throw Problem(400, "an Idempotency-Key has 1 to 255 ASCII characters")
        }
        let digest = SHA256.digest(of: Array("\(method.rawValue) \(target)\n".utf8) + body)
        return HandledTable.Key(caller: callerName, key: name, fingerprint: Hex.encode(digest))
    }

    /// Carries out a use case, once for the request's key.
    func run<Case: UseCase>(_ useCase: Case) async throws -> Case.Outcome {
        try await hub.run(useCase, as: by, once: try key())
    }

    func ask<Question: Query>(_ query: Question) async throws -> Question.Answer {
        try await hub.ask(query, as: by)
    }
}

extension HTTPField.Name {
    // These literals are valid names; the fallback is never used.
    static let apiKey = HTTPField.Name("X-API-Key") ?? .authorization
    static let idempotencyKey = HTTPField.Name("Idempotency-Key") ?? .ifMatch
}
