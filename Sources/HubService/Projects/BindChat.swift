import HubCore

/// A chat that is not one person's works in a project from now on: what happens there is shown to all who are in that chat. The gateway
/// keeps the binding; this is the right to it, and its record.
package struct BindChat: UseCase {
    package var chat: String
    package var project: Project.ID
    /// The one that it works in now.
    package var before: Project.ID?

    /// - Parameter chat: its name in the log, such as `<bot>/<chat>`.
    package init(_ chat: String, to project: Project.ID, from before: Project.ID?) {
        (self.chat, self.project, self.before) = (chat, project, before)
    }

    package var right: Right { .permission(.bindChat) }
    package func subject(in transaction: HubTransaction) throws -> Project { try transaction.project(project) }

    /// - Throws: ``HubError/forbidden(_:)`` and ``HubError/notFound(_:)`` also where the caller does not own the project that it works in
    ///   now.
    package func perform(on project: Project, in transaction: HubTransaction) throws -> Done {
        guard before != project.id else { return Done() }
        if let before { _ = try transaction.carryOut(UnbindChat(chat, from: before)) }
        try transaction.append(.chatBound, on: .chat(chat), in: project.id)
        return Done()
    }
}

/// A chat works in a project no more.
package struct UnbindChat: UseCase {
    package var chat: String
    package var project: Project.ID

    package init(_ chat: String, from project: Project.ID) {
        (self.chat, self.project) = (chat, project)
    }

    package var right: Right { .permission(.bindChat) }
    package func subject(in transaction: HubTransaction) throws -> Project { try transaction.project(project) }

    package func perform(on project: Project, in transaction: HubTransaction) throws -> Done {
        try transaction.append(.chatUnbound, on: .chat(chat), in: project.id)
        return Done()
    }
}
