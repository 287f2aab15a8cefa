import HubCore
import HubService
import WireProtocol

extension Call {
    /// The project that a request is about: the one it names by id or name, or the only one that the caller has.
    ///
    /// It is named by `project_id`, in the query or in the body.
    ///
    /// - Throws: ``Problem`` with 404 for a project that the caller may not see, 422 where several could be meant.
    func project() async throws -> Project.ID {
        try await project(called: query["project_id"] ?? Fields(try json()).string("project_id"))
    }

    /// The same where the body is no JSON, or was read already.
    func project(named document: JSONValue) async throws -> Project.ID {
        try await project(called: query["project_id"] ?? Fields(document).string("project_id"))
    }

    /// - Parameter name: a name or an id; `nil` for the only one that the caller has.
    func project(called name: String?) async throws -> Project.ID {
        switch caller {
        case .agent(let server, _):
            if let name, name.lowercased() != server.project.text {
                guard try await hub.project(named: name)?.id == server.project else { throw Self.missing(name) }
            }
            return server.project
        case .person(let person):
            let projects = try await hub.projects(of: person)
            if let name {
                let found = projects.first { $0.project.name == name.lowercased() || $0.project.id.text == name.lowercased() }
                guard let found else { throw Self.missing(name) }
                return found.project.id
            }
            guard let first = projects.first else { throw Problem(403, "this token has no project") }
            guard projects.count == 1 else {
                let names = projects.prefix(20).map(\.project.name).joined(separator: ", ")
                throw Problem(422, "say which project by project_id: \(names)")
            }
            return first.project.id
        case .nobody:
            throw Problem(401, "this needs a key")
        }
    }

    private static func missing(_ name: String) -> Problem { Problem(404, "there is no project \(name.prefix(64))") }
}
