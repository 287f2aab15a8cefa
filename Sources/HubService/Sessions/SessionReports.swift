import HubCore
import HubStore

extension Session {
    /// Why a session ended of which its server said nothing more.
    package static let unreported = "its server came back without it"
    package static let neverStarted = "it did not start in time"

    /// The hub only supposes that it is over, so the terminal may still turn up.
    var isSupposedlyOver: Bool { isOver && (failure == Session.unreported || failure == Session.neverStarted) }
}

/// A terminal runs: just begun, or found again.
package struct SessionStarted: UseCase {
    package var session: Session.ID
    package var server: Server.ID
    package var pid: Int?
    package var tmuxName: String
    package var workingDirectory: String?
    /// What is not as it was asked for, in the server's words.
    package var note: String?

    package init(
        _ session: Session.ID, on server: Server.ID, pid: Int?, tmuxName: String, workingDirectory: String?, note: String? = nil
    ) {
        (self.session, self.server, self.pid) = (session, server, pid)
        (self.tmuxName, self.workingDirectory, self.note) = (tmuxName, workingDirectory, note)
    }

    package var right: Right { .hub }
    package func subject(in transaction: HubTransaction) throws -> Session { try transaction.session(session, on: server) }

    /// - Returns: the session; if it is over, the terminal is not wanted and is to be closed.
    package func perform(on subject: Session, in transaction: HubTransaction) throws -> SessionView {
        var session = subject
        if session.isOver {
            guard try transaction.mayReturn(session) else { return try transaction.view(of: session) }
        }
        session.pid = pid
        session.tmuxName = String(tmuxName.prefix(128))
        if let workingDirectory, workingDirectory.utf8.count <= Session.maximumPath { session.workingDirectory = workingDirectory }
        switch session.state {
        case .starting:
            try transaction.noteLaunch(of: session)
            session.run(at: transaction.now)
            try transaction.sessions.save(session)
            try transaction.append(
                .sessionStarted, on: .session(session.id), in: session.project, by: try transaction.reporter(of: session),
                before: Session.State.starting.rawValue, after: session.state.rawValue,
                data: try transaction.facts(of: session).adding(note.map { ["note": .string(String($0.prefix(1000)))] } ?? .object([])))
            try addNote(on: session, in: transaction)
            for push in try transaction.pushes.open(of: session.id) where push.kind == .sessionStart { try transaction.settle(push) }
            transaction.ring(session.server)
        case .active: try transaction.sessions.save(session)
        case .disconnected, .closed, .failed: try transaction.recover(&session)
        }
        return try transaction.view(of: session)
    }
}

extension SessionStarted {
    /// People find it with the task that the terminal is for.
    private func addNote(on session: Session, in transaction: HubTransaction) throws {
        guard let note, !note.isEmpty, let task = try session.task.flatMap({ try transaction.tasks.find($0) }) else { return }
        let remark = Note(
            id: .random(), task: task.id, author: try transaction.reporter(of: session), content: "\(session.name): \(note.prefix(1000))",
            isUrgent: false, createdAt: transaction.now)
        try transaction.notes.insert(remark)
        try transaction.append(
            .taskNoted, on: .task(task.id), in: task.project, by: remark.author,
            data: ["number": JSONValue(task.number), "note": JSONValue(remark.id), "urgent": false])
    }
}

/// A terminal could not be made.
package struct SessionFailed: UseCase {
    package var session: Session.ID
    package var server: Server.ID
    package var error: String

    package init(_ session: Session.ID, on server: Server.ID, error: String) {
        (self.session, self.server, self.error) = (session, server, error)
    }

    package var right: Right { .hub }
    package func subject(in transaction: HubTransaction) throws -> Session { try transaction.session(session, on: server) }

    package func perform(on subject: Session, in transaction: HubTransaction) throws -> SessionView {
        var session = subject
        if !session.isOver {
            try transaction.end(
                &session, session.state == .starting ? .failed : .closed, by: try transaction.reporter(of: session),
                failure: String(error.prefix(1000)))
        }
        return try transaction.view(of: session)
    }
}

/// A terminal has ended.
package struct SessionClosed: UseCase {
    package var session: Session.ID
    package var server: Server.ID
    package var exitCode: Int?

    package init(_ session: Session.ID, on server: Server.ID, exitCode: Int?) {
        (self.session, self.server, self.exitCode) = (session, server, exitCode)
    }

    package var right: Right { .hub }
    package func subject(in transaction: HubTransaction) throws -> Session { try transaction.session(session, on: server) }

    package func perform(on subject: Session, in transaction: HubTransaction) throws -> SessionView {
        var session = subject
        if !session.isOver { try transaction.end(&session, .closed, by: try transaction.reporter(of: session), exitCode: exitCode) }
        return try transaction.view(of: session)
    }
}

/// A daemon that was started anew found a tmux session and asks whose it is.
package struct SessionRecovered: UseCase {
    package var tmuxName: String
    package var server: Server.ID

    package init(_ tmuxName: String, on server: Server.ID) {
        (self.tmuxName, self.server) = (tmuxName, server)
    }

    package var right: Right { .hub }
    package func subject(in transaction: HubTransaction) throws -> Server { try transaction.knownServer(server) }

    /// - Returns: `nil` for a terminal that is not this hub's, or is over: it must not be claimed.
    package func perform(on server: Server, in transaction: HubTransaction) throws -> Session? {
        guard var session = try transaction.sessions.find(tmuxName: tmuxName, on: server.id) else { return nil }
        if session.isOver {
            guard try transaction.mayReturn(session) else { return nil }
        }
        session.tmuxName = tmuxName
        if session.state == .active {
            try transaction.sessions.save(session)
        } else {
            if session.state == .starting { try transaction.noteLaunch(of: session) }
            for push in try transaction.pushes.open(of: session.id) where push.kind == .sessionStart { try transaction.settle(push) }
            try transaction.recover(&session)
        }
        return session
    }
}

/// The command of a session's program was typed, or is none of the hub's to type.
package struct NoteLaunched: UseCase {
    package var session: Session.ID

    package init(_ session: Session.ID) {
        self.session = session
    }

    package var right: Right { .hub }
    package func subject(in transaction: HubTransaction) throws -> Session { try transaction.session(.id(session)) }

    package func perform(on session: Session, in transaction: HubTransaction) throws -> Done {
        try transaction.sessions.setLaunchDue(false, of: session.id)
        return Done()
    }
}

extension HubTransaction {
    /// The terminal of a client that starts no programs has begun: the hub types the command, now or on another connection.
    fileprivate func noteLaunch(of session: Session) throws {
        guard session.profile != Session.shell, let terminals = try servers.find(session.server)?.terminals, !terminals.startsPrograms
        else { return }
        try sessions.setLaunchDue(true, of: session.id)
    }

    /// Whether a session that was given up can take up its name again.
    fileprivate func mayReturn(_ session: Session) throws -> Bool {
        guard session.isSupposedlyOver, try sessions.find(name: session.name, in: session.project) == nil else { return false }
        // Its task may have gone on elsewhere.
        guard let id = session.task else { return true }
        return try tasks.find(id)?.session == session.id
    }

    fileprivate func session(_ id: Session.ID, on server: Server.ID) throws -> Session {
        guard let session = try sessions.find(id), session.server == server else { throw HubError.notFound("there is no session \(id)") }
        return session
    }
}
