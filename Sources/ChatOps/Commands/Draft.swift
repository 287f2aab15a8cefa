import HubCore
import HubService

/// The guided `/new`: title, details, then options by buttons, and a preview with Create.
///
/// Buttons carry the whole draft, so that they work after a restart and for whoever presses; the conversation carries it for what is typed.
struct DraftForm {
    var draft: NewTaskDraft
    let context: ChatContext

    /// Opens the form.
    static func begin(in context: ChatContext) async throws -> ChatReply {
        let project = try await context.project()
        try await context.require(.createTask, in: project)
        let draft = NewTaskDraft(step: .title, options: [newMark(in: context)])
        let how = context.request.place.isPrivate ? "Send it in one line" : "Reply to this message with it in one line"
        let text: ChatText = "A new task for \(project.name). What should be done? \(how), or “cancel”."
        return ChatReply(
            [ChatMessage(text, topic: .conversation, asksForReply: "Title of the task")], conversation: .newTask(draft))
    }

    /// The next message of the person.
    func next(_ text: String) async throws -> ChatReply {
        var form = self
        switch draft.step {
        case .title:
            let lines = text.trimmed.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
            let (title, options) = try TaskOptions.split(lines.first.map(String.init) ?? "")
            form.draft.title = try AgentTask.Content(title: title).validated().title
            form.draft.options += options.words
            guard lines.count == 1 else {
                form.draft.spec = lines[1].trimmed
                return try await form.preview()
            }
            form.draft.step = .spec
            let skip = [[ChatButton("Skip", .command(form.line("draftshow"), inPlace: true)), form.drop]]
            let how = context.request.place.isPrivate ? "Send them in one message" : "Reply to this message with them"
            return ChatReply(
                [
                    ChatMessage(
                        "Now the details: what is it about, and when is it good? \(how), or “skip”.", buttons: skip,
                        topic: .conversation, asksForReply: "Details, or “skip”")
                ], conversation: .newTask(form.draft))
        case .spec:
            form.draft.spec = ["skip", "-", "no", "none"].contains(text.trimmed.lowercased()) ? "" : text.trimmed
            _ = try AgentTask.Content(title: draft.title, spec: form.draft.spec).validated()
            return try await form.preview()
        case .options:
            if ["create", "ok", "yes", "go", "done"].contains(text.trimmed.lowercased()) { return try await form.create() }
            let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
            form.draft.options += try TaskOptions(words: words).words
            return try await form.preview()
        }
    }

    // MARK: Preview

    func preview() async throws -> ChatReply {
        var form = self
        form.draft.step = .options
        let project = try await context.project()
        let options = try form.options()
        let servers = try await context.ask(ListServers(in: project.id)).map(\.server)
        var text: ChatText = "📝 "
        text.append(AgentText.line(draft.title), .bold)
        if !draft.spec.isEmpty {
            text.append("\n")
            text.append(AgentText.prose(draft.spec, limit: 1500), .quote(folded: draft.spec.count > 400))
        }
        text.nextLine(
            ChatText(
                "Project \(project.name) · \((options.phrases.isEmpty ? ["no options"] : options.phrases).map { AgentText.line($0) }.joined(separator: " · "))"
            ))
        let type = context.request.place.isPrivate ? "type" : "reply to this message with"
        text.nextLine("Press to change, or \(type) options like !high repo:web. Then Create.")
        let message = ChatMessage(text, buttons: form.buttons(options, servers), topic: .conversation)
        return context.reply(message, conversation: .newTask(form.draft))
    }

    func create() async throws -> ChatReply {
        try await NewCommand.create(title: draft.title, spec: draft.spec, try options(), draft: id, in: context)
    }

    func options() throws(UsageError) -> TaskOptions {
        try TaskOptions(words: draft.options.filter { !$0.hasPrefix(Self.markPrefix) })
    }

