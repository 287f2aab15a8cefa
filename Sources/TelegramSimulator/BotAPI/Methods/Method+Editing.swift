import Foundation

extension Method {
    private static let edited: [Parameter] = [
        .required("chat_id", .chat), .required("message_id", .integer), .optional("reply_markup", .object),
    ]
    private static let notModified = World.Refusal.badRequest(
        "message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup "
            + "of the message")

    static let editing: [Method] = [
        Method(
            "editMessageText",
            edited + [
                .required("text", .string), .optional("parse_mode", .string), .optional("entities", .array),
                .optional("link_preview_options", .object),
            ], pace: .edit
        ) { arguments, bot, world throws(World.Refusal) in
            let message = try world.editable(arguments, by: bot)
            guard message.attachment == nil else { throw .badRequest("there is no text in the message to edit") }
            let text = try world.formatted(arguments.string("text") ?? "", arguments)
            guard text.length > 0 else { throw .badRequest("message text is empty") }
            guard text.length <= 4096 else { throw .badRequest("MESSAGE_TOO_LONG") }
            return try world.edit(message, to: text, arguments, by: bot)
        },
        Method(
            "editMessageCaption",
            edited + [.optional("caption", .string), .optional("parse_mode", .string), .optional("caption_entities", .array)], pace: .edit
        ) { arguments, bot, world throws(World.Refusal) in
            let message = try world.editable(arguments, by: bot)
            guard message.attachment != nil else { throw .badRequest("there is no caption in the message to edit") }
            let text = try world.formatted(arguments.string("caption") ?? "", arguments, entities: "caption_entities")
            guard text.length <= 1024 else { throw .badRequest("MEDIA_CAPTION_TOO_LONG") }
            return try world.edit(message, to: text, arguments, by: bot)
        },
        Method("editMessageReplyMarkup", edited, pace: .edit) { arguments, bot, world throws(World.Refusal) in
            let message = try world.editable(arguments, by: bot)
            let keyboard = try ReplyMarkup(arguments["reply_markup"], allowsPrompt: false).keyboard
            guard keyboard != message.keyboard else { throw notModified }
            // Telegram sets no edit date for the keyboard alone.
            let revised = world.revise(message.id, in: message.chat, showsEdit: false) { $0.keyboard = keyboard }
            return world.json(revised ?? message, for: bot)
        },
        Method("deleteMessage", [.required("chat_id", .chat), .required("message_id", .integer)]) {
            arguments, bot, world throws(World.Refusal) in
            let chat = try world.destination(arguments["chat_id"], for: bot)
            guard let message = arguments.integer("message_id").flatMap({ chat.message($0) }) else {
                throw .badRequest("message to delete not found")
            }
            guard world.canDelete(message, in: chat, as: bot) else { throw .badRequest("message can't be deleted") }
            return .bool(world.remove(message.id, from: chat.id))
        },
        Method("deleteMessages", [.required("chat_id", .chat), .required("message_ids", .array)]) {
            arguments, bot, world throws(World.Refusal) in
            let chat = try world.destination(arguments["chat_id"], for: bot)
            let ids = (arguments["message_ids"]?.array ?? []).compactMap(\.integer)
            guard (1...100).contains(ids.count) else { throw .badRequest("wrong number of message identifiers specified") }
            for message in ids.compactMap({ chat.message(Int($0)) }) where world.canDelete(message, in: chat, as: bot) {
                _ = world.remove(message.id, from: chat.id)
            }
            return true
        },
    ]

    static var unchanged: World.Refusal { notModified }
}

extension World {
    func editable(_ arguments: Arguments, by bot: Bot.ID) throws(Refusal) -> Message {
        let chat = try destination(arguments["chat_id"], for: bot)
        guard let message = arguments.integer("message_id").flatMap({ chat.message($0) }) else {
            throw .badRequest("message to edit not found")
        }
        guard message.sender == .bot(bot), message.service == nil, message.prompt == nil else {
            throw .badRequest("message can't be edited")
        }
        return message
    }

    /// Replaces text and keyboard; a call without `reply_markup` removes the keyboard.
    mutating func edit(_ message: Message, to text: FormattedText, _ arguments: Arguments, by bot: Bot.ID) throws(Refusal) -> JSON {
        let keyboard = try ReplyMarkup(arguments["reply_markup"], allowsPrompt: false).keyboard
        guard text.text != message.text || text.entities != message.entities || keyboard != message.keyboard else { throw Method.unchanged }
        let revised = revise(message.id, in: message.chat) {
            ($0.text, $0.entities, $0.keyboard) = (text.text, text.entities, keyboard)
        }
        return json(revised ?? message, for: bot)
    }

    /// Within 48 h: in private chats everything, in groups its own, and everything as an administrator.
    func canDelete(_ message: Message, in chat: Chat, as bot: Bot.ID) -> Bool {
        guard now.timeIntervalSince(message.date) < 48 * 3600 else { return false }
        return chat.kind == .direct || message.sender == .bot(bot) || chat.members[bot]?.isAdministrator == true
    }
}
