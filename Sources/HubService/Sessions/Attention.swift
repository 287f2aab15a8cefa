import Cryptography
import HubCore

/// A terminal shows that it waits for somebody.
package struct NoteWaiting: UseCase {
    package var session: Session.ID
    package var kind: Session.Prompt
    /// What it shows; data of an agent.
    package var text: String

    package init(_ session: Session.ID, _ kind: Session.Prompt, text: String) {
        (self.session, self.kind, self.text) = (session, kind, text)
    }

    package var right: Right { .hub }
    package func subject(in transaction: HubTransaction) throws -> Session { try transaction.session(.id(session)) }

    /// - Returns: whether people are told: once for a prompt.
    package func perform(on session: Session, in transaction: HubTransaction) throws -> Bool {
        guard !session.isOver else { return false }
        let text = String(text.prefix(Self.maximumText))
        let fingerprint = Hex.encode(SHA256.digest(of: Array("\(kind.rawValue)\n\(text)".utf8)))
        if let known = try transaction.sessions.prompt(of: session.id), known.hasPrefix(fingerprint) { return false }
        // The same words later are another prompt.
        let prompt = "\(fingerprint)-\(transaction.now.milliseconds)"
        try transaction.sessions.setPrompt(prompt, of: session.id)
        try transaction.append(
            .sessionWaiting, on: .session(session.id), in: session.project, by: try transaction.reporter(of: session),
            data: try transaction.facts(of: session).adding([
                "kind": .string(kind.rawValue), "text": .string(text), "prompt": .string(prompt),
            ]))
        return true
    }

    private static let maximumText = 4096
}

/// A terminal goes on: the same prompt later is another one.
package struct EndWaiting: UseCase {
    package var session: Session.ID

    package init(_ session: Session.ID) {
        self.session = session
    }

    package var right: Right { .hub }
    package func subject(in transaction: HubTransaction) throws -> Session { try transaction.session(.id(session)) }

    /// - Returns: whether people are told: where they were told of a prompt.
    package func perform(on session: Session, in transaction: HubTransaction) throws -> Bool {
        guard !session.isOver, try transaction.sessions.prompt(of: session.id) != nil else { return false }
        try transaction.sessions.setPrompt(nil, of: session.id)
        try transaction.append(
            .sessionResumed, on: .session(session.id), in: session.project, by: try transaction.reporter(of: session),
            data: try transaction.facts(of: session))
        return true
    }
}

/// A task that should go on does not.
package struct MarkStalled: UseCase {
    /// What is silent.
    package enum Level: String, CaseIterable, Hashable, Sendable, Codable {
        case server, process, progress
    }

    package var task: TaskReference
    /// When it was last seen to do something.
    package var since: Timestamp
    package var level: Level

    package init(_ task: TaskReference, since: Timestamp, level: Level = .progress) {
        (self.task, self.since, self.level) = (task, since, level)
    }

    package var right: Right { .hub }
    package func subject(in transaction: HubTransaction) throws -> AgentTask { try transaction.task(task) }

    /// - Returns: whether people are told: once for a silence, and not while the task waits for a person.
    package func perform(on task: AgentTask, in transaction: HubTransaction) throws -> Bool {
        guard task.state.isReleasedWhenServerIsLost, try transaction.project(task.project).settings.stallLimit != nil else { return false }
        // An answer, an approval or a new attempt begins another silence.
        let since = max(since, task.since)
        if let told = try transaction.stalls.since(task.id), since <= told { return false }
        try transaction.stalls.put(task.id, since: since)
        try transaction.append(
            .taskStalled, on: .task(task.id), in: task.project, by: .hub,
            data: [
                "number": JSONValue(task.number), "attempt": JSONValue(task.attempt), "session": JSONValue(task.session?.text),
                "level": .string(level.rawValue), "since": JSONValue(since.milliseconds),
                "silent_seconds": JSONValue(transaction.now.since(since).milliseconds / 1000),
            ])
        return true
    }
}
