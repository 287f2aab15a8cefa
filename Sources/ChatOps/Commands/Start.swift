import HubCore
import HubService

/// `/start CODE`: lets somebody in.
struct StartCommand: ChatCommand {
    static let permission: Permission? = nil
    let code: String?

    init(_ line: CommandLine) { code = line.words.first }

    func reply(in context: ChatContext) async throws -> ChatReply {
        let sender = context.request.sender
        guard let code else {
            guard let person = sender.person else { return ChatReply(ChatOps.strangerLine) }
            return ChatReply("Hello \(AgentText.line(person.name, limit: 64)). /new makes a task, /tasks lists them, /help shows the rest.")
        }
        let origin = "\(sender.network)/\(sender.subject)"
        try context.ops.tries.check(origin, at: context.now)
        let outcome: RedeemCode.Outcome
        do {
            outcome = try await context.run(RedeemCode(code, identity: (kind: sender.network, subject: sender.subject), name: sender.name))
        } catch let error as HubError {
            guard case .unauthenticated(let words) = error else { throw error }
            context.ops.tries.failed(origin, at: context.now)
            // Who opens the same link twice is told that nothing is lost.
            guard sender.person != nil else { throw error }
            throw HubError.unauthenticated("\(words). You are in already: /me says as what")
        }
        context.ops.tries.succeeded(origin)
        return ChatReply(Self.welcome(outcome))
    }

    private static func welcome(_ outcome: RedeemCode.Outcome) -> ChatText {
        var text: ChatText = "Welcome, \(AgentText.line(outcome.person.name, limit: 64)). You are "
        guard let project = outcome.project else {
            text.append("the administrator", .bold)
            text.append(" of this hub, and own all its projects.")
            text.nextLine("Next: /token registers a server, /new makes a task, /invite lets others in. /help lists the rest.")
            return text
        }
        text.append(outcome.role.withArticle, .bold)
        text.append(" of ")
        text.append(project.name, .bold)
        text.append(".")
        switch outcome.role {
        case .viewer: text.nextLine("Next: /tasks shows the tasks, /servers the servers. /help lists the rest.")
        case .member: text.nextLine("Next: /new makes a task, /tasks lists them. /help lists the rest.")
        case .owner: text.nextLine("Next: /token registers a server, /new makes a task, /invite lets others in. /help lists the rest.")
        }
        return text
    }
}
