extension Method {
    private static let colors: Set<Int> = [7_322_096, 16_766_590, 13_338_331, 9_367_192, 16_749_490, 16_478_047]
    private static let named: [Parameter] = [.required("chat_id", .chat), .required("message_thread_id", .integer)]

    static let topics: [Method] = [
        Method(
            "createForumTopic",
            [
                .required("chat_id", .chat), .required("name", .string), .optional("icon_color", .integer),
                .optional("icon_custom_emoji_id", .string),
            ], pace: .message
        ) { arguments, bot, world throws(World.Refusal) in
            let chat = try world.manageableForum(arguments, by: bot)
            let name = try topicName(arguments)
            let color = arguments.integer("icon_color") ?? 7_322_096
            guard colors.contains(color) else { throw .badRequest("TOPIC_ICON_COLOR_INVALID") }
            let topic = world.createTopic(name, iconColor: Int64(color), in: chat.id, by: .bot(bot))
            return ["message_thread_id": .integer(Int64(topic.id)), "name": .string(name), "icon_color": .integer(Int64(color))]
        },
        Method("editForumTopic", named + [.optional("name", .string), .optional("icon_custom_emoji_id", .string)]) {
            arguments, bot, world throws(World.Refusal) in
            let chat = try world.manageableForum(arguments, by: bot)
            guard arguments.string("name") != nil else { throw .badRequest("TOPIC_NOT_MODIFIED") }
            try world.renameTopic(arguments.integer("message_thread_id") ?? 0, in: chat.id, to: try topicName(arguments), by: bot)
            return true
        },
        Method("closeForumTopic", named) { arguments, bot, world throws(World.Refusal) in
            let chat = try world.manageableForum(arguments, by: bot)
            try world.setTopicClosed(true, arguments.integer("message_thread_id") ?? 0, in: chat.id, by: bot)
            return true
        },
        Method("reopenForumTopic", named) { arguments, bot, world throws(World.Refusal) in
            let chat = try world.manageableForum(arguments, by: bot)
            try world.setTopicClosed(false, arguments.integer("message_thread_id") ?? 0, in: chat.id, by: bot)
            return true
        },
        Method("deleteForumTopic", named) { arguments, bot, world throws(World.Refusal) in
            let chat = try world.manageableForum(arguments, by: bot)
            try world.deleteTopic(arguments.integer("message_thread_id") ?? 0, in: chat.id)
            return true
        },
    ]

    private static func topicName(_ arguments: Arguments) throws(World.Refusal) -> String {
        let name = FormattedText(arguments.string("name") ?? "").cleaned()
        guard (1...128).contains(name.length) else { throw .badRequest("TOPIC_TITLE_INVALID") }
        return name.text
    }
}

extension World {
    /// A chat with topics in which the bot may make them: an administrator of a forum, or topic mode in private.
    func manageableForum(_ arguments: Arguments, by bot: Bot.ID) throws(Refusal) -> Chat {
        let chat = try destination(arguments["chat_id"], for: bot)
        guard hasTopics(chat, for: bot) else { throw .badRequest("the chat is not a forum") }
        guard chat.kind == .direct || chat.members[bot]?.isAdministrator == true else {
            throw .badRequest("not enough rights to create a topic")
        }
        return chat
    }
}
