import Foundation

extension Method {
    /// What every method that sends takes.
    static let sending: [Parameter] = [
        .required("chat_id", .chat), .optional("message_thread_id", .integer), .optional("disable_notification", .boolean),
        .optional("protect_content", .boolean), .optional("reply_parameters", .object), .optional("reply_markup", .object),
    ]

    static let messages: [Method] = [
        Method(
            "sendMessage",
            sending + [
                .required("text", .string), .optional("parse_mode", .string), .optional("entities", .array),
                .optional("link_preview_options", .object),
            ], pace: .message
        ) { arguments, bot, world throws(World.Refusal) in
            var posting = try world.posting(arguments, by: bot)
            let text = try world.formatted(arguments.string("text") ?? "", arguments)
            guard text.length > 0 else { throw .badRequest("message text is empty") }
            guard text.length <= 4096 else { throw .badRequest("message is too long") }
            (posting.text, posting.entities) = (text.text, text.entities)
            return world.json(world.post(posting), for: bot)
        },
        Method(
            "sendMessageDraft",
            [
                .required("chat_id", .integer), .optional("message_thread_id", .integer), .required("draft_id", .integer),
                .optional("text", .string), .optional("parse_mode", .string), .optional("entities", .array),
                .optional("can_stop", .boolean),
                .optional("keep_on_stop", .boolean),
            ], pace: .edit
        ) { arguments, bot, world throws(World.Refusal) in
            let chat = try world.destination(arguments["chat_id"], for: bot)
            guard chat.kind == .direct else { throw .badRequest("TEXTDRAFT_PEER_INVALID") }
            guard let id = arguments["draft_id"]?.integer, id != 0 else { throw .badRequest("RANDOM_ID_INVALID") }
            _ = try world.thread(arguments.integer("message_thread_id"), in: chat, for: bot)
            let text = try world.formatted(arguments.string("text") ?? "", arguments)
            guard text.length <= 4096 else { throw .badRequest("message is too long") }
            world.setDraft(
                .init(id: id, bot: bot, text: text.text, entities: text.entities, expires: world.now.addingTimeInterval(30)), in: chat.id)
            return true
        },
        Method(
            "sendChatAction",
            [
                .required("chat_id", .chat), .optional("message_thread_id", .integer), .required("action", .string),
            ]
        ) { arguments, bot, world throws(World.Refusal) in
            let chat = try world.destination(arguments["chat_id"], for: bot)
            // Unlike for messages, 1 stands for General here.
            if let thread = arguments.integer("message_thread_id"), thread != 1 { _ = try world.thread(thread, in: chat, for: bot) }
            let actions = [
                "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document",
                "choose_sticker", "find_location", "record_video_note", "upload_video_note",
            ]
            guard actions.contains(arguments.string("action") ?? "") else { throw .badRequest("wrong parameter action in request") }
            world.showTyping(by: bot, in: chat.id)
            return true
        },
        Method(
            "answerCallbackQuery",
            [
                .required("callback_query_id", .string), .optional("text", .string), .optional("show_alert", .boolean),
                .optional("url", .string), .optional("cache_time", .integer),
            ]
        ) { arguments, bot, world throws(World.Refusal) in
            let text = arguments.string("text")
            guard (text ?? "").utf16.count <= 200 else { throw .badRequest("MESSAGE_TOO_LONG") }
            try world.answer(
                arguments.string("callback_query_id") ?? "", by: bot,
                with: .init(
                    text: text.flatMap { $0.isEmpty ? nil : $0 }, showAlert: arguments.flag("show_alert"), url: arguments.string("url")))
            return true
        },
        Method(
            "setMessageReaction",
            [
                .required("chat_id", .chat), .required("message_id", .integer), .optional("reaction", .array),
                .optional("is_big", .boolean),
            ]
        ) { arguments, bot, world throws(World.Refusal) in
            let chat = try world.destination(arguments["chat_id"], for: bot)
            var emojis: [String] = []
            for reaction in arguments["reaction"]?.array ?? [] {
                var fields = try Fields(reaction, of: "ReactionType")
                guard try fields.required("type", \.string) == "emoji" else { throw .badRequest("REACTION_INVALID") }
                emojis.append(try fields.required("emoji", \.string))
                try fields.finish()
            }
            guard emojis.count <= 1 else { throw .badRequest("REACTIONS_TOO_MANY") }
            guard emojis.allSatisfy(Reactions.allowed.contains) else { throw .badRequest("REACTION_INVALID") }
            guard let id = arguments.integer("message_id"), chat.message(id) != nil else { throw .badRequest("message to react not found") }
            world.setReaction(emojis.first, of: bot, on: id, in: chat.id)
            return true
        },
    ]
}

enum Reactions {
    /// The emoji that a bot may react with (Bot API, `ReactionTypeEmoji`).
    static let allowed: Set<String> = [
        "❤", "👍", "👎", "🔥", "🥰", "👏", "😁", "🤔", "🤯", "😱", "🤬", "😢", "🎉", "🤩", "🤮", "💩", "🙏", "👌", "🕊", "🤡", "🥱", "🥴", "😍", "🐳",
        "❤‍🔥", "🌚", "🌭", "💯", "🤣", "⚡", "🍌", "🏆", "💔", "🤨", "😐", "🍓", "🍾", "💋", "🖕", "😈", "😴", "😭", "🤓", "👻", "👨‍💻", "👀", "🎃", "🙈",
        "😇", "😨", "🤝", "✍", "🤗", "🫡", "🎅", "🎄", "☃", "💅", "🤪", "🗿", "🆒", "💘", "🙉", "🦄", "😘", "💊", "🙊", "😎", "👾", "🤷‍♂", "🤷",
        "🤷‍♀", "😡",
    ]
}

extension World {
    mutating func setDraft(_ draft: Chat.Draft, in chat: Chat.ID) {
        chats[chat]?.draft = draft
        changes.append(.chat(chat))
    }

    mutating func showTyping(by bot: Bot.ID, in chat: Chat.ID) {
        chats[chat]?.typingUntil = now.addingTimeInterval(5)
        changes.append(.typing(chat, bot: bot))
    }

    /// - Throws: 400 for a second answer, for one that comes too late, and for an unknown id: the three are one to Telegram.
    mutating func answer(_ id: String, by bot: Bot.ID, with answer: Callback.Answer) throws(Refusal) {
        guard let callback = callbacks[id], callback.bot == bot, callback.answer == nil, callback.expires > now else {
            throw .badRequest("query is too old and response timeout expired or query ID is invalid")
        }
        callbacks[id]?.answer = answer
        changes.append(.answered(callback: id))
    }

    mutating func setReaction(_ emoji: String?, of bot: Bot.ID, on id: Int, in chat: Chat.ID) {
        guard let position = chats[chat]?.position(of: id) else { return }
        chats[chat]?.messages[position].reactions[.bot(bot)] = emoji
        changes.append(.message(chat, id))
    }
}
