import HubCore
import HubService

/// `/projects`: the projects of a person; the administrator makes more.
struct ProjectsCommand: ChatCommand {
    static let permission: Permission? = .see
    let newName: String?

    init(_ line: CommandLine) throws(UsageError) {
        try line.atMost(2)
        let words = line.words
        guard let first = words.first else {
            newName = nil
            return
        }
        guard first.lowercased() == "new" else { throw UsageError("“\(AgentText.line(first, limit: 40))” is nothing that /projects does") }
        guard words.count == 2 else { throw UsageError("a new project needs a name") }
        newName = words[1].withPlainPunctuation
    }

    func reply(in context: ChatContext) async throws -> ChatReply {
        if let newName {
            let project = try await context.run(CreateProject(newName))
            let button = ChatButton("Work in \(project.name)", .command("/project \(project.name)", inPlace: true), style: .primary)
            return context.reply(ChatMessage(ChatText("Made the project \(project.name). You own it."), buttons: [[button]]))
        }
        let all = try await context.memberships()
        guard !all.isEmpty else { return context.reply("You are in no project yet: ask an owner for an invitation.") }
        var text: ChatText = "Your projects:"
        for (project, role) in all.prefix(50) {
            text.append("\n• ")
            text.append(project.name, .bold)
            text.append(" (\(role.rawValue))\(project.id == context.request.place.project?.id ? " ← this chat" : "")")
        }
        let buttons =
            context.request.place.isBound
            ? []
            : all.filter { context.request.place.isPrivate || $0.role.allows(.bindChat) }.prefix(20).map {
                [ChatButton($0.project.name, .command("/project \($0.project.name)", inPlace: true))]
            }
        return context.reply(ChatMessage(text, buttons: Array(buttons)))
    }
}
