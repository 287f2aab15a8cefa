import HubCore
import HubStore

extension Hub {
    /// What can be sent to a server now, in order, at most `limit`. What is for a terminal that does not run yet is held back.
    package func pendingPushes(for server: Server.ID, limit: Int = 100) async throws -> [Push] {
        try await database.read { try PushTable($0).sendable(to: server, limit: limit) }
    }
}

/// Pushes are on their way.
package struct MarkPushesSent: UseCase {
    package var pushes: [Push.ID]
    package var server: Server.ID

    package init(_ pushes: [Push.ID], to server: Server.ID) {
        (self.pushes, self.server) = (pushes, server)
    }

    package var right: Right { .hub }

    package func perform(on _: Void, in transaction: HubTransaction) throws -> Done {
        if !pushes.isEmpty { try transaction.pushes.markSent(pushes, to: server, at: transaction.now) }
        return Done()
    }
}

/// A client says that a push has taken effect.
package struct ConfirmPush: UseCase {
    package var push: Push.ID
    package var server: Server.ID

    package init(_ push: Push.ID, from server: Server.ID) {
        (self.push, self.server) = (push, server)
    }

    package var right: Right { .hub }

    /// - Returns: `false` for a push that this server has not, or that is settled.
    package func perform(on _: Void, in transaction: HubTransaction) throws -> Bool {
        guard let push = try transaction.pushes.find(push), push.server == server else { return false }
        guard push.state == .sent || push.state == .queued else { return false }
        try transaction.settle(push)
        return true
    }
}

/// A push cannot be delivered, and never will.
package struct DropPush: UseCase {
    package var push: Push.ID
    /// For people.
    package var reason: String

    package init(_ push: Push.ID, reason: String) {
        (self.push, self.reason) = (push, reason)
    }

    package var right: Right { .hub }

    package func perform(on _: Void, in transaction: HubTransaction) throws -> Done {
        guard let push = try transaction.pushes.find(push) else { throw HubError.notFound("there is no push \(push)") }
        try transaction.settle(push, dropped: String(reason.prefix(1000)))
        return Done()
    }
}
