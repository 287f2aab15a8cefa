import ChatOps
import HubCore
import HubService

extension ControlOperations {
    /// One line a token: the id of whom it stands for, role, name, with tabs between them.
    func listAPITokens(of project: Project) async throws -> String {
        let tokens = try await tokens(of: project)
        guard !tokens.isEmpty else {
            return "no tokens yet: orchestratia-hub api-token create --project \(project.name) --role member --name deploy"
        }
        return tokens.map { "\($0.person.id.text)\t\($0.role.rawValue)\t\(shown($0.person))" }.joined(separator: "\n")
    }

    func revokeAPIToken(_ name: String, of project: Project) async throws -> String {
        let found = try await tokens(of: project).named(name)
        let token = try one(of: found, called: name, kind: "token", list: "api-token list --project \(project.name)")
        try await hub.run(RemoveMember(token.person.id, from: project.id), as: .hub)
        return "revoked \(shown(token.person))"
    }

    /// One line each: id and name, with a tab between them.
    func listAdministrators() async throws -> String {
        let all = try await hub.administrators()
        guard !all.isEmpty else { return "nobody yet: orchestratia-hub pairing-code makes one" }
        return all.map { "\($0.id.text)\t\(shown($0))" }.joined(separator: "\n")
    }

    func removeAdministrator(_ name: String) async throws -> String {
        let person = try await one(of: hub.administrators().named(name), called: name, kind: "administrator", list: "administrator list")
        try await hub.run(EndAdministration(of: person.id), as: .hub)
        return "\(shown(person)) is no administrator any more"
    }

    /// People choose their names themselves, and this goes to a terminal.
    private func shown(_ person: Person) -> String { AgentText.line(person.name, limit: 64).replacing("\u{2060}", with: "") }

    private func tokens(of project: Project) async throws -> [ListMembers.Member] {
        try await hub.ask(ListMembers(of: project.id), as: .hub).filter(\.isScript)
    }

    private func one<Thing>(of found: [Thing], called name: String, kind: String, list: String) throws -> Thing {
        guard let first = found.first else { throw ConfigurationError("there is no \(kind) \(name): see orchestratia-hub \(list)") }
        guard found.count == 1 else {
            throw ConfigurationError("\(found.count) are called \(name): give the beginning of the id, see orchestratia-hub \(list)")
        }
        return first
    }
}
