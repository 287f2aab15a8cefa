import Cryptography
import HubCore
import HubStore

/// `orcreg_<base64url(hub URL)>.<secret>`: what a new server shows once (agent protocol, section 1.1).
package struct RegistrationToken: Sendable, CustomStringConvertible {
    package static let prefix = "orcreg_"

    package let text: Secret

    package init(hubURL: String, secret: SecretToken) {
        text = Secret(Self.prefix + Base64.url.encode(Array(hubURL.utf8)) + "." + secret.secret.revealed)
    }

    package var description: String { text.description }

    /// The secret part of a token as it came, or `nil` if it is no token.
    static func secret(of text: String) -> String? {
        guard text.hasPrefix(prefix), let dot = text.firstIndex(of: ".") else { return nil }
        return String(text[text.index(after: dot)...])
    }
}

/// Makes a token that lets one server register in a project.
package struct MakeRegistrationToken: UseCase {
    package static let standardLife: Duration = .seconds(24 * 3600)

    package var project: Project.ID
    /// The secret part. Made by the caller, so that it passes through no stored outcome.
    package var secret: SecretToken
    package var life: Duration

    package init(for project: Project.ID, secret: SecretToken, life: Duration = standardLife) {
        (self.project, self.secret, self.life) = (project, secret, life)
    }

    package var right: Right { .permission(.makeRegistrationToken) }
    package func subject(in transaction: HubTransaction) throws -> Project { try transaction.project(project) }

    package func perform(on project: Project, in transaction: HubTransaction) throws -> Done {
        guard life > .zero else { throw HubError.invalid("a token must live longer than no time") }
        try transaction.credentials.insert(
            Credential(
                hash: credentialHash(of: secret.secret.revealed), kind: .registration, project: project.id,
                createdBy: transaction.caller.actor, createdAt: transaction.now, expiresAt: transaction.now + life))
        try transaction.append(.tokenCreated, on: .project(project.id), in: project.id, data: ["token": "registration"])
        return Done()
    }
}
