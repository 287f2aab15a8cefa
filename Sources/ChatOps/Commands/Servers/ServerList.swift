import HubCore
import HubService

/// The servers of a project, a line and a button each.
struct ServerList {
    let project: Project
    let lines: [ListServers.Line]
    let context: ChatContext

    func message() -> ChatMessage {
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

    static func summary(_ line: ListServers.Line, _ context: ChatContext) -> ChatText {
        let server = line.server
        var text: ChatText = server.state == .online ? "🟢 " : "🔴 "
        text.append(AgentText.line(server.name, limit: 64), .bold)
        let state =
            server.state == .online
            ? "\(line.usedSlots) of \(server.capabilities.slots) slots taken"
            : "offline, last heard \(lastHeard(server, context).words(at: context.now))"
        text.append(" \(state)\(server.isDrained ? " · drained" : "")")
        return text
    }

    /// The hub's memory may know a later time than what is stored.
    static func lastHeard(_ server: Server, _ context: ChatContext) -> Timestamp {
        max(context.hub.liveness.lastHeard(server.id) ?? server.lastHeard, server.lastHeard)
    }
}
