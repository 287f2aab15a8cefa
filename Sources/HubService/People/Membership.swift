import HubCore
import HubStore

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

    /// - Throws: ``HubError/notFound(_:)``, ``HubError/conflict(_:)`` for an administrator.
    package func perform(on project: Project, in transaction: HubTransaction) throws -> Done {
        let (member, before) = try transaction.member(person, of: project)
        guard before != role else { return Done() }
        try transaction.people.setRole(role, of: person, in: project.id, at: transaction.now)
        try transaction.append(
            .personRoleChanged, on: .person(person), in: project.id, before: before.rawValue, after: role.rawValue,
            data: ["name": .string(member.name)])
        return Done()
    }
}

/// Takes a person's role in a project away. A script's token is dead then, and so are the codes that they have made and nobody has used.
/// What else they have made in the project stays; their schedules, which act by their maker's right, fail.
package struct RemoveMember: UseCase {
    package var person: Person.ID
    package var project: Project.ID

    package init(_ person: Person.ID, from project: Project.ID) {
        (self.person, self.project) = (person, project)
    }

    package var right: Right { .permission(.changeRoles) }
    package func subject(in transaction: HubTransaction) throws -> Project { try transaction.project(project) }

    /// - Throws: ``HubError/notFound(_:)``, ``HubError/conflict(_:)`` for an administrator.
    package func perform(on project: Project, in transaction: HubTransaction) throws -> Done {
        let (member, role) = try transaction.member(person, of: project)
        guard try transaction.people.removeRole(of: person, in: project.id) else { return Done() }
        try transaction.credentials.revoke(codesBy: person, in: project.id, at: transaction.now)
        if try transaction.credentials.revoke(tokensOf: person, in: project.id, at: transaction.now) > 0 {
            try transaction.append(
                .tokenRevoked, on: .project(project.id), in: project.id,
                data: ["token": "api", "role": .string(role.rawValue), "name": .string(member.name)])
        } else {
            try transaction.append(
                .personRemoved, on: .person(person), in: project.id, before: role.rawValue, data: ["name": .string(member.name)])
        }
        return Done()
    }
}

/// Makes an administrator somebody like all others, who has only the roles that were given to them in projects.
package struct EndAdministration: UseCase {
    package var person: Person.ID

    package init(of person: Person.ID) {
        self.person = person
    }

    package var right: Right { .hub }

    /// - Throws: ``HubError/notFound(_:)``, ``HubError/conflict(_:)`` for the last administrator.
    package func perform(on _: Void, in transaction: HubTransaction) throws -> Done {
        guard var person = try transaction.people.find(person), person.isAdministrator else {
            throw HubError.notFound("there is no such administrator")
        }
        guard try transaction.people.administrators().count > 1 else {
            throw HubError.conflict("\(person.name) is the only administrator: make another first, with orchestratia-hub pairing-code")
        }
        person.isAdministrator = false
        try transaction.people.save(person)
        for project in try transaction.projects.all() {
            let role = try transaction.people.role(of: person.id, in: project.id)
            try transaction.append(
                role == nil ? .personRemoved : .personRoleChanged, on: .person(person.id), in: project.id, before: Role.owner.rawValue,
                after: role?.rawValue, data: ["name": .string(person.name), "administrator": true])
        }
        return Done()
    }
}

extension HubTransaction {
    /// A member whose role may be changed.
    fileprivate func member(_ id: Person.ID, of project: Project) throws -> (person: Person, role: Role) {
        guard let person = try people.find(id) else { throw HubError.notFound("there is no such member in \(project.name)") }
        guard !person.isAdministrator else {
            throw HubError.conflict("\(person.name) is the administrator of this hub and owns every project")
        }
        guard let role = try people.role(of: id, in: project.id) else {
            throw HubError.notFound("there is no such member in \(project.name)")
        }
        return (person, role)
    }
}
