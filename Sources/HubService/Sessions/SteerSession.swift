import HubCore

/// A person ends a terminal. It is over once its server says so.
package struct CloseSession: UseCase {
    package var session: SessionReference

    package init(_ session: SessionReference) {
        self.session = session
    }

    package var right: Right { .permission(.typeIntoSession) }
    package func subject(in transaction: HubTransaction) throws -> Session { try transaction.session(session) }

    package func perform(on session: Session, in transaction: HubTransaction) throws -> SessionView {
        try transaction.requestClose(of: session)
        return try transaction.view(of: try transaction.session(.id(session.id)))
    }
}

/// Lets a person act on a terminal, and notes that they did: never what they typed.
package struct AdmitTyping: UseCase {
    package var session: SessionReference
    package var kind: Session.Typing

    package init(_ session: SessionReference, _ kind: Session.Typing) {
        (self.session, self.kind) = (session, kind)
    }

    package var right: Right { .permission(.typeIntoSession) }
    package func subject(in transaction: HubTransaction) throws -> Session { try transaction.session(session) }

    package func perform(on session: Session, in transaction: HubTransaction) throws -> SessionView {
        guard session.state == .active else { throw HubError.conflict(Self.refusal(session)) }
        try transaction.append(
            .sessionTyped, on: .session(session.id), in: session.project,
            data: try transaction.facts(of: session).adding(["kind": .string(kind.rawValue)]))
        return try transaction.view(of: session)
    }

    private static func refusal(_ session: Session) -> String {
        switch session.state {
        case .starting: "session \(session.name) is still starting"
        case .disconnected: "the server of session \(session.name) is not connected: what you type would be lost"
        case .active, .closed, .failed: "session \(session.name) is over"
        }
    }
}

/// A person gives a terminal another size. The caller tells the server.
package struct ResizeSession: UseCase {
    package var session: SessionReference
    package var size: TerminalSize

    package init(_ session: SessionReference, to size: TerminalSize) {
        (self.session, self.size) = (session, size)
    }

    package var right: Right { .permission(.typeIntoSession) }
    package func subject(in transaction: HubTransaction) throws -> Session { try transaction.session(session) }

    package func perform(on subject: Session, in transaction: HubTransaction) throws -> SessionView {
        var session = subject
        guard !session.isOver else { throw HubError.conflict("session \(session.name) is over") }
        if session.size != size {
            session.size = size
            try transaction.sessions.save(session)
            try transaction.append(
                .sessionResized, on: .session(session.id), in: session.project,
                data: ["name": .string(session.name), "columns": JSONValue(size.columns), "rows": JSONValue(size.rows)])
        }
        return try transaction.view(of: session)
    }
}
