import Foundation

/// The world's values in the Bot API's JSON.
extension World {
    func userJSON(_ account: Int64) -> JSON {
        if let bot = bots[account] {
            return ["id": .integer(account), "is_bot": true, "first_name": .string(bot.name), "username": .string(bot.username)]
        }
        let person = people[account]
        return [
            "id": .integer(account), "is_bot": false, "first_name": .string(person?.name ?? "Deleted Account"),
            "username": person?.username.map { .string($0) }, "language_code": person?.language.map { .string($0) },
        ]
    }

    func json(_ chat: Chat) -> JSON {
        switch chat.id {
        case .direct(_, let person):
            return [
                "id": .integer(person), "type": "private", "first_name": .string(name(of: person)),
                "username": people[person]?.username.map { .string($0) },
            ]
        case .group(let number):
            return [
                "id": .integer(number), "type": .string(chat.kind.rawValue), "title": .string(chat.title),
                "is_forum": chat.isForum ? true : nil,
            ]
        }
    }

    func memberJSON(_ account: Int64, as membership: Chat.Membership) -> JSON {
        var members: [String: JSON] = ["user": userJSON(account), "status": .string(membership.rawValue)]
        switch membership {
        case .administrator:
            for right in [
                "can_manage_chat", "can_delete_messages", "can_manage_video_chats", "can_restrict_members", "can_promote_members",
                "can_change_info", "can_invite_users", "can_pin_messages", "can_manage_topics", "can_post_stories", "can_edit_stories",
                "can_delete_stories",
            ] { members[right] = true }
            members["can_be_edited"] = false
            members["is_anonymous"] = false
        case .creator: members["is_anonymous"] = false
        case .kicked: members["until_date"] = 0
        case .member, .left: break
        }
        return .object(members)
    }

    func reactionJSON(_ emoji: String?) -> JSON { .array(emoji.map { [["type": "emoji", "emoji": .string($0)]] } ?? []) }

    func json(_ entity: Entity) -> JSON {
        [
            "type": .string(entity.kind), "offset": .integer(Int64(entity.offset)), "length": .integer(Int64(entity.length)),
            "url": entity.url.map { .string($0) }, "language": entity.language.map { .string($0) },
            "user": entity.user.map { userJSON($0) },
        ]
    }

    /// - Parameter withReply: false for a message inside of a message: replies do not nest.
    func json(_ message: Message, for bot: Bot.ID, withReply: Bool = true) -> JSON {
        let chat = chats[message.chat]
        var members: [String: JSON] = [
            "message_id": .integer(Int64(message.id)), "from": userJSON(message.sender.number),
            "chat": chat.map { json($0) } ?? .null, "date": .integer(Int64(message.date.timeIntervalSince1970)),
        ]
        if let date = message.editDate { members["edit_date"] = .integer(Int64(date.timeIntervalSince1970)) }
        let entities = message.entities.map { json($0) }
        if let attachment = message.attachment {
            members[attachment.kind.rawValue] = json(attachment, for: bot)
            if !message.text.isEmpty { members["caption"] = .string(message.text) }
            if !entities.isEmpty { members["caption_entities"] = .array(entities) }
        } else if message.service == nil {
            members["text"] = .string(message.text)
            if !entities.isEmpty { members["entities"] = .array(entities) }
        }
        if let thread = message.thread {
            members["message_thread_id"] = .integer(Int64(thread))
            members["is_topic_message"] = true
        }
        if message.isProtected { members["has_protected_content"] = true }
        if message.hidesLinkPreview { members["link_preview_options"] = ["is_disabled": true] }
        if !message.keyboard.isEmpty { members["reply_markup"] = ["inline_keyboard": json(message.keyboard)] }
        for (key, value) in serviceJSON(message.service) { members[key] = value }
        // Without a real reply, a message in a topic "replies" to the one that opened the topic.
        let target = message.replyTo ?? (message.thread == message.id ? nil : message.thread)
        if withReply, let reply = target.flatMap({ chat?.message($0) }) {
            members["reply_to_message"] = json(reply, for: bot, withReply: false)
            if let quote = message.quote {
                let position = reply.text.range(of: quote).map { reply.text.utf16.distance(from: reply.text.startIndex, to: $0.lowerBound) }
                members["quote"] = ["text": .string(quote), "position": .integer(Int64(position ?? 0)), "is_manual": true]
            }
        }
        return .object(members)
    }

    private func serviceJSON(_ service: Service?) -> [String: JSON] {
        switch service {
        case .joined(let accounts): ["new_chat_members": .array(accounts.map(userJSON))]
        case .left(let account): ["left_chat_member": userJSON(account)]
        case .topicCreated(let name, let color): ["forum_topic_created": ["name": .string(name), "icon_color": .integer(color)]]
        case .topicEdited(let name): ["forum_topic_edited": ["name": .string(name)]]
        case .topicClosed: ["forum_topic_closed": [:]]
        case .topicReopened: ["forum_topic_reopened": [:]]
        case .migratedTo(let number): ["migrate_to_chat_id": .integer(number)]
        case .migratedFrom(let number): ["migrate_from_chat_id": .integer(number)]
        case nil: [:]
        }
    }

    private func json(_ attachment: Attachment, for bot: Bot.ID) -> JSON {
        let size = JSON.integer(Int64(files[attachment.file]?.bytes.count ?? 0))
        let id = JSON.string(fileID(attachment.file, for: bot))
        let unique = JSON.string("U\(attachment.file)")
        switch attachment.kind {
        case .document:
            return [
                "file_id": id, "file_unique_id": unique, "file_name": .string(attachment.name), "mime_type": .string(attachment.mimeType),
                "file_size": size,
            ]
        case .photo:
            return [
                [
                    "file_id": id, "file_unique_id": unique, "width": .integer(Int64(attachment.width)),
                    "height": .integer(Int64(attachment.height)), "file_size": size,
                ]
            ]
        }
    }

    /// File ids belong to one bot.
    func fileID(_ file: Int, for bot: Bot.ID) -> String { "F\(bot)-\(file)" }

    private func json(_ keyboard: [[Button]]) -> JSON {
        .array(
            keyboard.map { row in
                .array(
                    row.map { button in
                        var members: [String: JSON] = ["text": .string(button.text)]
                        switch button.action {
                        case .callback(let data): members["callback_data"] = .string(data)
                        case .url(let url): members["url"] = .string(url)
                        case .copy(let text): members["copy_text"] = ["text": .string(text)]
                        case .webApp(let url): members["web_app"] = ["url": .string(url)]
                        case .other(let field): members[field] = ""
                        }
                        if let style = button.style { members["style"] = .string(style) }
                        return .object(members)
                    })
            })
    }
}
