extension Method {
    private static let scoped: [Parameter] = [.optional("scope", .object), .optional("language_code", .string)]

    static let commands: [Method] = [
        Method("setMyCommands", scoped + [.required("commands", .array)]) { arguments, bot, world throws(World.Refusal) in
            let scope = try world.scope(arguments, for: bot)
            var commands: [World.BotCommand] = []
            for value in arguments["commands"]?.array ?? [] {
                var fields = try Fields(value, of: "BotCommand")
                var name = try fields.required("command", \.string)
                if name.hasPrefix("/") { name.removeFirst() }
                let summary = try fields.required("description", \.string)
                try fields.finish()
                let isNameValid = name.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "_") }
                guard (1...32).contains(name.utf8.count), isNameValid else { throw .badRequest("BOT_COMMAND_INVALID") }
                guard (1...256).contains(summary.utf16.count) else { throw .badRequest("BOT_COMMAND_DESCRIPTION_INVALID") }
                commands.append(.init(command: name, summary: summary))
            }
            guard commands.count <= 100 else { throw .badRequest("BOT_COMMANDS_TOO_MUCH") }
            world.setCommands(commands, in: scope, of: bot)
            return true
        },
        Method("getMyCommands", scoped) { arguments, bot, world throws(World.Refusal) in
            let scope = try world.scope(arguments, for: bot)
            return .array(
                (world.bots[bot]?.commands[scope] ?? []).map { ["command": .string($0.command), "description": .string($0.summary)] })
        },
        Method("deleteMyCommands", scoped) { arguments, bot, world throws(World.Refusal) in
            world.setCommands(nil, in: try world.scope(arguments, for: bot), of: bot)
            return true
        },
    ]
}

extension World {
    mutating func setCommands(_ commands: [BotCommand]?, in scope: CommandScope, of bot: Bot.ID) {
        bots[bot]?.commands[scope] = commands
        changes.append(.commands(bot))
    }

    func scope(_ arguments: Arguments, for bot: Bot.ID) throws(Refusal) -> CommandScope {
        let language = arguments.string("language_code") ?? ""
        guard language.isEmpty || language.utf8.count == 2 else { throw .badRequest("invalid language code specified") }
        guard let scope = arguments["scope"] else { return CommandScope(audience: .everyone, language: language) }
        var fields = try Fields(scope, of: "BotCommandScope")
        let kind = try fields.required("type", \.string)
        let audience: CommandScope.Audience
        switch kind {
        case "default": audience = .everyone
        case "all_private_chats": audience = .privateChats
        case "all_group_chats": audience = .groupChats
        case "all_chat_administrators": audience = .administrators
        case "chat", "chat_administrators", "chat_member":
            let chat = try destination(.integer(try fields.required("chat_id", \.integer)), for: bot).id.number
            if kind == "chat" {
                audience = .chat(chat)
            } else if kind == "chat_administrators" {
                audience = .chatAdministrators(chat)
            } else {
                audience = .member(try fields.required("user_id", \.integer), chat: chat)
            }
        default: throw .badRequest("can't parse BotCommandScope: Unsupported type specified")
        }
        try fields.finish()
        return CommandScope(audience: audience, language: language)
    }
}
