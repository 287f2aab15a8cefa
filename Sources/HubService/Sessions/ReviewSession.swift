import HubCore
import HubStore

/// Looks at a session whose time is up: one that never started, and one whose task is done.
package struct ReviewSession: UseCase {
    package var session: Session.ID

    package init(_ session: Session.ID) {
        self.session = session
    }

    package var right: Right { .hub }
    package func subject(in transaction: HubTransaction) throws -> Session { try transaction.session(.id(session)) }

    package func perform(on subject: Session, in transaction: HubTransaction) throws -> Done {
        var session = subject
        guard !session.isOver else { return Done() }
        if session.state == .starting, session.createdAt + Session.startLimit <= transaction.now {
            try transaction.end(&session, .failed, by: .hub, failure: Session.neverStarted)
        } else if let id = session.task, let task = try transaction.tasks.find(id), task.state == .done,
            task.since + Session.graceAfterDone <= transaction.now
        {
            try transaction.requestClose(of: session, by: .hub)
        }
        return Done()
    }
}

/// The hub starts: no server is connected, and the timers of the last run are gone.
package struct ResumeSessions: UseCase {
    package init() {}

    package var right: Right { .hub }

    package func perform(on _: Void, in transaction: HubTransaction) throws -> Done {
        for var session in try transaction.sessions.open() {
            try transaction.disconnect(&session)
            let (id, now) = (session.id, transaction.now)
            let due: Timestamp
            if session.state == .starting {
                // Its server needs time to come back.
                due = max(session.createdAt, now) + Session.startLimit
            } else if let task = try session.task.flatMap({ try transaction.tasks.find($0) }), task.state == .done {
                due = max(task.since + Session.graceAfterDone, now)
            } else {
                continue
            }
            transaction.afterCommit { $0.timers.add(.session(id), due: due) }
        }
        return Done()
    }
}

/// Gives up what waits too long, and forgets what nobody asks for any more.
package struct CleanSessions: UseCase {
    package init() {}

    package var right: Right { .hub }

    package func perform(on _: Void, in transaction: HubTransaction) throws -> Done {
        let now = transaction.now
        for push in try transaction.pushes.open(before: now - Push.life, limit: 10_000) {
            try transaction.settle(push, dropped: "it could not be delivered for seven days")
        }
        for var session in try transaction.sessions.open()
        where session.state == .disconnected && session.since + Session.disconnectedLimit <= now {
            try transaction.end(&session, .closed, by: .hub, failure: Session.unreported)
        }
        try transaction.pushes.removeSettled(before: now - Push.life)
        try transaction.sessionKeys.removeRevoked(before: now - Push.life)
        return Done()
    }
}
