import HubCore
import HubService

extension ChatOps: ChatHandler {
    static let strangerLine =
        "I don't know you yet. Ask somebody who uses this hub for an invitation link: they make one with /invite, and opening it lets you in."

    package func reply(to given: ChatRequest) async throws -> ChatReply {
        var request = given
        request.text = given.text.replacing("\r\n", with: "\n")
        var context = ChatContext(ops: self, request: request)
        do {
            if let original = request.repliedTo, original.isOurs, original.topic == nil, request.sender.person != nil {
                request.repliedTo?.topic = try await context.subject(ofUnnoted: original)
                context = ChatContext(ops: self, request: request)
            }
            return try await answer(request, context)
        } catch {
            return try refusal(error, context, keeping: .none)
        }
    }

    private func answer(_ request: ChatRequest, _ context: ChatContext) async throws -> ChatReply {
        if let line = CommandLine(request.text) {
            if let bot = line.bot, bot.lowercased() != request.place.bot.lowercased() {
                return ChatReply(conversation: request.conversation)
            }
            return try await carryOut(line, in: context)
        }
        guard request.sender.person != nil else {
            return request.place.isPrivate ? ChatReply(ChatText(Self.strangerLine)) : .silence
        }
        if let attachment = request.attachment { return try await Replies(context: context).receive(attachment) }
        if let original = request.repliedTo, original.isOurs {
            return try await Replies(context: context).reply(on: original)
        }
        if request.place.isPrivate, request.conversation != .none {
            return try await Replies(context: context).continueConversation()
        }
        guard request.place.isPrivate else { return ChatReply(conversation: request.conversation) }
        return ChatReply("I only understand commands: /new makes a task of a sentence, /help lists the rest.")
    }

    /// Carries out one command line. Errors in its arguments are answered with its usage.
    func carryOut(_ typed: CommandLine, in given: ChatContext) async throws -> ChatReply {
        var (context, typed) = (given, typed)
        if given.isPressed { context.pinned = typed.takePin() }
        let line = typed.splitting { catalogue.command(named: $0) != nil || CommandRegistry.drafts[$0] != nil }
        if let draft = CommandRegistry.drafts[line.name] {
            guard given.request.sender.person != nil else {
                return given.request.place.isPrivate ? ChatReply(ChatText(Self.strangerLine)) : .silence
            }
            return try await draft.init(line).reply(in: context)
        }
        guard let declaration = catalogue.command(named: line.name) else {
            guard let saved = try await context.savedCommand(named: typed.name) else { return unknown(line, context) }
            context.command = saved
            return try await Self.carryOut(saved, typed) {
                try await TemplateCommand(saved, typed, isPressed: given.isPressed).reply(in: context)
            }
        }
        context.command = declaration
        guard context.request.sender.person != nil || declaration.audience == .anyone else {
            return ChatReply(ChatText(Self.strangerLine))
        }
        let scope: CommandDeclaration.Scope = context.request.place.isPrivate ? .private : .group
        guard declaration.scopes.contains(scope) else {
            return ChatReply(
                scope == .group
                    ? "/\(declaration.name) works in a private chat only: write to @\(context.request.place.bot)."
                    : "/\(declaration.name) works in groups only.")
        }
        switch declaration.action {
        case .template:
            return try await Self.carryOut(declaration, line) {
                try await TemplateCommand(declaration, line, isPressed: given.isPressed).reply(in: context)
            }
        case .builtin(let name):
            guard let handler = CommandRegistry.handlers[name] else { return unknown(line, context) }
            return try await Self.carryOut(declaration, line) { try await handler.init(line).reply(in: context) }
        }
    }

    private static func carryOut(
        _ declaration: CommandDeclaration, _ line: CommandLine, _ body: () async throws -> ChatReply
    ) async throws -> ChatReply {
        do { return try await body() } catch let error as UsageError { return usage(of: declaration, after: error, in: line) }
    }

    private static func usage(of command: CommandDeclaration, after error: UsageError, in line: CommandLine) -> ChatReply {
        var text = ChatText(Sentences.sentence(AgentText.line(error.fault, limit: 600)))
        text.nextLine("Usage: ")
        text.append(command.usage, .code)
        if let example = command.example(like: line), example != command.usage {
            text.nextLine("For example: ")
            text.append(example, .code)
        }
        return ChatReply(text)
    }

    private func unknown(_ line: CommandLine, _ context: ChatContext) -> ChatReply {
        guard context.request.sender.person != nil else {
            return context.request.place.isPrivate ? ChatReply(ChatText(Self.strangerLine)) : .silence
        }
        let name = AgentText.line(line.name, limit: 40)
        // Another bot of the group may know it; only a near miss of ours is worth a word there.
        let nearest = Spelling.nearest(to: line.name, in: catalogue.names)
        let isMeant = context.request.place.isPrivate || line.bot != nil
        if let nearest, isMeant || Spelling.distance(nearest, line.name) == 1 {
            return ChatReply("There is no command “\(name)”: did you mean /\(nearest)?")
        }
        guard isMeant else { return ChatReply(conversation: context.request.conversation) }
        return ChatReply("There is no command “\(name)”: /help lists those that you can use.")
    }

    /// An error as a reply.
    func refusal(_ error: any Error, _ context: ChatContext, keeping conversation: Conversation) throws -> ChatReply {
        switch error {
        case let refusal as Refusal: return ChatReply([refusal.message], conversation: conversation)
        case let usage as UsageError: return ChatReply([ChatMessage(ChatText(Sentences.sentence(usage.fault)))], conversation: conversation)
        default:
            return ChatReply([ChatMessage(ChatText(try Sentences.of(error, at: context.now)))], conversation: conversation)
        }
    }

    package func card(of view: TaskView, label: TaskLabel) -> ChatMessage {
        TaskCard(view, CardStyle(label: label, now: hub.clock.now())).message(urgency: .card)
    }

    package func tail(
        _ view: SessionView, in project: Project, _ state: TerminalView.Tail, ending: TailEnd?, label: TaskLabel
    ) -> ChatMessage {
        SessionCard(view, in: project, CardStyle(label: label, now: hub.clock.now())).tail(state, ending: ending)
    }

    package func menu(isPrivate: Bool, role: Role?, saved: [SavedTemplate]) -> [(name: String, summary: String)] {
        let catalogue = catalogue
        // Where a command file has taken a name meanwhile, that name means the file's command.
        let own = saved.filter { catalogue.command(named: $0.name) == nil && CommandRegistry.drafts[$0.name] == nil }
        return (catalogue.commands(isPrivate: isPrivate, role: role) + own.map { CommandDeclaration($0) }).map { ($0.name, $0.summary) }
    }
}

extension ChatReply {
    init(_ text: String) { self.init(ChatText(text)) }
}
