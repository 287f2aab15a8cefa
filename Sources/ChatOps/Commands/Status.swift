import HubCore
import HubService

/// `/status`: how the hub is.
struct StatusCommand: ChatCommand {
    static let permission: Permission? = .see

    init(_ line: CommandLine) throws(UsageError) { try line.atMost(0) }

    func reply(in context: ChatContext) async throws -> ChatReply {
        var text = ChatText.bold("Orchestratia")
        text.append(" \(context.ops.version)")
        // Reading this is what shows that the database answers; if it did not, this message would be tried again.
        let all = try await context.memberships()
        text.nextLine("Database: fine")
        for (project, _) in all.prefix(20) {
            let counts = try await context.ask(CountTasks(in: project.id))
            let servers = try await context.ask(ListServers(in: project.id)).map(\.server)
            text.append("\n")
            text.append(project.name, .bold)
            let states = AgentTask.State.allCases.compactMap { state in counts[state].map { "\($0) \(state.words)" } }
            text.append(": \(states.isEmpty ? "no tasks" : states.joined(separator: ", "))")
            text.append(" · servers \(servers.filter { $0.state == .online }.count) of \(servers.count) online")
        }
        let bots = await context.ops.botStatus()
        for line in bots { text.nextLine(ChatText("Bot \(AgentText.line(line, limit: 200))")) }
        return context.reply(text)
    }
}
