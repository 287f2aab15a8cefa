import Cryptography
import HubCore
import HubService

/// `/invite`: a link that lets one person in.
struct InviteCommand: ChatCommand {
    static let permission: Permission? = .inviteMember
    /// Seconds.
    static let visible = 3600
    let role: Role

    init(_ line: CommandLine) throws(UsageError) {
        try line.atMost(1)
        guard let word = line.words.first else {
            role = .member
            return
        }
        guard let role = Role(rawValue: word.lowercased()) else {
            throw UsageError("“\(AgentText.line(word, limit: 40))” is no role: there is viewer, member and owner")
        }
        self.role = role
    }

    func reply(in context: ChatContext) async throws -> ChatReply {
        let project = try await context.project()
        let code = SecretToken.random()
        // No key, for the reason that `/token` has.
        try await context.hub.run(MakeInvite(to: project.id, as: role, code: code), as: context.request.sender.caller)
        let link = "https://t.me/\(context.request.place.bot)?start=\(code.secret.revealed)"
        var text: ChatText = "Send this to one person. It makes them \(role.withArticle) of "
        text.append(project.name, .bold)
        text.append(", works once, and for 7 days:\n")
        text.append(link, .link(link))
        text.append("\nThis message deletes itself in an hour.")
        return ChatReply([ChatMessage(text, vanishesAfter: Self.visible)])
    }
}
