extension Message: Decodable {
    private enum Key: String, CodingKey {
        case chat, from, date, text, entities, caption, document, photo, quote
        case id = "message_id"
        case topic = "message_thread_id"
        case isTopicMessage = "is_topic_message"
        case captionEntities = "caption_entities"
        case forwardOrigin = "forward_origin"
        case forwardDate = "forward_date"
        case replyTo = "reply_to_message"
        case markup = "reply_markup"
        case newMembers = "new_chat_members"
        case leftMember = "left_chat_member"
        case migratedTo = "migrate_to_chat_id"
        case migratedFrom = "migrate_from_chat_id"
        case topicCreated = "forum_topic_created"
        case topicEdited = "forum_topic_edited"
        case topicClosed = "forum_topic_closed"
        case topicReopened = "forum_topic_reopened"
    }

    private struct Topic: Decodable { var name: String? }
    private struct Quote: Decodable { var text: String }
    private struct Markup: Decodable {
        enum Key: String, CodingKey { case rows = "inline_keyboard" }
        let rows: [[Button]]
        init(from decoder: any Decoder) throws { rows = try decoder.container(keyedBy: Key.self).lenientArray([Button].self, .rows) }
    }
    private struct Button: Decodable {
        enum CodingKeys: String, CodingKey { case data = "callback_data" }
        let data: String?
    }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        self.init(id: try fields.decode(Int.self, forKey: .id), chat: try fields.decode(Chat.self, forKey: .chat))
        topic = fields.lenient(Int.self, .topic)
        isTopicMessage = fields.flag(.isTopicMessage)
        date = fields.lenient(Int.self, .date) ?? 0
        from = fields.lenient(User.self, .from)
        text = fields.lenient(String.self, .text)
        if text == nil, let caption = fields.lenient(String.self, .caption) { (text, isCaption) = (caption, true) }
        entities = fields.lenientArray(TextEntity.self, isCaption ? .captionEntities : .entities)
        document = fields.lenient(Document.self, .document)
        photo = fields.lenientArray(PhotoSize.self, .photo)
        buttons = fields.lenient(Markup.self, .markup)?.rows.joined().compactMap(\.data) ?? []
        isForwarded = fields.contains(.forwardOrigin) || fields.contains(.forwardDate)
        service = Self.service(in: fields)
        // One level is all that Telegram sends, and all that is followed: a chain of replies cannot exhaust the stack.
        if !decoder.codingPath.contains(where: { $0.stringValue == Key.replyTo.rawValue }),
            let target = fields.lenient(Message.self, .replyTo), !opens(target)
        {
            replyTo = Reply(target)
            quote = fields.lenient(Quote.self, .quote)?.text
        }
    }

    /// Whether `target` is the service message that opened this message's topic, which is named without anybody having replied to it.
    private func opens(_ target: Message) -> Bool {
        guard isTopicMessage else { return false }
        if target.id == topic { return true }
        if case .topicCreated = target.service { return true }
        return false
    }

    private static func service(in fields: KeyedDecodingContainer<Key>) -> Service? {
        let members = fields.lenientArray(User.self, .newMembers)
        if !members.isEmpty { return .newMembers(members) }
        if let member = fields.lenient(User.self, .leftMember) { return .leftMember(member) }
        if let chat = fields.lenient(Int64.self, .migratedTo) { return .migratedTo(chat) }
        if let chat = fields.lenient(Int64.self, .migratedFrom) { return .migratedFrom(chat) }
        if let topic = fields.lenient(Topic.self, .topicCreated) { return .topicCreated(name: topic.name ?? "") }
        if let topic = fields.lenient(Topic.self, .topicEdited) { return .topicEdited(name: topic.name) }
        if fields.contains(.topicClosed) { return .topicClosed }
        if fields.contains(.topicReopened) { return .topicReopened }
        return nil
    }
}
