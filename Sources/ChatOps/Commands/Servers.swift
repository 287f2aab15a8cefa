import HubCore
import HubService

/// `/servers`: what is online and what it does; owners drain and revoke, and say what it can do.
struct ServersCommand: ChatCommand {
    enum Action: String { case drain, undrain, revoke }

    static let permission: Permission? = .see
    let name: String?
    let action: Action?
    let edit: Edit?
    let isConfirmed: Bool

    /// What owners say of a server; `nil` for what it reports itself.
    enum Edit: Hashable {
        case slots(Int?)
        case tags([String]?)
    }

    init(_ line: CommandLine) throws(UsageError) {
        // A server's name may hold spaces; what follows it is one of few words.
        var words = line.words
        let isConfirmed = words.last?.lowercased() == "yes"
        if isConfirmed { words.removeLast() }
        edit = try Self.edit(&words)
        if edit != nil {
            (action, self.isConfirmed) = (nil, false)
        } else if words.count > 1, let action = Action(rawValue: words[words.count - 1].lowercased()) {
            words.removeLast()
            (self.action, self.isConfirmed) = (action, isConfirmed)
        } else {
            (action, self.isConfirmed) = (nil, false)
        }
        var name = words.joined(separator: " ").withPlainPunctuation
        if name.hasPrefix("@") { name.removeFirst() }
        self.name = name.isEmpty ? nil : name
    }

    /// Takes `slots N` or `tags A B` off the end of what was typed.
    private static func edit(_ words: inout [String]) throws(UsageError) -> Edit? {
        guard let index = words.indices.dropFirst().last(where: { ["slots", "tags"].contains(words[$0].lowercased()) }),
            index + 1 < words.count
        else { return nil }
        let values = words[(index + 1)...].flatMap { $0.withPlainPunctuation.lowercased().split(separator: ",").map(String.init) }
        let isSlots = words[index].lowercased() == "slots"
        words.removeSubrange(index...)
        if values == ["auto"] { return isSlots ? .slots(nil) : .tags(nil) }
        guard isSlots else { return .tags(values == ["none"] ? [] : values) }
        guard values.count == 1, let slots = Int(values[0]), (0...Capabilities.maximumSlots).contains(slots) else {
            throw UsageError("slots is a number from 0 to \(Capabilities.maximumSlots), or auto for what the server says itself")
        }
        return .slots(slots)
    }

    func reply(in context: ChatContext) async throws -> ChatReply {
        let project = try await context.project()
        let lines = try await context.ask(ListServers(in: project.id))
        let isOwner = try await context.role(in: project.id)?.allows(.editServer) ?? false
        guard let name else { return context.reply(list(lines, of: project, isOwner: isOwner, context)) }
        // Buttons say the id: a name may end in words that are orders.
        let named = lines.first { $0.server.id.text == name } ?? lines.first { $0.server.name.lowercased() == name.lowercased() }
        guard let line = named else {
            if let fault = Self.fault(behindServer: name, of: lines) { throw fault }
            let there = lines.isEmpty ? "none is registered yet" : "there is \(lines.prefix(10).map(\.server.name).joined(separator: ", "))"
            throw UsageError("there is no server “\(name)” in \(project.name): \(there)")
        }
        if let edit { return try await perform(edit, on: line, in: project, context) }
        guard let action else { return context.reply(detail(line, isOwner: isOwner, context)) }
        try await context.require(action == .revoke ? .revokeServer : .editServer, in: project)
        guard isConfirmed else { return context.reply(question(action, line)) }
        return try await perform(action, on: line.server, in: project, context)
    }

    /// A known name with something behind it that is no order.
    private static func fault(behindServer text: String, of lines: [ListServers.Line]) -> UsageError? {
        let names = lines.map(\.server.name).filter { text.lowercased().hasPrefix($0.lowercased() + " ") }
        guard let name = names.max(by: { $0.count < $1.count }) else { return nil }
        let order = text.dropFirst(name.count).trimmed
        return switch order.lowercased() {
        case "slots": UsageError("say how many slots, or auto for what the server says itself")
        case "tags": UsageError("say which tags, none, or auto for what the server says itself")
        default:
            UsageError(
                "“\(AgentText.line(order, limit: 40))” is nothing to do with a server: there is drain, undrain, revoke, slots and tags")
        }
    }

    private func perform(
        _ edit: Edit, on line: ListServers.Line, in project: Project, _ context: ChatContext
    ) async throws -> ChatReply {
        var override = line.server.override
        switch edit {
        case .slots(let slots): override.slots = slots
        case .tags(let tags):
            for tag in tags ?? [] where tag.count > 64 || tag.contains(where: \.isNewline) {
                throw UsageError("“\(AgentText.line(tag, limit: 40))” is too long for a tag")
            }
            override.tags = tags.map(Set.init)
        }
        let server = try await context.run(EditServer(line.server.id.text, in: project.id, override: override))
        let changed = try await context.ask(ListServers(in: project.id)).first { $0.server.id == server.id }
        return context.reply(detail(changed ?? line, isOwner: true, context))
    }

