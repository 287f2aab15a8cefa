import HubCore
import HubStore

/// What a new terminal is opened for, as far as its server is told (agent protocol, section 12, `launch`).
package struct SessionErrand: Hashable, Sendable {
    /// The open attempt of the task in it.
    package var attempt: Int?
    /// The word of the assignment, which a program may take in its arguments.
    package var assignment: Push?
    package var worktree: Worktree?

    /// A working tree of its own.
    package struct Worktree: Hashable, Sendable {
        /// As the server calls it.
        package var repository: String
        package var branch: String
        /// `nil`: the repository's own branch.
        package var base: String?
    }
}

extension Hub {
    /// - Parameter isAgent: whether an agent's program is started; a plain shell works in the checkout.
    package func errand(of session: Session, isAgent: Bool) async throws -> SessionErrand {
        try await database.read { connection in
            var errand = SessionErrand()
            guard let id = session.task, let task = try TaskTable(connection).find(id), task.session == session.id else { return errand }
            errand.attempt = task.attempt
            errand.assignment = try PushTable(connection).open(of: session.id).first { $0.kind == .taskAssigned && $0.task == id }
            guard isAgent, let repository = task.content.repository,
                let project = try ProjectTable(connection).find(session.project), project.settings.worktrees,
                let name = try ServerTable(connection).find(session.server)?.gitRepository(repository)
            else { return errand }
            // Names of sessions are given again, and so are numbers of tasks by another hub: the id tells them apart.
            errand.worktree = .init(
                repository: name, branch: "orchestratia/\(session.name)-\(task.id.text.prefix(8))", base: task.content.branch)
            return errand
        }
    }
}
