import HubCore

/// The one authorisation gate: every use case and query passes it, whatever the edge it came by (domain page, "People").
package enum Gate {
    /// - Throws: ``HubError/notFound(_:)`` where the caller may not even know that the thing exists, ``HubError/forbidden(_:)``
    ///   where its role does not reach, ``HubError/unauthenticated(_:)`` for strangers.
    package static func admit(_ caller: Caller, _ right: Right, on scope: Scope, in transaction: HubTransaction) throws {
        switch (caller, right) {
        case (.hub, _), (_, .carriedSecret): return
        case (_, .hub): throw HubError.forbidden("only the hub itself does this")
        case (.stranger, .permission): throw HubError.unauthenticated("this needs somebody whom the hub knows")
        case (.person(let person, _), .permission(let permission)):
            try admit(person, permission, on: scope, in: transaction)
        case (.agent(let server, let session, _), .permission(let permission)):
            guard scope.project == server.project else { throw HubError.notFound(missing(scope)) }
            let isOwnPast = try permission == .report && hadTask(server, session, scope, in: transaction)
            guard isOwnPast || mayAgent(on: server, in: session, permission, scope) else {
                throw HubError.forbidden(refusal(ofAgentOn: server, in: session, permission, scope))
            }
        }
    }

    private static func admit(_ person: Person, _ permission: Permission, on scope: Scope, in transaction: HubTransaction) throws {
        // Who was one when the request began may be none any more.
        if person.isAdministrator, try transaction.people.find(person.id)?.isAdministrator ?? false {
            guard permission != .report else { throw reportByPerson }
            return
        }
        guard let project = scope.project else { throw HubError.forbidden("only an administrator may \(permission.words)") }
        guard let role = try transaction.people.role(of: person.id, in: project) else { throw HubError.notFound(missing(scope)) }
        guard permission != .report else { throw reportByPerson }
        guard permission != .createProject, permission != .exceedFleetCap else {
            throw HubError.forbidden("only an administrator may \(permission.words)")
        }
        guard role.allows(permission) else {
            throw HubError.forbidden(
                "you are \(role.withArticle) of this project and may not \(permission.words): that takes \((permission.leastRole ?? .owner).withArticle)"
            )
        }
    }

    private static let reportByPerson = HubError.forbidden("only the agent that has the task reports on it")

    /// - Parameter session: set for a session's key, which may do what its server's key may, narrowed to that session's task.
    private static func mayAgent(on server: Server, in session: Session.ID?, _ permission: Permission, _ scope: Scope) -> Bool {
        let createdIt =
            scope.task?.createdBy.kind == .agent && scope.task?.createdBy.id == server.id.text
            && (session == nil || scope.task?.source == session)
        let hasIt = scope.task?.server == server.id && (session == nil || scope.task?.session == session)
        return switch permission {
        case .see, .createTask, .sendFile: true
        case .editTask, .assignTask, .cancelTask: createdIt
        case .report: hasIt
        case .addNote: hasIt || createdIt
        case .answer: mayAnswer(scope.intervention, on: server, in: session, hasIt: hasIt)
        case .decide, .retryTask, .releaseTask, .typeIntoSession, .saveTemplate, .fetchFile, .inviteMember, .changeSettings, .changeRoles,
            .inviteOwner, .makeRegistrationToken, .revokeServer, .editServer, .bindChat, .addBot, .exportAudit, .createProject,
            .exceedFleetCap:
            false
        }
    }

    /// Questions of other tasks; and those to a session of its own, whose task may be on the same server as the one that asks.
    private static func mayAnswer(_ asked: Intervention?, on server: Server, in session: Session.ID?, hasIt: Bool) -> Bool {
        guard let content = asked?.content, content.kind == .question else { return false }
        if let session { return content.target?.session == session }
        return !hasIt || content.target?.server == server.id
    }

    /// A report on an attempt that is over is admitted from the server that it was on, and of the keys of sessions from those of the
    /// task's own.
    private static func hadTask(_ server: Server, _ session: Session.ID?, _ scope: Scope, in transaction: HubTransaction) throws -> Bool {
        guard let past = scope.pastAttempt, past.server == server.id else { return false }
        guard let session else { return true }
        return try transaction.sessions.find(session)?.task == scope.task?.id
    }

    private static func refusal(ofAgentOn server: Server, in session: Session.ID?, _ permission: Permission, _ scope: Scope) -> String {
        let task = scope.task.map { "task #\($0.number)" } ?? "this"
        return switch permission {
        case .report, .addNote: session == nil ? "\(task) is not assigned to \(server.name)" : "\(task) is not the task of this session"
        case .editTask, .assignTask, .cancelTask: "\(task) was not created by \(server.name): an agent may change only what it created"
        case .answer: "only a person may answer this"
        default: "an agent may not \(permission.words)"
        }
    }

    private static func missing(_ scope: Scope) -> String {
        if let task = scope.task { return "there is no task \(task.id)" }
        return "there is no such thing, or it is in a project that you are not part of"
    }
}
