import HubCore

/// A use case that somebody reserved for a higher role than it asks for by itself: a command file with `role: owner`. The gate decides on
/// both, in the same transaction.
package struct Reserved<Case: UseCase>: UseCase where Case.Subject == Project {
    package let useCase: Case
    package let least: Role
    /// What is reserved, for the refusal: `/deploy`.
    package let name: String

    package init(_ useCase: Case, for least: Role, named name: String) {
        (self.useCase, self.least, self.name) = (useCase, least, name)
    }

    package var right: Right { useCase.right }
    package func subject(in transaction: HubTransaction) throws -> Project { try useCase.subject(in: transaction) }

    package func perform(on project: Project, in transaction: HubTransaction) throws -> Case.Outcome {
        try Gate.admit(transaction.caller, atLeast: least, to: name, in: project, transaction)
        return try useCase.perform(on: project, in: transaction)
    }
}

extension Gate {
    /// - Throws: ``HubError/forbidden(_:)``
    static func admit(
        _ caller: Caller, atLeast least: Role, to name: String, in project: Project, _ transaction: HubTransaction
    ) throws {
        guard let person = caller.person else {
            if case .hub = caller { return }
            throw HubError.forbidden("only a person may use \(name)")
        }
        if person.isAdministrator { return }
        let role = try transaction.people.role(of: person.id, in: project.id)
        guard role.map({ $0 >= least }) ?? false else {
            throw HubError.forbidden(
                "\(name) is for \(least.rawValue)s of \(project.name)\(role.map { ", and you are a \($0.rawValue)" } ?? "")")
        }
    }
}
