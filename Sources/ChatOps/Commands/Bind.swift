import HubCore
import HubService

/// `/bind`: a group works in a project from now on.
struct BindCommand: ChatCommand {
    static let permission: Permission? = .bindChat
    let name: String?

    init(_ line: CommandLine) throws(UsageError) {
        try line.atMost(1)
        name = line.words.first.map { $0.withPlainPunctuation.lowercased() }
    }

    func reply(in context: ChatContext) async throws -> ChatReply {
        if let name { return try await ProjectCommand(choosing: name).reply(in: context) }
        let place = context.request.place
        let all = try await context.memberships().filter { $0.role.allows(.bindChat) }
        let owned = all.filter { $0.project.id != place.project?.id }
        guard !owned.isEmpty else {
            throw HubError.forbidden("an owner of a project lets a group work in it, and you own none\(all.isEmpty ? "" : " but this")")
        }
        let text =
            place.isBound
            ? "This group works in \(place.project?.name ?? "a project"). In which shall it work instead? /unbind takes it out."
            : "In which project shall this group work? Its tasks, questions and results come here then, for all to see who are in the group."
        let buttons = owned.prefix(20).map { [ChatButton($0.project.name, .command("/bind \($0.project.name)", inPlace: true))] }
        return context.reply(ChatMessage(ChatText(text), buttons: buttons))
    }
}

/// `/unbind`: a group works in no project any more.
struct UnbindCommand: ChatCommand {
    static let permission: Permission? = .bindChat

    init(_ line: CommandLine) throws(UsageError) { try line.atMost(0) }

    func reply(in context: ChatContext) async throws -> ChatReply {
        let place = context.request.place
        guard place.isBound, let project = place.project else { throw HubError.conflict("this group works in no project") }
        try await context.require(.bindChat, in: project)
        var text: ChatText = "This group does not work in "
        text.append(project.name, .bold)
        text.append(" any more: nothing of it comes here, also not of tasks that were created here. What was written stays.")
        var reply = context.reply(text)
        reply.switchesTo = .away(from: project.id)
        return reply
    }
}
