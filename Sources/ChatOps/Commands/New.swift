import HubCore
import HubService
import HubStore

/// `/new`: makes a task of one line, of a reply, or step by step.
struct NewCommand: ChatCommand {
    static let permission: Permission? = .createTask
    let title: String
    let spec: String
    let options: TaskOptions
    let isBare: Bool

    init(_ line: CommandLine) throws(UsageError) {
        (title, options) = try TaskOptions.split(line.line)
        spec = line.body
        isBare = line.line.isEmpty && line.body.isEmpty
    }

    func reply(in context: ChatContext) async throws -> ChatReply {
        let quoted = context.request.repliedTo?.text.trimmed ?? ""
        if isBare, quoted.isEmpty { return try await DraftForm.begin(in: context) }
        let spec = [spec, quoted].filter { !$0.isEmpty }.joined(separator: "\n\n")
        var title = title
        if title.isEmpty {
            let first = spec.split(separator: "\n").map(\.trimmed).first { !$0.isEmpty } ?? ""
            title = first.count <= AgentTask.Content.maximumTitle ? first : first.prefix(AgentTask.Content.maximumTitle - 1) + "…"
        }
        guard !title.isEmpty else { throw UsageError("a task needs a title in front of the options") }
        return try await Self.create(title: title, spec: spec == title ? "" : spec, options, in: context)
    }

    static func create(
        title: String, spec: String, _ options: TaskOptions, draft: String? = nil, in context: ChatContext
    ) async throws -> ChatReply {
        let project = try await context.project()
        try await context.require(.createTask, in: project)
        let content = try options.content(title: title, spec: spec).validated()
        try await checkServers(options, in: project, context)
        var dependencies: [Upstream] = []
        for name in options.after {
            let view = try await context.view(named: name)
            guard view.project.id == project.id else {
                throw UsageError("\(context.label.text(view)) is in another project: a task waits for tasks of its own project only")
            }
            dependencies.append(Upstream(.id(view.task.id)))
        }
        let useCase = CreateTask(project: project.id, content: content, dependencies: dependencies)
        // Two taps on the same form are one task. What it made is answered without asking the gate, which was asked above for this
        // project, and so for no other.
        let key = draft.map { HandledTable.Key(caller: "draft/\(project.id)", key: $0) } ?? context.request.key
        let outcome = try await context.hub.run(useCase, as: context.request.sender.caller, once: key)
        return context.reply(try await created(outcome.view, options, context))
    }

    private static func checkServers(_ options: TaskOptions, in project: Project, _ context: ChatContext) async throws {
        let wanted = [options.preferredServer, options.requirements.server].compactMap { $0 }
        guard !wanted.isEmpty else { return }
        let names = try await context.ask(ListServers(in: project.id)).map(\.server.name)
        for name in wanted where !names.contains(where: { $0.lowercased() == name.lowercased() }) {
            let there = names.isEmpty ? "none is registered yet" : "there is \(names.prefix(10).joined(separator: ", "))"
            throw UsageError("there is no server “\(name)” in \(project.name): \(there)")
        }
    }

    private static func created(_ view: TaskView, _ options: TaskOptions, _ context: ChatContext) async throws -> ChatMessage {
        let card = TaskCard(view, try await context.style(for: view.project))
        var text: ChatText = "Created "
        text.append(context.label.text(view), .bold)
        text.append(" " + AgentText.line(view.task.content.title))
        var understood = options.phrases
        if !view.upstreams.isEmpty {
            understood.append("after \(view.upstreams.map { context.label.text($0.number, in: view.project) }.joined(separator: ", "))")
        }
        if !understood.isEmpty { text.nextLine(ChatText("Understood: \(understood.map { AgentText.line($0) }.joined(separator: " · "))")) }
        if view.task.state.isPlaced, let server = view.serverName {
            text.nextLine(ChatText("→ Goes to \(AgentText.line(server))\(view.isServerOnline ? "" : " (⚠️ server offline)")."))
        } else if let waiting = card.waiting {
            text.nextLine(ChatText("\(waiting)."))
        }
        text.nextLine(ChatText(context.label.link(view)))
        return ChatMessage(text, buttons: card.buttons, topic: .task(view.task.id))
    }
}
