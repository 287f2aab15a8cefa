/// Where a bot may send, and as what.
extension World {
    /// The chat that `chat_id` names to this bot.
    func destination(_ given: JSON?, for bot: Bot.ID) throws(Refusal) -> Chat {
        guard let number = given?.integer else { throw .chatNotFound }
        let id: Chat.ID = number > 0 ? .direct(bot: bot, person: number) : .group(number)
        guard let chat = chats[id] else {
            throw people[number] != nil ? .forbidden("bot can't initiate conversation with a user") : .chatNotFound
        }
        if let successor = chat.migratedTo {
            throw Refusal(
                code: 400, description: "Bad Request: group chat was upgraded to a supergroup chat", migratedTo: successor)
        }
        let kind = chat.kind == .supergroup ? "supergroup chat" : "group chat"
        switch chat.members[bot] {
        case .creator, .administrator, .member: return chat
        case .kicked: throw .forbidden(chat.kind == .direct ? "bot was blocked by the user" : "bot was kicked from the \(kind)")
        case .left: throw .forbidden("bot is not a member of the \(kind)")
        case nil: throw .chatNotFound
        }
    }

    /// Whether topics exist in the chat for this bot.
    func hasTopics(_ chat: Chat, for bot: Bot.ID) -> Bool { chat.isForum || (chat.kind == .direct && bots[bot]?.hasTopics == true) }

    /// The topic to send to. General has no id: 1 is refused.
    func thread(_ id: Int?, in chat: Chat, for bot: Bot.ID) throws(Refusal) -> Int? {
        guard let id else { return nil }
        guard hasTopics(chat, for: bot), let topic = chat.topics[id] else { throw .threadNotFound }
        guard !topic.isClosed || chat.kind == .direct || chat.members[bot]?.isAdministrator == true else {
            throw .badRequest("TOPIC_CLOSED")
        }
        return id
    }

    /// A posting of `bot` with everything that sending methods share: chat, topic, reply, markup, sound.
    func posting(_ arguments: Arguments, by bot: Bot.ID) throws(Refusal) -> Posting {
        let chat = try destination(arguments["chat_id"], for: bot)
        let markup = try ReplyMarkup(arguments["reply_markup"])
        var posting = Posting(sender: .bot(bot), chat: chat.id)
        posting.thread = try thread(arguments.integer("message_thread_id"), in: chat, for: bot)
        (posting.keyboard, posting.prompt) = (markup.keyboard, markup.prompt)
        posting.isSilent = arguments.flag("disable_notification")
        posting.isProtected = arguments.flag("protect_content")
        if let options = arguments["link_preview_options"] {
            var fields = try Fields(options, of: "LinkPreviewOptions")
            posting.hidesLinkPreview = try fields.optional("is_disabled", \.bool) ?? false
            for ignored in ["url", "prefer_small_media", "prefer_large_media", "show_above_text"] { fields.skip(ignored) }
            try fields.finish()
        }
        if let reply = arguments["reply_parameters"] {
            var fields = try Fields(reply, of: "ReplyParameters")
            let target = Int(clamping: try fields.required("message_id", \.integer))
            let allowsNone = try fields.optional("allow_sending_without_reply", \.bool) ?? false
            posting.quote = try fields.optional("quote", \.string)
            let elsewhere = try fields.optional("chat_id", { $0.integer ?? 0 })
            for ignored in ["quote_parse_mode", "quote_entities", "quote_position"] { fields.skip(ignored) }
            try fields.finish()
            if let message = elsewhere == nil || elsewhere == chat.id.number ? chat.message(target) : nil {
                if let quote = posting.quote, !message.text.contains(quote) { throw .badRequest("QUOTE_TEXT_INVALID") }
                posting.replyTo = target
                // A reply goes to the topic of what it replies to.
                posting.thread = posting.thread ?? message.thread
            } else if allowsNone {
                posting.quote = nil
            } else {
                throw .badRequest("message to be replied not found")
            }
        }
        return posting
    }

    /// Text and entities of a request, parsed and cleaned.
    func formatted(_ text: String, _ arguments: Arguments, entities key: String = "entities") throws(Refusal) -> FormattedText {
        let parsed: FormattedText
        switch arguments.string("parse_mode")?.lowercased() {
        case nil, "": parsed = try FormattedText(text, given: arguments[key]?.array ?? [])
        case "html": parsed = try HTMLText.parse(text)
        // Markdown is no way to send what others wrote: not simulated.
        default: throw .badRequest("unsupported parse_mode")
        }
        return parsed.cleaned().withDetectedEntities()
    }
}
