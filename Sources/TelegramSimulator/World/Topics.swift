extension World {
    /// A topic begins with the message that made it, and has that message's id.
    mutating func createTopic(_ name: String, iconColor: Int64, in chat: Chat.ID, by sender: Message.Sender) -> Chat.Topic {
        let opening = post(Posting(sender: sender, chat: chat, service: .topicCreated(name: name, iconColor: iconColor)))
        let topic = Chat.Topic(id: opening.id, name: name, iconColor: iconColor)
        chats[chat]?.topics[topic.id] = topic
        changes.append(.chat(chat))
        return topic
    }

    mutating func renameTopic(_ id: Int, in chat: Chat.ID, to name: String, by bot: Bot.ID) throws(Refusal) {
        guard let topic = chats[chat]?.topics[id] else { throw .threadNotFound }
        guard topic.name != name else { throw .badRequest("TOPIC_NOT_MODIFIED") }
        chats[chat]?.topics[id]?.name = name
        changes.append(.chat(chat))
        post(Posting(sender: .bot(bot), chat: chat, thread: id, service: .topicEdited(name: name)))
    }

    mutating func setTopicClosed(_ closed: Bool, _ id: Int, in chat: Chat.ID, by bot: Bot.ID) throws(Refusal) {
        guard let topic = chats[chat]?.topics[id] else { throw .threadNotFound }
        guard topic.isClosed != closed else { throw .badRequest("TOPIC_NOT_MODIFIED") }
        chats[chat]?.topics[id]?.isClosed = closed
        changes.append(.chat(chat))
        post(Posting(sender: .bot(bot), chat: chat, thread: id, service: closed ? .topicClosed : .topicReopened))
    }

    mutating func deleteTopic(_ id: Int, in chat: Chat.ID) throws(Refusal) {
        guard chats[chat]?.topics.removeValue(forKey: id) != nil else { throw .threadNotFound }
        for message in (chats[chat]?.messages ?? []) where message.thread == id { _ = remove(message.id, from: chat) }
        changes.append(.chat(chat))
    }
}
