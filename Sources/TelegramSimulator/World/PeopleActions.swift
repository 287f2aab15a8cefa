import Foundation

/// What people do with their apps.
extension World {
    package mutating func say(
        _ text: String, from person: Person.ID, in chat: Chat.ID, replyTo: Int? = nil, quote: String? = nil, thread: Int? = nil
    ) throws(PersonError) -> Message {
        try enter(chat, as: person)
        let formatted = FormattedText(text).cleaned().withDetectedEntities()
        guard !formatted.text.isEmpty else { throw .emptyText }
        var posting = Posting(sender: .person(person), chat: chat, text: formatted.text, entities: formatted.entities)
        try place(&posting, replyTo: replyTo, quote: quote, thread: thread)
        return post(posting)
    }

    package mutating func upload(
        name: String, bytes: [UInt8], mimeType: String, caption: String, from person: Person.ID, in chat: Chat.ID, replyTo: Int? = nil,
        thread: Int? = nil
    ) throws(PersonError) -> Message {
        try enter(chat, as: person)
        let formatted = FormattedText(caption).cleaned().withDetectedEntities()
        var posting = Posting(sender: .person(person), chat: chat, text: formatted.text, entities: formatted.entities)
        try place(&posting, replyTo: replyTo, thread: thread)
        let file = store(name: name, mimeType: mimeType, bytes: bytes, folder: "documents")
        posting.attachment = Attachment(kind: .document, file: file.id, name: name, mimeType: mimeType, width: 0, height: 0)
        return post(posting)
    }

    package mutating func rewrite(_ id: Int, in chat: Chat.ID, to text: String, by person: Person.ID) throws(PersonError) -> Message {
        try enter(chat, as: person)
        guard let message = chats[chat]?.message(id) else { throw .unknownMessage }
        guard message.sender == .person(person), message.service == nil else { throw .notOwnMessage }
        let formatted = FormattedText(text).cleaned().withDetectedEntities()
        guard !formatted.text.isEmpty || message.attachment != nil else { throw .emptyText }
        let revised = revise(id, in: chat) { ($0.text, $0.entities) = (formatted.text, formatted.entities) } ?? message
        for bot in presentBots(in: chat) where shows(revised, to: bot) {
            enqueue("edited_message", json(revised, for: bot), for: bot)
        }
        return revised
    }

    package mutating func react(_ emoji: String?, to id: Int, in chat: Chat.ID, by person: Person.ID) throws(PersonError) {
        try enter(chat, as: person)
        guard let position = chats[chat]?.position(of: id), let before = chats[chat]?.messages[position] else { throw .unknownMessage }
        let sender = Message.Sender.person(person)
        guard before.reactions[sender] != emoji else { return }
        chats[chat]?.messages[position].reactions[sender] = emoji
        changes.append(.message(chat, id))
        guard let chat = chats[chat] else { return }
        let content: JSON = [
            "chat": json(chat), "message_id": .integer(Int64(id)), "user": userJSON(person),
            "date": .integer(Int64(now.timeIntervalSince1970)),
            "old_reaction": reactionJSON(before.reactions[sender]), "new_reaction": reactionJSON(emoji),
        ]
        for bot in presentBots(in: chat.id) where chat.kind == .direct || chat.members[bot]?.isAdministrator == true {
            enqueue("message_reaction", content, for: bot)
        }
    }

    /// - Returns: the callback query's id.
    package mutating func press(_ button: Button, on id: Int, in chat: Chat.ID, by person: Person.ID) throws(PersonError) -> String {
        try enter(chat, as: person)
        guard case .callback(let data) = button.action else { throw .noSuchButton(button.text) }
        guard let home = chats[chat] else { throw .unknownChat }
        let message = home.message(id)
        let bot: Bot.ID
        switch (message?.sender, chat) {
        case (.bot(let sender), _): bot = sender
        case (_, .direct(let partner, _)): bot = partner
        default: throw .unknownMessage
        }
        let key = "\(nextNumber())\(UInt32.random(in: 1_000_000...9_999_999))"
        callbacks = callbacks.filter { $0.value.expires > now.addingTimeInterval(-600) }
        callbacks[key] = Callback(
            id: key, bot: bot, person: person, chat: chat, message: id, expires: now.addingTimeInterval(callbackLifetime))
        // A deleted message is inaccessible: only where and which.
        let shown = message.map { json($0, for: bot) } ?? ["chat": json(home), "message_id": .integer(Int64(id)), "date": 0]
        enqueue(
            "callback_query",
            [
                "id": .string(key), "from": userJSON(person), "message": shown, "chat_instance": .string(String(chat.number)),
                "data": .string(data),
            ], for: bot)
        return key
    }

    package mutating func openTopic(_ name: String, in chat: Chat.ID, by person: Person.ID) throws(PersonError) -> Chat.Topic {
        try enter(chat, as: person)
        guard chats[chat]?.isForum == true else { throw .unknownTopic }
        return createTopic(name, iconColor: 7_322_096, in: chat, by: .person(person))
    }

    /// Checks that the person is in the chat; a private chat opens, and unblocks, by writing to it.
    private mutating func enter(_ id: Chat.ID, as person: Person.ID) throws(PersonError) {
        guard let account = people[person] else { throw .unknownPerson }
        if case .direct(let bot, let partner) = id {
            guard bots[bot] != nil else { throw .unknownBot }
            guard partner == person else { throw .notMember }
            if chats[id] == nil {
                chats[id] = Chat(id: id, kind: .direct, title: account.name, members: [person: .member, bot: .member])
                changes.append(.chat(id))
            }
            if chats[id]?.members[bot]?.isPresent != true { try setMembership(of: bot, in: id, to: .member, by: person) }
            return
        }
        guard let chat = chats[id], chat.migratedTo == nil else { throw .unknownChat }
        guard chat.members[person]?.isPresent == true else { throw .notMember }
    }

    private func place(_ posting: inout Posting, replyTo: Int?, quote: String? = nil, thread: Int?) throws(PersonError) {
        guard let chat = chats[posting.chat] else { throw .unknownChat }
        posting.thread = thread
        if let replyTo {
            guard let target = chat.message(replyTo) else { throw .unknownMessage }
            guard quote.map({ !$0.isEmpty && target.text.contains($0) }) ?? true else { throw .notInMessage }
            posting.replyTo = replyTo
            posting.quote = quote
            posting.thread = thread ?? target.thread
        }
        if let thread = posting.thread, chat.topics[thread] == nil { throw .unknownTopic }
    }

    mutating func store(name: String, mimeType: String, bytes: [UInt8], folder: String) -> StoredFile {
        let file = StoredFile(id: files.count + 1, name: name, mimeType: mimeType, bytes: bytes, folder: folder)
        files[file.id] = file
        return file
    }
}
