import Cryptography
import HubCore
import HubStore

/// Makes the code that turns whoever redeems it into the administrator. A new code ends the ones before.
package struct MakePairingCode: UseCase {
    package static let life: Duration = .seconds(24 * 3600)
    package var code: SecretToken

    package init(_ code: SecretToken) {
        self.code = code
    }

    package var right: Right { .hub }

    package func perform(on _: Void, in transaction: HubTransaction) throws -> Done {
        try transaction.credentials.revokeUnused(.pairing, at: transaction.now)
        try transaction.credentials.insert(
            Credential(
                hash: credentialHash(of: code.secret.revealed), kind: .pairing, createdBy: .hub, createdAt: transaction.now,
                expiresAt: transaction.now + Self.life))
        return Done()
    }
}

/// Makes a one-time code that gives a role in a project.
package struct MakeInvite: UseCase {
    package static let life: Duration = .seconds(7 * 24 * 3600)
    package var project: Project.ID
    package var role: Role
    package var code: SecretToken

    package init(to project: Project.ID, as role: Role, code: SecretToken) {
        (self.project, self.role, self.code) = (project, role, code)
    }

    package var right: Right { .permission(Self.permission(for: role)) }
    package func subject(in transaction: HubTransaction) throws -> Project { try transaction.project(project) }

    static func permission(for role: Role) -> Permission { role == .owner ? .inviteOwner : .inviteMember }

    package func perform(on project: Project, in transaction: HubTransaction) throws -> Done {
        try transaction.credentials.insert(
            Credential(
                hash: credentialHash(of: code.secret.revealed), kind: .invite, project: project.id, role: role,
                createdBy: transaction.caller.actor, createdAt: transaction.now, expiresAt: transaction.now + Self.life))
        try transaction.append(
            .tokenCreated, on: .project(project.id), in: project.id, data: ["token": "invite", "role": .string(role.rawValue)])
        return Done()
    }
}

/// Somebody shows a pairing code or an invitation.
package struct RedeemCode: UseCase {
    package var code: String
    /// How the person signs in: a kind of identity, such as `telegram`, and the subject there.
    package var identity: (kind: String, subject: String)
    package var name: String

    package init(_ code: String, identity: (kind: String, subject: String), name: String) {
        (self.code, self.identity, self.name) = (code, identity, name)
    }

    package struct Outcome: Codable, Sendable {
        package let person: Person
        /// The project that the person now has a role in; `nil` for the administrator.
        package let project: Project?
        package let role: Role
    }

    package var right: Right { .carriedSecret }

    package func perform(on _: Void, in transaction: HubTransaction) throws -> Outcome {
        let now = transaction.now
        let hash = credentialHash(of: code)
        guard let credential = try transaction.credentials.find(hash: hash), credential.kind == .pairing || credential.kind == .invite,
            credential.isValid(at: now), try transaction.credentials.markUsed(hash: hash, at: now)
        else {
            throw HubError.unauthenticated("this code is not valid: it is used up, expired or mistyped; ask for a new one")
        }
        if let project = credential.project, let role = credential.role,
            try !transaction.mayStill(credential.createdBy, MakeInvite.permission(for: role), in: project)
        {
            throw HubError.unauthenticated("this code is not valid any more: who made it may not invite as \(role.rawValue) now")
        }
        var person = try known(in: transaction)
        if credential.kind == .pairing {
            person.isAdministrator = true
            try transaction.people.save(person)
        }
        guard let id = credential.project, let role = credential.role else {
            for project in try transaction.projects.all() {
                try transaction.append(
                    .personJoined, on: .person(person.id), in: project.id, by: .person(person), after: Role.owner.rawValue,
                    data: ["name": .string(person.name), "administrator": true])
            }
            return Outcome(person: person, project: nil, role: .owner)
        }
        let before = try transaction.people.role(of: person.id, in: id)
        // An invitation never takes rights away.
        let after = max(before ?? role, role)
        if after != before {
            try transaction.people.setRole(after, of: person.id, in: id, at: now)
            try transaction.append(
                before == nil ? .personJoined : .personRoleChanged, on: .person(person.id), in: id, by: .person(person),
                before: before?.rawValue, after: after.rawValue, data: ["name": .string(person.name)])
        }
        return Outcome(person: person, project: try transaction.project(id), role: after)
    }

    private func known(in transaction: HubTransaction) throws -> Person {
        if let person = try transaction.people.find(identity: identity.kind, identity.subject) { return person }
        let shown = String(name.trimmed.filter { !$0.isNewline && $0 != "\0" }.prefix(64))
        let person = Person(id: .random(), name: shown.isEmpty ? "somebody" : shown, isAdministrator: false, createdAt: transaction.now)
        try transaction.people.insert(person)
        try transaction.people.addIdentity(identity.kind, identity.subject, to: person.id, at: transaction.now)
        return person
    }
}

/// Makes a token for a person's scripts. The token stands for a person of its own with one role in one project.
package struct MakeAPIToken: UseCase {
    package var project: Project.ID
    package var role: Role
    package var name: String
    package var token: Secret

    package init(for project: Project.ID, as role: Role, name: String, token: Secret) {
        (self.project, self.role, self.name, self.token) = (project, role, name, token)
    }

    package static func newToken() -> Secret { Secret("orcapi_" + SecretToken.random().secret.revealed) }

    package var right: Right { .permission(.changeRoles) }
    package func subject(in transaction: HubTransaction) throws -> Project { try transaction.project(project) }

    package func perform(on project: Project, in transaction: HubTransaction) throws -> Done {
        try checkText(name, named: "name of the token", limit: 64)
        let person = Person(id: .random(), name: name, isAdministrator: false, createdAt: transaction.now)
        try transaction.people.insert(person)
        try transaction.people.setRole(role, of: person.id, in: project.id, at: transaction.now)
        try transaction.credentials.insert(
            Credential(
                hash: credentialHash(of: token.revealed), kind: .apiToken, project: project.id, person: person.id, role: role, name: name,
                createdBy: transaction.caller.actor, createdAt: transaction.now))
        try transaction.append(
            .tokenCreated, on: .project(project.id), in: project.id,
            data: ["token": "api", "role": .string(role.rawValue), "name": .string(name)])
        return Done()
    }
}
