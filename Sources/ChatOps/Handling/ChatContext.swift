import HubCore
import HubService
import HubStore

/// A request on its way through a command: who asks, where, and the hub as that person.
struct ChatContext: Sendable {
    let ops: ChatOps
    let request: ChatRequest
    /// The declaration of the command, for its usage.
    var command: CommandDeclaration?
    /// A button was pressed, and what is answered goes into its message.
    var isInPlace = false
    /// One of our buttons said it, and nobody typed it.
    var isPressed = false
    /// The project that the button was made for.
    var pinned: Project.ID?

    var hub: Hub { ops.hub }
    var now: Timestamp { hub.clock.now() }
    var label: TaskLabel { request.place.isBound ? .short : .qualified }

    /// As cards and notices in this chat name tasks of `project`.
    func label(in project: Project) -> TaskLabel { request.place.project?.id == project.id ? label : .qualified }

    /// - Throws: what the use case throws. Its effect happens once, however often the request comes.
    func run<Case: UseCase>(_ useCase: Case) async throws -> Case.Outcome {
        try await hub.run(useCase, as: request.sender.caller, once: request.key)
    }

    func ask<Question: Query>(_ query: Question) async throws -> Question.Answer {
        try await hub.ask(query, as: request.sender.caller)
    }

    // MARK: People and projects

    func person() throws -> Person {
        guard let person = request.sender.person else { throw HubError.unauthenticated(ChatOps.strangerLine) }
        return person
    }

    func memberships() async throws -> [(project: Project, role: Role)] {
        try await hub.projects(of: try person())
    }

    func role(in project: Project.ID) async throws -> Role? {
        guard request.sender.person != nil else { return nil }
        return try await memberships().first { $0.project.id == project }?.role
    }

    /// The project that the chat works in, or the person's only one.
    ///
    /// - Throws: ``Refusal`` with buttons to choose one.
    func project() async throws -> Project {
        if let pinned {
            guard let known = try await memberships().first(where: { $0.project.id == pinned }) else {
                throw HubError.notFound("there is no such project, or you are not part of it any more")
            }
            return known.project
        }
        if let project = request.place.project { return project }
        let all = try await memberships()
        // What a group sees is an owner's choice; alone with the bot there is nothing to choose.
        if request.place.isPrivate, let only = all.first, all.count == 1 { return only.project }
        guard !all.isEmpty else {
            throw HubError.forbidden("you are in no project yet: ask an owner for an invitation (/invite makes one)")
        }
        let choices = all.filter { request.place.isPrivate || $0.role.allows(.bindChat) }
        guard !choices.isEmpty else {
            throw HubError.conflict(
                "this group works in no project yet: an owner of one writes /bind NAME here; in a private chat you choose yourself, with /project"
            )
        }
        let buttons = choices.prefix(20).map { [ChatButton($0.project.name, .command("/project \($0.project.name)", inPlace: true))] }
        throw Refusal(message: ChatMessage("Which project? Choose one, then send it again.", buttons: buttons))
    }

    /// For steps that reach no use case yet: the same rule, and the same words, as the gate's.
    func require(_ permission: Permission, in project: Project) async throws {
        guard let role = try await role(in: project.id) else {
            throw HubError.notFound("there is no such thing, or it is in a project that you are not part of")
        }
        guard role.allows(permission) else {
            throw HubError.forbidden(
                "you are \(role.withArticle) of this project and may not \(permission.words): that takes \((permission.leastRole ?? .owner).withArticle)"
            )
        }
    }

    // MARK: Tasks

    func style(for project: Project) async throws -> CardStyle {
        CardStyle(label: label(in: project), now: now, reader: request.place.isPrivate ? try await role(in: project.id) : nil)
    }

    /// - Throws: ``HubError/notFound(_:)`` in the words that the person used.
    func reference(_ name: TaskName) async throws -> TaskReference {
        switch name {
        case .id(let id): return .id(id)
        case .number(let number): return .number(number, in: try await visible(try await project(), number))
        case .qualified(let name, let number):
            guard let project = try await hub.project(named: name) else { throw hidden(name, number) }
            return .number(number, in: try await visible(project, number))
        case .prefix(let prefix):
            let found = try await ask(FindTasks(beginning: prefix, in: try await project().id))
            guard let first = found.first else { throw HubError.notFound("there is no task whose id begins with \(prefix)") }
            guard found.count == 1 else { throw HubError.conflict("several tasks' ids begin with \(prefix): give more of it") }
            return .id(first)
        }
    }

    private func visible(_ project: Project, _ number: Int) async throws -> Project.ID {
        guard try await role(in: project.id) != nil else { throw hidden(project.name, number) }
        return project.id
    }

    private func hidden(_ project: String, _ number: Int) -> HubError {
        .notFound("there is no task \(project)#\(number), or it is in a project that you are not part of")
    }

    func view(_ reference: TaskReference) async throws -> TaskView {
        do {
            return try await ask(GetTask(reference)).view
        } catch HubError.notFound(let text) {
            guard case .id = reference else { throw HubError.notFound(text) }
            // A foreign task and one that never was look alike.
            throw HubError.notFound("there is no such task, or it is in a project that you are not part of")
        }
    }

    func view(named name: TaskName) async throws -> TaskView { try await view(try await reference(name)) }

    /// The task that is named, else the one that the message replies to, else — if `orShown` — the one shown last.
    func reference(_ name: TaskName?, orShown: Bool) async throws -> TaskReference {
        if let name { return try await reference(name) }
        if let task = request.repliedTo?.topic?.task { return .id(task) }
        if orShown, let task = request.lastShown?.task { return .id(task) }
        throw UsageError("say which task")
    }

    func card(_ view: TaskView) async throws -> ChatMessage {
        TaskCard(view, try await style(for: view.project)).message()
    }

    // MARK: Replies

    /// One message: new, or in the place of the pressed one.
    func reply(_ message: ChatMessage, conversation: Conversation = .none) -> ChatReply {
        isInPlace ? ChatReply(edit: message, conversation: conversation) : ChatReply([message], conversation: conversation)
    }

    func reply(_ text: ChatText) -> ChatReply { reply(ChatMessage(text)) }
}

/// The tasks of a project whose id begins with some characters, at most two.
struct FindTasks: Query {
    static let permission = Permission.see
    let prefix: String
    let project: Project.ID

    init(beginning prefix: String, in project: Project.ID) {
        (self.prefix, self.project) = (prefix, project)
    }

    func subject(in transaction: HubTransaction) throws -> Project { try transaction.project(project) }
    func answer(from project: Project, in transaction: HubTransaction) throws -> [AgentTask.ID] {
        try transaction.tasks.find(prefix: prefix, in: project.id)
    }
}

/// The last word of a person on a task's result.
struct LastDecision: Query {
    static let permission = Permission.see
    let task: AgentTask.ID

    func subject(in transaction: HubTransaction) throws -> AgentTask { try transaction.task(.id(task)) }
    func answer(from task: AgentTask, in transaction: HubTransaction) throws -> AgentTask.Decision? {
        try transaction.lastDecision(on: task)
    }
}