    private func perform(_ action: Action, on server: Server, in project: Project, _ context: ChatContext) async throws -> ChatReply {
        let name = AgentText.line(server.name, limit: 64)
        switch action {
        case .drain, .undrain:
            _ = try await context.run(EditServer(server.id.text, in: project.id, isDrained: action == .drain))
            return context.reply(ChatText(action == .drain ? "\(name) takes no new work." : "\(name) takes work again."))
        case .revoke:
            _ = try await context.run(RevokeServer(server.id.text, in: project.id))
            return context.reply(ChatText("\(name) is revoked: its key is dead, and its tasks wait for another server."))
        }
    }

    private func list(_ lines: [ListServers.Line], of project: Project, isOwner: Bool, _ context: ChatContext) -> ChatMessage {
        guard !lines.isEmpty else {
            return ChatMessage(
                ChatText("No server in \(project.name) yet. An owner makes a token with /token, and the server registers with it."))
        }
        let online = lines.filter { $0.server.state == .online }.count
        var text: ChatText = "Servers of "
        text.append(project.name, .bold)
        text.append(": \(online) of \(lines.count) online")
        for line in lines.prefix(40) { text.nextLine(Self.summary(line, context)) }
        if lines.count > 40 { text.nextLine(ChatText("… and \(lines.count - 40) more")) }
        let buttons = lines.prefix(20).map { line in
            [ChatButton(AgentText.line(line.server.name, limit: 40), .command("/servers \(line.server.id.text)", inPlace: false))]
        }
        return ChatMessage(text, buttons: buttons)
    }

    private static func summary(_ line: ListServers.Line, _ context: ChatContext) -> ChatText {
        let server = line.server
        var text: ChatText = server.state == .online ? "🟢 " : "🔴 "
        text.append(AgentText.line(server.name, limit: 64), .bold)
        let heard = max(context.hub.liveness.lastHeard(server.id) ?? server.lastHeard, server.lastHeard)
        let state =
            server.state == .online
            ? "\(line.usedSlots) of \(server.capabilities.slots) slots taken" : "offline, last heard \(heard.words(at: context.now))"
        text.append(" \(state)\(server.isDrained ? " · drained" : "")")
        return text
    }

    private func detail(_ line: ListServers.Line, isOwner: Bool, _ context: ChatContext) -> ChatMessage {
        let (server, can) = (line.server, line.server.capabilities)
        var text = Self.summary(line, context)
        func add(_ label: String, _ values: Set<String>) {
            guard !values.isEmpty else { return }
            text.nextLine(ChatText("\(label): \(AgentText.line(values.sorted().joined(separator: ", "), limit: 300))"))
        }
        add("Repositories", can.repositories)
        add("Languages", can.languages)
        add("Environments", can.environments)
        add("Agents", can.agents)
        add("Tools", can.tools)
        add("Tags", can.tags)
        let tasks = line.tasks.prefix(10).map { "#\($0.number) \(AgentText.line($0.content.title, limit: 60)) (\($0.state.words))" }
        for task in tasks { text.nextLine(ChatText("• \(task)")) }
        if line.tasks.count > 10 { text.nextLine(ChatText("… and \(line.tasks.count - 10) more")) }
        if line.tasks.isEmpty { text.nextLine("No task.") }
        let heard = max(context.hub.liveness.lastHeard(server.id) ?? server.lastHeard, server.lastHeard)
        text.nextLine(ChatText("Last heard \(heard.words(at: context.now))."))
        guard isOwner else { return ChatMessage(text) }
        let name = AgentText.line(server.name, limit: 64)
        text.nextLine(ChatText("Change with /servers \(name) slots \(can.slots), /servers \(name) tags gpu, fast"))
        func slots(_ label: String, _ count: Int) -> [ChatButton] {
            guard (0...Capabilities.maximumSlots).contains(count) else { return [] }
            return [
                ChatButton(
                    "\(label) \(count == 1 ? "1 slot" : "\(count) slots")",
                    .command("/servers \(server.id.text) slots \(count)", inPlace: true))
            ]
        }
        let drain: Action = server.isDrained ? .undrain : .drain
        return ChatMessage(
            text,
            buttons: [
                slots("➖", can.slots - 1) + slots("➕", can.slots + 1),
                [
                    ChatButton(
                        drain == .drain ? "Drain" : "Undrain", .command("/servers \(server.id.text) \(drain.rawValue)", inPlace: false)),
                    ChatButton("Revoke", .command("/servers \(server.id.text) revoke", inPlace: false), style: .danger),
                ],
            ])
    }

    private func question(_ action: Action, _ line: ListServers.Line) -> ChatMessage {
        let name = AgentText.line(line.server.name, limit: 64)
        let tasks = line.tasks.count == 1 ? "1 task" : "\(line.tasks.count) tasks"
        let sentence =
            switch action {
            case .drain where line.tasks.isEmpty: "Drain \(name)? It has no task, and gets none by itself."
            case .drain: "Drain \(name)? It keeps what it has (\(tasks)) and gets no new tasks by itself."
            case .undrain: "Let \(name) take work again?"
            case .revoke where line.tasks.isEmpty: "Revoke \(name)? Its key stops working at once. It has no task."
            case .revoke: "Revoke \(name)? Its key stops working at once, and what it has (\(tasks)) waits for another server."
            }
        let button = ChatButton(
            "Yes, \(action.rawValue) it", .command("/servers \(line.server.id.text) \(action.rawValue) yes", inPlace: true),
            style: action == .revoke ? .danger : .primary)
        return ChatMessage(ChatText(sentence), buttons: [[button]])
    }
}
