import HubCore
import HubService

/// `/sessions`: the terminals of the project, and what runs in them.
struct SessionsCommand: ChatCommand {
    static let permission: Permission? = .see
    private static let shown = 30
    let includesOver: Bool

    init(_ line: CommandLine) throws(UsageError) {
        try line.atMost(1)
        switch line.words.first?.lowercased() {
        case nil: includesOver = false
        case "all": includesOver = true
        case let word?: throw UsageError("“\(AgentText.line(word, limit: 40))” is no list: there is “all”, with those that ended")
        }
    }

    func reply(in context: ChatContext) async throws -> ChatReply {
        let project = try await context.project()
        let all = try await context.ask(ListSessions(in: project.id, includeOver: includesOver))
        guard !all.isEmpty else {
            let hint = try await context.role(in: project.id).map { $0.allows(.typeIntoSession) } ?? false
            return context.reply(
                ChatText("\(project.name) has no sessions\(includesOver ? "" : " now").\(hint ? " /session new opens one." : "")"))
        }
        var text: ChatText = ""
        text.append("Sessions of \(project.name)", .bold)
        for view in all.prefix(Self.shown) {
            let card = try await context.card(view)
            let task = view.task.map { " · \(card.name) \(AgentText.line($0.title, limit: 60)), \($0.state.words)" } ?? ""
            text.append("\n\(view.session.state.emoji) ")
            text.append(AgentText.line(view.session.name, limit: 64), .code)
            text.append(" · \(view.session.profile) on \(AgentText.line(view.serverName, limit: 64)) · \(card.standing)\(task)")
        }
        if all.count > Self.shown { text.nextLine(ChatText("… and \(all.count - Self.shown) more")) }
        let open = all.filter { !$0.session.isOver }.prefix(8)
        let buttons = open.map { view in
            [
                ChatButton(
                    "🖥 \(AgentText.line(view.session.name, limit: 24))", .command("/tail \(view.session.id.argument)", inPlace: false)),
                ChatButton("🖼", .command("/screen \(view.session.id.argument)", inPlace: false)),
            ]
        }
        return context.reply(ChatMessage(text, buttons: buttons))
    }
}

extension Session.State {
    fileprivate var emoji: String {
        switch self {
        case .starting: "🟡"
        case .active: "🟢"
        case .disconnected: "🔌"
        case .closed: "⚪️"
        case .failed: "🔴"
        }
    }
}
