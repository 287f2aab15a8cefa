import HubCore
import HubService

/// `/help`: what this person can use here; `/help new` one command's usage.
struct HelpCommand: ChatCommand {
    static let permission: Permission? = nil
    let name: String?

    init(_ line: CommandLine) throws(UsageError) {
        name = line.words.first.map { $0.lowercased() }.map { $0.hasPrefix("/") ? String($0.dropFirst()) : $0 }
    }

    func reply(in context: ChatContext) async throws -> ChatReply {
        guard context.request.sender.person != nil else { return ChatReply(ChatOps.strangerLine) }
        let catalogue = context.ops.catalogue
        if let name {
            let saved = catalogue.command(named: name) == nil ? try await context.savedCommand(named: name) : nil
            guard let command = catalogue.command(named: name) ?? saved else {
                let nearest = Spelling.nearest(to: name, in: catalogue.names).map { ": did you mean /help \($0)?" } ?? ": /help lists all."
                return context.reply(ChatText("There is no command “\(AgentText.line(name, limit: 40))”\(nearest)"))
            }
            return context.reply(Self.page(command))
        }
        let role = try await role(in: context)
        var commands = catalogue.commands(isPrivate: context.request.place.isPrivate, role: role)
        if role.map({ $0 >= .member }) ?? false {
            commands += try await context.savedCommands().filter { catalogue.command(named: $0.name) == nil }
        }
        var text = ChatText()
        for (group, members) in Self.grouped(commands) {
            if !text.isEmpty { text.append("\n\n") }
            text.append(group, .bold)
            for command in members { text.nextLine(ChatText("/\(command.name) – \(command.summary)")) }
        }
        text.append("\n\n/help task explains one of them, with examples.")
        return context.reply(text)
    }

    /// The role here; where no project is chosen, the highest anywhere.
    private func role(in context: ChatContext) async throws -> Role? {
        if let project = context.request.place.project { return try await context.role(in: project.id) }
        return try await context.memberships().map(\.role).max()
    }

    private static func grouped(_ commands: [CommandDeclaration]) -> [(String, [CommandDeclaration])] {
        commands.map(\.group).uniqued().map { group in (group, commands.filter { $0.group == group }) }
    }

    static func page(_ command: CommandDeclaration) -> ChatText {
        var text = ChatText.bold("/\(command.name)")
        text.append(" – \(command.summary)\n")
        text.append(command.usage, .code)
        for argument in command.arguments {
            text.append("\n• ")
            text.append(argument.name, .bold)
            text.append("\(argument.isRequired ? "" : " (optional)"): \(argument.summary)")
        }
        text.append("\nExamples:")
        for example in command.examples {
            text.append("\n")
            text.append(example, .code)
        }
        if !command.aliases.isEmpty { text.nextLine(ChatText("Also: \(command.aliases.map { "/\($0)" }.joined(separator: ", "))")) }
        if case .role(let role) = command.audience, role != .viewer { text.nextLine(ChatText("For \(role.rawValue)s.")) }
        return text
    }
}
