import Cryptography
import HubCore
import HubStore

/// Gives a session a key that may touch only its task (agent protocol, section 12).
///
/// Those of before stay good: a server that was asked for the terminal twice begins with what the first request held, and nobody knows
/// which of them it read. All end with the session.
package struct IssueSessionKey: UseCase {
    /// Keys that a session may have at a time, the newest: a server that breaks its connection again and again while a terminal begins
    /// gets no more.
    package static let maximum = 128

    package var session: Session.ID
    /// Made by the caller, so that it passes through no stored outcome and no stored push.
    package var key: Secret

    package init(for session: Session.ID, key: Secret) {
        (self.session, self.key) = (session, key)
    }

    /// Like a server's, so that clients and the redaction of secrets know it.
    package static func newKey() -> Secret { RegisterServer.newKey() }

    package var right: Right { .hub }
    package func subject(in transaction: HubTransaction) throws -> Session { try transaction.session(.id(session)) }

    package func perform(on session: Session, in transaction: HubTransaction) throws -> Done {
        guard !session.isOver else { throw HubError.conflict("session \(session.name) is over") }
        try transaction.sessionKeys.revoke(of: session.id, at: transaction.now, keeping: Self.maximum - 1)
        try transaction.sessionKeys.insert(hash: credentialHash(of: key.revealed), session: session.id, at: transaction.now)
        transaction.afterCommit { $0.keys.forget(session: session.id) }
        return Done()
    }
}