    private func buttons(_ options: TaskOptions, _ servers: [Server]) -> [[ChatButton]] {
        var rows = [
            AgentTask.Priority.allCases.map { priority in
                choice(priority.rawValue, isOn: (options.priority ?? .normal) == priority, "!\(priority.rawValue)", of: Self.priorities)
            },
            [
                toggle("Plan first", options.requirePlan, yes: "!plan", no: "!noplan"),
                toggle("Review", options.requireReview, yes: "!review", no: "!noreview"),
            ],
        ]
        let repositories = Set(servers.flatMap(\.capabilities.repositories)).sorted().prefix(4)
        if !repositories.isEmpty {
            rows.append(
                repositories.map { name in
                    let isOn = options.repository?.lowercased() == name
                    return choice(AgentText.line(name, limit: 24), isOn: isOn, isOn ? nil : "repo:\(name)", prefix: "repo:")
                })
        }
        let online = servers.filter { $0.state == .online && !$0.isDrained }.prefix(4)
        if !online.isEmpty {
            rows.append(
                online.map { server in
                    let isOn = options.preferredServer?.lowercased() == server.name.lowercased()
                    return choice("@" + AgentText.line(server.name, limit: 24), isOn: isOn, isOn ? nil : "@\(server.name)", prefix: "@")
                })
        }
        rows.append([ChatButton("Create", .command(line("draftcreate"), inPlace: true), style: .success), drop])
        return rows
    }

    private static let priorities = AgentTask.Priority.allCases.map { "!\($0.rawValue)" }
    private var drop: ChatButton { ChatButton("Cancel", .command("/draftdrop", inPlace: true), style: .danger) }

    private func choice(_ label: String, isOn: Bool, _ word: String?, of words: [String] = [], prefix: String? = nil) -> ChatButton {
        var changed = self
        changed.draft.options.removeAll { words.contains($0.lowercased()) || prefix.map($0.hasPrefix) == true }
        if let word { changed.draft.options.append(word) }
        return ChatButton(isOn ? "● \(label)" : label, .command(changed.line("draftshow"), inPlace: true))
    }

    /// As the project says, then yes, then no.
    private func toggle(_ label: String, _ value: Bool?, yes: String, no: String) -> ChatButton {
        let word = value.map { $0 ? "yes" : "no" } ?? "as the project"
        let next: String? = value == nil ? yes : value == true ? no : nil
        return ChatButton("\(label): \(word)", choice(label, isOn: false, next, of: [yes, no]).action)
    }

    // MARK: Carrying the draft

    private static let markPrefix = "draft:"
    /// The key of this request names the form, so that Create takes effect once.
    private static func newMark(in context: ChatContext) -> String {
        markPrefix + credentialHash(of: "\(context.request.key.caller) \(context.request.key.key)").prefix(24)
    }
    private var id: String? { draft.options.first { $0.hasPrefix(Self.markPrefix) }.map { String($0.dropFirst(Self.markPrefix.count)) } }

    func line(_ command: String) -> String {
        "/\(command) \(draft.options.joined(separator: " "))\n\(draft.title)" + (draft.spec.isEmpty ? "" : "\n\(draft.spec)")
    }

    init(draft: NewTaskDraft, context: ChatContext) {
        (self.draft, self.context) = (draft, context)
    }

    init(_ line: CommandLine, context: ChatContext) {
        let lines = line.body.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
        draft = NewTaskDraft(
            step: .options, title: lines.first.map(\.trimmed) ?? "", spec: lines.count > 1 ? String(lines[1]) : "", options: line.words)
        self.context = context
        // A mark can be guessed, and so is believed from our own buttons only: what is typed is a form of its own.
        guard !context.isInPlace else { return }
        draft.options.removeAll { $0.hasPrefix(Self.markPrefix) }
        draft.options.append(Self.newMark(in: context))
    }
}

/// A button of the form that changes an option.
struct ShowDraft: ChatCommand {
    static let permission: Permission? = .createTask
    let line: CommandLine
    init(_ line: CommandLine) { self.line = line }
    func reply(in context: ChatContext) async throws -> ChatReply { try await DraftForm(line, context: context).preview() }
}

struct CreateDraft: ChatCommand {
    static let permission: Permission? = .createTask
    let line: CommandLine
    init(_ line: CommandLine) { self.line = line }
    func reply(in context: ChatContext) async throws -> ChatReply { try await DraftForm(line, context: context).create() }
}

struct DropDraft: ChatCommand {
    static let permission: Permission? = nil
    init(_ line: CommandLine) {}
    func reply(in context: ChatContext) async throws -> ChatReply { context.reply("Dropped. No task was created.") }
}
