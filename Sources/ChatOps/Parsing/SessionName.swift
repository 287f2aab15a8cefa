import HubCore

/// How somebody names a session: by the task that it works on, by its own name, or by its id.
package enum SessionName: Hashable, Sendable {
    case task(TaskName)
    case named(String)
    case id(Session.ID)

    /// `nil` if the word can be none of them.
    package init?(_ word: some StringProtocol) {
        let text = word.withPlainPunctuation
        if text.lowercased().hasPrefix("session:") {
            guard let id = Session.ID(text.dropFirst("session:".count).lowercased()) else { return nil }
            self = .id(id)
        } else if let task = TaskName(text), Self.isPlainly(task) {
            self = .task(task)
        } else if Session.isName(text) {
            self = .named(text)
        } else {
            return nil
        }
    }

    /// `cafe` may begin a task's id, and is more likely a name.
    private static func isPlainly(_ task: TaskName) -> Bool { if case .prefix = task { false } else { true } }
}

extension CommandLine {
    /// The first word as a session.
    ///
    /// - Throws: ``UsageError`` if it can be none.
    func optionalSession() throws(UsageError) -> SessionName? {
        guard let word = words.first else { return nil }
        guard let name = SessionName(word) else {
            throw UsageError("“\(AgentText.line(word, limit: 40))” is no session: write a task like #42, or a session's name")
        }
        return name
    }
}

extension Session.ID {
    /// As our own buttons name it on a command line.
    var argument: String { "session:\(text)" }
}
