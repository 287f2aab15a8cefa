/// Somebody who uses the hub. The ways to sign in (a Telegram account …) lead to one person.
package struct Person: Hashable, Sendable, Codable {
    package typealias ID = Identifier<Person>

    package let id: ID
    package var name: String
    /// May create projects, and is owner of each.
    package var isAdministrator: Bool
    package let createdAt: Timestamp

    package init(id: ID, name: String, isAdministrator: Bool, createdAt: Timestamp) {
        (self.id, self.name, self.isAdministrator, self.createdAt) = (id, name, isAdministrator, createdAt)
    }
}

/// What a person may do in one project (domain page, "People"). Ordered: each role may all that the one before may.
package enum Role: String, CaseIterable, Hashable, Sendable, Codable, Comparable {
    case viewer, member, owner

    package static func < (a: Self, b: Self) -> Bool { a.rank < b.rank }
    private var rank: Int {
        switch self {
        case .viewer: 0
        case .member: 1
        case .owner: 2
        }
    }

    /// "an owner", "a member".
    package var withArticle: String { self == .owner ? "an owner" : "a \(rawValue)" }

    package func allows(_ permission: Permission) -> Bool {
        permission.leastRole.map { self >= $0 } ?? false
    }
}

/// A right that the authorisation gate grants or refuses.
package enum Permission: String, CaseIterable, Hashable, Sendable, Codable {
    /// See tasks, servers, sessions, screens, graph, events.
    case see
    case createTask, editTask, assignTask
    /// Approve or send back a plan or a result.
    case decide
    case answer
    case retryTask, cancelTask, releaseTask, addNote
    case typeIntoSession
    /// Keep a pipeline as a template under a name, or remove one.
    case saveTemplate
    /// Send a file to a server.
    case sendFile
    /// Bring any file of a server.
    case fetchFile
    /// Report on a task as the agent that has it. No person may.
    case report
    case inviteMember
    case changeSettings, changeRoles, inviteOwner, makeRegistrationToken, revokeServer, editServer, bindChat, addBot, exportAudit
    /// Beyond any project: the administrator's.
    case createProject, exceedFleetCap

    /// `nil`: no role in a project gives it.
    package var leastRole: Role? {
        switch self {
        case .see: .viewer
        case .createTask, .editTask, .assignTask, .decide, .answer, .retryTask, .cancelTask, .releaseTask, .addNote, .typeIntoSession,
            .saveTemplate, .sendFile, .fetchFile, .inviteMember:
            .member
        case .changeSettings, .changeRoles, .inviteOwner, .makeRegistrationToken, .revokeServer, .editServer, .bindChat, .addBot,
            .exportAudit:
            .owner
        case .report, .createProject, .exceedFleetCap: nil
        }
    }

    /// What it lets one do, for refusals: "you may not … here".
    package var words: String {
        switch self {
        case .see: "see this"
        case .createTask: "create tasks"
        case .editTask: "edit tasks"
        case .assignTask: "assign tasks"
        case .decide: "approve or send back plans and results"
        case .answer: "answer questions"
        case .retryTask: "retry tasks"
        case .cancelTask: "cancel tasks"
        case .releaseTask: "release tasks"
        case .addNote: "leave notes"
        case .typeIntoSession: "type into sessions"
        case .saveTemplate: "save or remove templates"
        case .sendFile: "send files to servers"
        case .fetchFile: "fetch files from servers"
        case .report: "report on tasks"
        case .inviteMember: "invite people"
        case .changeSettings: "change the project's settings"
        case .changeRoles: "change roles"
        case .inviteOwner: "invite owners"
        case .makeRegistrationToken: "make registration tokens"
        case .revokeServer: "revoke servers"
        case .editServer: "edit servers"
        case .bindChat: "bind chats"
        case .addBot: "add bots"
        case .exportAudit: "export the audit trail"
        case .createProject: "create projects"
        case .exceedFleetCap: "let work go on over the hub's cap"
        }
    }
}
