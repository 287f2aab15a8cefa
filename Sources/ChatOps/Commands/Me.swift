import HubCore
import HubService

/// `/me`: who am I, and what may I do.
struct MeCommand: ChatCommand {
    static let permission: Permission? = nil

    init(_ line: CommandLine) throws(UsageError) { try line.atMost(0) }

    func reply(in context: ChatContext) async throws -> ChatReply {
        guard let person = context.request.sender.person else { return ChatReply(ChatOps.strangerLine) }
        var text: ChatText = "You are "
        text.append(AgentText.line(person.name, limit: 64), .bold)
        text.append(person.isAdministrator ? ", the administrator of this hub." : ".")
        let all = try await context.memberships()
        for (project, role) in all.prefix(30) {
            text.append("\n• ")
            text.append(project.name, .bold)
            text.append(": \(role.rawValue), \(Self.words(role))")
        }
        if all.isEmpty { text.nextLine("You are in no project yet: ask an owner for an invitation.") }
        return context.reply(text)
    }

    private static func words(_ role: Role) -> String {
        switch role {
        case .viewer: "you see everything"
        case .member: "you create tasks, decide, answer and invite"
        case .owner: "you do all of that, and change settings, servers and roles"
        }
    }
}
