import HubCore

/// Gives a member of a project another role.
package struct ChangeRole: UseCase {
    package var person: Person.ID
    package var project: Project.ID
    package var role: Role

    package init(of person: Person.ID, in project: Project.ID, to role: Role) {
        (self.person, self.project, self.role) = (person, project, role)
    }

    package var right: Right { .permission(.changeRoles) }
    package func subject(in transaction: HubTransaction) throws -> Project { try transaction.project(project) }

    package func perform(on project: Project, in transaction: HubTransaction) throws -> Done {
        guard let before = try transaction.people.role(of: person, in: project.id), let member = try transaction.people.find(person) else {
            throw HubError.notFound("there is no such member in \(project.name)")
        }
        guard before != role else { return Done() }
        try transaction.people.setRole(role, of: person, in: project.id, at: transaction.now)
        try transaction.append(
            .personRoleChanged, on: .person(person), in: project.id, before: before.rawValue, after: role.rawValue,
            data: ["name": .string(member.name)])
        return Done()
    }
}
