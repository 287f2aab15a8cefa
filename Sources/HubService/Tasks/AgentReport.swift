import HubCore

/// What every report of an agent begins with: the task, and the attempt that the agent believes is open.
package struct AgentReport: Hashable, Sendable {
    package var task: TaskReference
    /// `nil` from installed clients: whichever attempt of this server is open.
    package var attempt: Int?

    package init(_ task: TaskReference, attempt: Int? = nil) {
        (self.task, self.attempt) = (task, attempt)
    }

    /// The task, if the report is about its present attempt.
    ///
    /// - Throws: ``HubError/conflict(_:)`` for an attempt that is over, on this server or another.
    func subject(in transaction: HubTransaction) throws -> AgentTask {
        let task = try transaction.task(task)
        guard case .agent(let server, _, _) = transaction.caller, server.project == task.project else { return task }
        if task.server != server.id {
            guard let own = try transaction.attempts.all(of: task.id).last(where: { $0.server == server.id }) else { return task }
            throw Self.over(own.number, of: task)
        }
        if let attempt, attempt != task.attempt { throw Self.over(attempt, of: task) }
        return task
    }

    private static func over(_ attempt: Int, of task: AgentTask) -> HubError {
        .conflict(
            "attempt \(attempt) of task #\(task.number) is not the open one: the task is \(task.state.predicate), attempt \(task.attempt)")
    }
}

/// Any value that an agent hands in, plans and results, may be this large.
let maximumReportBytes = 1 << 20

func checkSize(of value: JSONValue, named name: String) throws {
    guard value.bytes.count <= maximumReportBytes else {
        throw HubError.invalid("the \(name) is larger than 1 MiB: hand in a summary, and the rest as a file")
    }
}

func checkText(_ text: String, named name: String, limit: Int, mayBeEmpty: Bool = false) throws {
    guard mayBeEmpty || !text.trimmed.isEmpty else { throw HubError.invalid("the \(name) is empty") }
    // A single character can have any number of bytes, so these have a limit, too.
    guard text.utf8.count <= 32 * limit, text.count <= limit else {
        throw HubError.invalid("the \(name) has \(text.count) characters, \(limit) are allowed")
    }
    guard !text.unicodeScalars.contains(where: { $0.value == 0 }) else { throw HubError.invalid("the \(name) contains a NUL character") }
}
