import HubCore
import HubService

/// `/rules`: what agents may do without asking, and what they may never do.
struct RulesCommand: ChatCommand {
    enum Action: Hashable {
        case list
        case add(ApprovalRule.Content, server: String?)
        case remove(String, isConfirmed: Bool)
        case turn(String, on: Bool)
    }

    static let permission: Permission? = .see
    private static let shown = 30
    let action: Action

    init(_ line: CommandLine) throws(UsageError) {
        let words = line.words
        guard let first = words.first?.lowercased() else {
            action = .list
            return
        }
        switch first {
        case "allow", "deny": action = try Self.rule(first == "allow" ? .allow : .deny, words.dropFirst())
        case "remove", "delete":
            let isConfirmed = words.count == 3 && words[2].lowercased() == "yes"
            try line.atMost(isConfirmed ? 3 : 2)
            guard words.count > 1 else { throw UsageError("say which rule: /rules lists them with their ids") }
            action = .remove(words[1], isConfirmed: isConfirmed)
        case "on", "off":
            try line.atMost(2)
            guard words.count > 1 else { throw UsageError("say which rule: /rules lists them with their ids") }
            action = .turn(words[1], on: first == "on")
        case "list": action = .list
        default:
            throw UsageError(
                "“\(AgentText.line(words[0], limit: 40))” is nothing to do with rules: there is allow, deny, remove, on and off")
        }
    }

    /// `TOOL [PATTERN…] [@server] [for:claude]`: the pattern is all that is no option.
    private static func rule(_ action: ApprovalRule.Action, _ words: ArraySlice<String>) throws(UsageError) -> Action {
        var (server, agents, rest) = (String?.none, Set<ApprovalRule.Agent>(), [String]())
        for word in words {
            let plain = word.withPlainPunctuation
            if plain.hasPrefix("@"), plain.count > 1, !rest.isEmpty {
                server = String(plain.dropFirst())
            } else if plain.lowercased().hasPrefix("for:") {
                guard let agent = ApprovalRule.Agent(rawValue: String(plain.dropFirst(4)).lowercased()) else {
                    let known = ApprovalRule.Agent.allCases.map(\.rawValue).joined(separator: ", ")
                    throw UsageError("“\(AgentText.line(plain, limit: 40))” is no agent: there are \(known)")
                }
                agents.insert(agent)
            } else {
                rest.append(plain)
            }
        }
        guard let tool = rest.first else { throw UsageError("say for which tool: * stands for all") }
        let pattern = rest.count > 1 ? rest.dropFirst().joined(separator: " ").unquoted : nil
        let name = "\(action.rawValue) \(tool)" + (pattern.map { " \($0)" } ?? "")
        return .add(
            .init(name: String(name.prefix(100)), toolPattern: tool, parameterPattern: pattern, agents: agents, action: action),
            server: server)
    }

    func reply(in context: ChatContext) async throws -> ChatReply {
        let project = try await context.project()
        switch action {
        case .list: return context.reply(try await list(project, context))
        case .add(let content, let server):
            let view = try await context.run(AddApprovalRule(in: project.id, on: server, content))
            var text: ChatText = "Added: "
            text.append(Self.line(view))
            return ChatReply([ChatMessage(text)])
        case .turn(let id, let isOn):
            let view = try await context.ask(GetApprovalRule(id, in: project.id))
            var content = view.rule.content
            content.isActive = isOn
            _ = try await context.run(ChangeApprovalRule(view.rule.id.text, in: project.id, content: content))
            guard context.isInPlace else { return ChatReply("The rule is \(isOn ? "on" : "off") now.") }
            return ChatReply(toast: "The rule is \(isOn ? "on" : "off") now.", edit: try await list(project, context))
        case .remove(let id, let isConfirmed): return try await remove(id, isConfirmed: isConfirmed, project, context)
        }
    }

    private func remove(_ id: String, isConfirmed: Bool, _ project: Project, _ context: ChatContext) async throws -> ChatReply {
        let view = try await context.ask(GetApprovalRule(id, in: project.id))
        try await context.require(.changeSettings, in: project)
        guard isConfirmed else {
            var text: ChatText = "Remove this rule? "
            text.append(Self.line(view))
            let button = ChatButton("Yes, remove it", .command("/rules remove \(view.rule.id.text) yes", inPlace: true), style: .danger)
            return ChatReply([ChatMessage(text, buttons: [[button]])])
        }
        _ = try await context.run(RemoveApprovalRule(view.rule.id.text, in: project.id))
        var text: ChatText = "Removed: "
        text.append(Self.line(view))
        return context.reply(text)
    }

    private func list(_ project: Project, _ context: ChatContext) async throws -> ChatMessage {
        let rules = try await context.ask(ListApprovalRules(in: project.id))
        let edits = try await context.role(in: project.id).map { $0.allows(.changeSettings) } ?? false
        var text = ChatText.bold("Rules of \(project.name)")
        guard !rules.isEmpty else {
            text.nextLine("There are none: agents ask as their own settings say.")
            if edits {
                text.append(" For example ")
                text.append("/rules allow Bash git status*", .code)
            }
            return ChatMessage(text)
        }
        text.nextLine("The first that fits counts.")
        for (index, view) in rules.prefix(Self.shown).enumerated() {
            text.append("\n\(index + 1). ")
            text.append(Self.line(view))
        }
        if rules.count > Self.shown { text.nextLine(ChatText("… and \(rules.count - Self.shown) more")) }
        // A project of several readers shows buttons to all; who may not is told so.
        let shows = edits || !context.request.place.isPrivate
        let buttons = rules.prefix(shows ? 8 : 0).enumerated().map { index, view in
            let id = view.rule.id.text
            return [
                ChatButton(
                    "\(index + 1) \(view.rule.content.isActive ? "off" : "on")",
                    .command("/rules \(view.rule.content.isActive ? "off" : "on") \(id)", inPlace: true)),
                ChatButton("\(index + 1) remove", .command("/rules remove \(id)", inPlace: false), style: .danger),
            ]
        }
        return ChatMessage(text, buttons: buttons)
    }

    /// “🚫 deny `Bash` `rm -rf*` on mac-2 for claude (off) 1f2e3d4c”
    private static func line(_ view: ApprovalRuleView) -> ChatText {
        let content = view.rule.content
        var text: ChatText = content.action == .allow ? "✅ allow " : "🚫 deny "
        text.append(AgentText.block(content.toolPattern, limit: 100), .code)
        if let pattern = content.parameterPattern {
            text.append(" ")
            text.append(AgentText.block(pattern, limit: 200), .code)
        }
        if let server = view.serverName { text.append(" on \(AgentText.line(server, limit: 64))") }
        if !content.agents.isEmpty { text.append(" for \(content.agents.map(\.rawValue).sorted().joined(separator: ", "))") }
        if !content.isActive { text.append(" (off)") }
        text.append(" · ")
        text.append(String(view.rule.id.text.prefix(8)), .code)
        return text
    }
}
