import HubCore
import HubService

/// `/assign`: puts a task on a server, of a person's choice or the hub's.
struct AssignCommand: ChatCommand {
    static let permission: Permission? = .assignTask
    let task: TaskName?
    let server: String?

    init(_ line: CommandLine) throws(UsageError) {
        task = try line.optionalTask()
        try line.atMost(2)
        server = line.words.dropFirst().first.map { word in
            let name = word.withPlainPunctuation
            return name.hasPrefix("@") ? String(name.dropFirst()) : name
        }
    }

    func reply(in context: ChatContext) async throws -> ChatReply {
        let view = try await context.view(try await context.reference(task, orShown: true))
        try await context.require(.assignTask, in: view.project)
        guard let server else { return context.reply(try await choice(view, context)) }
        if server.lowercased() == "anywhere" {
            var requirements = view.task.content.requirements
            requirements.server = nil
            var changes = EditTask.Changes()
            changes.requirements = requirements
            let outcome = try await context.run(EditTask(.id(view.task.id), changes))
            return context.reply(ChatMessage(ChatText(Self.sentence(outcome, label: context.label)), topic: .task(view.task.id)))
        }
        let outcome = try await Self.place(view.task.id, on: server.lowercased() == "auto" ? nil : server, in: context)
        return context.reply(ChatMessage(ChatText(Self.sentence(outcome, label: context.label)), topic: .task(view.task.id)))
    }

    /// - Parameter server: id or name; `nil` lets the hub choose. A failed or cancelled task is retried there.
    static func place(_ id: AgentTask.ID, on server: String?, in context: ChatContext) async throws -> TaskOutcome {
        let view = try await context.view(.id(id))
        switch (view.task.state, server) {
        case (.failed, let server?), (.cancelled, let server?): return try await context.run(RetryOnServer(id, server))
        case (.failed, nil), (.cancelled, nil): return try await context.run(RetryAutomatically(id))
        case (_, let server?): return try await context.run(AssignTask(.id(id), to: .server(server)))
        case (_, nil): return try await context.run(AssignTask(.id(id), to: .automatic))
        }
    }

    static func sentence(_ outcome: TaskOutcome, label: TaskLabel) -> String {
        let name = label.text(outcome.view)
        let warnings = outcome.warnings.map { " ⚠️ \(AgentText.line($0, limit: 200))." }.joined()
        guard outcome.task.state.isPlaced, let server = outcome.view.serverName else {
            guard case .noServer(let fix)? = outcome.view.waiting else { return "\(name) waits.\(warnings)" }
            return "\(name) waits for a server: \(fix).\(warnings)"
        }
        return "\(name) goes to \(AgentText.line(server)).\(warnings)"
    }

    private func choice(_ view: TaskView, _ context: ChatContext) async throws -> ChatMessage {
        let (task, style) = (view.task, try await context.style(for: view.project))
        var text = style.heading(view)
        guard task.state == .pending || task.state == .failed || task.state == .cancelled else {
            guard task.state.isPlaced else {
                throw UsageError("\(context.label.text(view)) is \(task.state.predicate): there is nothing to assign")
            }
            let server = AgentText.line(view.serverName ?? "a server")
            text.nextLine(ChatText("\(server) has it (\(task.state.words)). Release it first to give it to another."))
            return ChatMessage(text, buttons: [[ChatButton("Release", .release(task.id, isConfirmed: false))]], topic: .task(task.id))
        }
        if view.isBlocked, let waiting = TaskCard(view, style).waiting {
            text.nextLine(ChatText("\(waiting). It can be assigned when nothing holds it back."))
            return ChatMessage(text, topic: .task(task.id))
        }
        let explanation = try await context.ask(Explain(.id(task.id))).explanation
        var buttons: [[ChatButton]] = []
        for line in explanation.lines.prefix(20) {
            text.nextLine(ChatText(WhyCommand.sentence(line, of: view)))
            if let label = Self.button(line) { buttons.append([ChatButton(label, .assign(task.id, server: line.server.id))]) }
        }
        if explanation.lines.isEmpty {
            text.nextLine("No server is registered in this project yet: an owner makes a token with /token.")
        } else {
            buttons.append([ChatButton("Let the hub choose", .assign(task.id, server: nil), style: .primary)])
        }
        if task.state != .pending { text.nextLine("Choosing one retries the task there.") }
        return ChatMessage(text, buttons: buttons, topic: .task(task.id))
    }

    private static func button(_ line: Placement.Explanation.Line) -> String? {
        let name = AgentText.line(line.server.name, limit: 32)
        return switch line.verdict {
        case .ready(let score): "\(name) · \(score.total)"
        case .unavailable(let why, let score): "\(name) · \(score.total) · \(why.short)"
        case .infeasible: nil
        }
    }
}

extension Placement.Unavailability {
    var short: String {
        switch self {
        case .offline: "offline"
        case .drained: "drained"
        case .full: "full"
        }
    }
}

/// Retries a task on a server of the hub's choice, and lets the hub choose from now on where the task or its project said otherwise.
struct RetryAutomatically: UseCase {
    let task: AgentTask.ID

    init(_ task: AgentTask.ID) {
        self.task = task
    }

    var right: Right { .permission(.retryTask) }
    func subject(in transaction: HubTransaction) throws -> AgentTask { try transaction.task(.id(task)) }

    func perform(on subject: AgentTask, in transaction: HubTransaction) throws -> TaskOutcome {
        var task = subject
        if !task.isAutoAssigned(in: try transaction.project(task.project)) {
            let version = task.version
            task.content.autoAssign = true
            task.touch(at: transaction.now)
            try transaction.tasks.saveContent(task, replacing: version)
            try transaction.append(
                .taskEdited, on: .task(task.id), in: task.project,
                data: ["number": JSONValue(task.number), "changed": [.string("auto_assign")]])
        }
        return try RetryTask(.id(task.id)).perform(on: task, in: transaction)
    }
}

/// Retries a task on a server of a person's choice, in one step: the hub does not place it elsewhere in between.
struct RetryOnServer: UseCase {
    let task: AgentTask.ID
    let server: String

    init(_ task: AgentTask.ID, _ server: String) {
        (self.task, self.server) = (task, server)
    }

    var right: Right { .permission(.retryTask) }
    func subject(in transaction: HubTransaction) throws -> AgentTask { try transaction.task(.id(task)) }

    func perform(on subject: AgentTask, in transaction: HubTransaction) throws -> TaskOutcome {
        var task = subject
        let autoAssign = task.content.autoAssign
        try set(autoAssign: false, on: &task, transaction)
        task = try RetryTask(.id(task.id)).perform(on: task, in: transaction).task
        let outcome = try AssignTask(.id(task.id), to: .server(server)).perform(on: task, in: transaction)
        task = outcome.task
        try set(autoAssign: autoAssign, on: &task, transaction)
        return TaskOutcome(try transaction.view(of: task), warnings: outcome.warnings)
    }

    private func set(autoAssign: Bool?, on task: inout AgentTask, _ transaction: HubTransaction) throws {
        let version = task.version
        task.content.autoAssign = autoAssign
        task.touch(at: transaction.now)
        try transaction.tasks.saveContent(task, replacing: version)
    }
}
