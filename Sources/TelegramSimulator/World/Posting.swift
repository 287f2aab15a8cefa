import Foundation

extension World {
    /// A message that has yet to get its id.
    struct Posting {
        let sender: Message.Sender
        let chat: Chat.ID
        var text = ""
        var entities: [Entity] = []
        var thread: Int?
        var replyTo: Int?
        var quote: String?
        var keyboard: [[Button]] = []
        var prompt: Prompt?
        var attachment: Attachment?
        var isSilent = false
        var isProtected = false
        var hidesLinkPreview = false
        var service: Service?
    }

    /// Puts the message into its chat and into the queues of the bots that may see it.
    @discardableResult
    mutating func post(_ posting: Posting) -> Message {
        let id = nextMessageID(in: posting.chat)
        var message = Message(
            id: id, chat: posting.chat, sender: posting.sender, date: now, text: posting.text, entities: posting.entities,
            thread: posting.thread, replyTo: posting.replyTo, quote: posting.quote, keyboard: posting.keyboard, prompt: posting.prompt,
            attachment: posting.attachment, isSilent: posting.isSilent, isProtected: posting.isProtected,
            hidesLinkPreview: posting.hidesLinkPreview, service: posting.service)
        if case .topicCreated = posting.service { message.thread = id }
        chats[posting.chat]?.messages.append(message)
        chats[posting.chat]?.typingUntil = nil
        if case .bot(let bot) = message.sender {
            chats[posting.chat]?.lastSpeaker = bot
            if message.service == nil { chats[posting.chat]?.draft = nil }
        }
        changes.append(.message(posting.chat, id))
        for bot in presentBots(in: posting.chat) where shows(message, to: bot) {
            enqueue("message", json(message, for: bot), for: bot)
        }
        return message
    }

    private mutating func nextMessageID(in chat: Chat.ID) -> Int {
        if case .direct(let bot, _) = chat {
            bots[bot]?.lastMessageID += 1
            return bots[bot]?.lastMessageID ?? 0
        }
        chats[chat]?.lastMessageID += 1
        return chats[chat]?.lastMessageID ?? 0
    }

    mutating func enqueue(_ kind: String, _ content: JSON, for bot: Bot.ID) {
        guard bots[bot]?.queue.accepts(kind) == true else { return }
        bots[bot]?.queue.add(kind, content)
        changes.append(.updates(bot))
    }

    /// Whether Telegram tells `bot` of the message: service messages always, its own texts never, and in groups with privacy mode only
    /// what is meant for it.
    func shows(_ message: Message, to bot: Bot.ID) -> Bool {
        if message.service != nil { return true }
        guard case .person = message.sender, let chat = chats[message.chat], let account = bots[bot] else { return false }
        if chat.kind == .direct || account.readsAllGroupMessages || chat.members[bot]?.isAdministrator == true { return true }
        if let target = message.replyTo.flatMap({ chat.message($0) }), target.sender == .bot(bot) { return true }
        let units = Array(message.text.utf16)
        for entity in message.entities {
            let text = String(decoding: units[entity.offset..<entity.end], as: UTF16.self).lowercased()
            let name = "@" + account.username.lowercased()
            switch entity.kind {
            case "mention" where text == name: return true
            case "text_mention" where entity.user == bot: return true
            case "bot_command" where text.hasSuffix(name): return true
            case "bot_command" where entity.offset == 0 && !text.contains("@"):
                if chat.lastSpeaker == nil || chat.lastSpeaker == bot { return true }
            default: break
            }
        }
        return false
    }

    /// Changes a message in place and keeps what it was.
    @discardableResult
    mutating func revise(_ id: Int, in chat: Chat.ID, showsEdit: Bool = true, _ change: (inout Message) -> Void) -> Message? {
        guard let position = chats[chat]?.position(of: id), var message = chats[chat]?.messages[position] else { return nil }
        let version = Message.Version(
            text: message.text, entities: message.entities, keyboard: message.keyboard, date: message.editDate ?? message.date)
        change(&message)
        message.versions.append(version)
        if showsEdit { message.editDate = now }
        chats[chat]?.messages[position] = message
        changes.append(.message(chat, id))
        return message
    }

    /// - Returns: whether it was there.
    mutating func remove(_ id: Int, from chat: Chat.ID) -> Bool {
        guard let position = chats[chat]?.position(of: id) else { return false }
        chats[chat]?.messages.remove(at: position)
        changes.append(.deleted(chat, id))
        return true
    }

    package mutating func redeliver(_ updates: Set<Int>, of bot: Bot.ID) {
        bots[bot]?.queue.redeliver(updates)
        changes.append(.updates(bot))
    }

    package mutating func renumberUpdates(of bot: Bot.ID, from first: Int) {
        bots[bot]?.queue.renumber(from: first)
    }
}
