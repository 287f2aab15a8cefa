import HubCore
import HubStore

/// Who has a role in a project, administrators, who own all, first, then by name.
package struct ListMembers: Query {
    package static let permission = Permission.see
    package var project: Project.ID

    package init(of project: Project.ID) {
        self.project = project
    }

    package struct Member: Sendable {
        package let person: Person
        package let role: Role
        /// It stands for a token of ``MakeAPIToken``, and for no human being.
        package let isScript: Bool
    }

    package func subject(in transaction: HubTransaction) throws -> Project { try transaction.project(project) }
    package func answer(from project: Project, in transaction: HubTransaction) throws -> [Member] {
        let scripts = try transaction.credentials.tokenHolders(in: project.id)
        let members = try transaction.people.members(of: project.id).filter { !$0.person.isAdministrator }.map {
            Member(person: $0.person, role: $0.role, isScript: scripts.contains($0.person.id))
        }
        let administrators = try transaction.people.administrators().compactMap { try transaction.people.find($0) }.map {
            Member(person: $0, role: .owner, isScript: false)
        }
        return administrators + members
    }
}

extension Hub {
    /// The projects that a person may see with their role there, by name. An administrator owns all.
    package func projects(of person: Person) async throws -> [(project: Project, role: Role)] {
        try await database.read { connection in
            let projects = ProjectTable(connection)
            if person.isAdministrator { return try projects.all().map { ($0, .owner) } }
            return try PersonTable(connection).projects(of: person.id).compactMap { entry in
                try projects.find(entry.project).map { ($0, entry.role) }
            }
        }
    }

    /// The subjects under which the owners of a project, administrators among them, sign in with a kind of identity.
    package func owners(of project: Project.ID, identity kind: String) async throws -> [String] {
        try await database.read { connection in
            let people = PersonTable(connection)
            let owners = try people.members(of: project).filter { $0.role == .owner }.map(\.person.id)
            return try (owners + people.administrators()).uniqued().flatMap { try people.subjects(of: $0, identity: kind) }
        }
    }

    package func administrators() async throws -> [Person] {
        try await database.read { connection in
            let people = PersonTable(connection)
            return try people.administrators().compactMap { try people.find($0) }
        }
    }

    package func isAnybodyPaired() async throws -> Bool {
        try await database.read { try PersonTable($0).isAnybodyAdministrator() }
    }
}
