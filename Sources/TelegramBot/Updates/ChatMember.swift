/// Somebody's standing in a chat.
package struct ChatMember: Decodable, Sendable, Equatable {
    package enum Status: Sendable, Equatable {
        case creator, administrator, member, restricted, left
        /// Banned from a group; in a private chat: the person blocked the bot.
        case kicked
        case other(String)

        init(_ name: String) {
            switch name {
            case "creator": self = .creator
            case "administrator": self = .administrator
            case "member": self = .member
            case "restricted": self = .restricted
            case "left": self = .left
            case "kicked": self = .kicked
            default: self = .other(name)
            }
        }
    }

    package let user: User
    package let status: Status
    /// Of the restricted: whether they are in the chat.
    package let isMember: Bool?
    package let canManageTopics: Bool
    package let canDeleteMessages: Bool
    package let canPinMessages: Bool

    package init(
        user: User, status: Status, isMember: Bool? = nil, canManageTopics: Bool = false, canDeleteMessages: Bool = false,
        canPinMessages: Bool = false
    ) {
        (self.user, self.status, self.isMember) = (user, status, isMember)
        (self.canManageTopics, self.canDeleteMessages, self.canPinMessages) = (canManageTopics, canDeleteMessages, canPinMessages)
    }

    /// Whether they are in the chat now. An unknown status is none.
    package var isPresent: Bool {
        switch status {
        case .creator, .administrator, .member: true
        case .restricted: isMember ?? false
        case .left, .kicked, .other: false
        }
    }

    private enum Key: String, CodingKey {
        case user, status
        case isMember = "is_member"
        case canManageTopics = "can_manage_topics"
        case canDeleteMessages = "can_delete_messages"
        case canPinMessages = "can_pin_messages"
    }

    package init(from decoder: any Decoder) throws {
        let member = try decoder.container(keyedBy: Key.self)
        self.init(
            user: try member.decode(User.self, forKey: .user), status: Status(try member.decode(String.self, forKey: .status)),
            isMember: member.lenient(Bool.self, .isMember), canManageTopics: member.flag(.canManageTopics),
            canDeleteMessages: member.flag(.canDeleteMessages), canPinMessages: member.flag(.canPinMessages))
    }
}

/// The bot's own standing in a chat changed: added, promoted, removed, blocked, unblocked.
package struct ChatMemberUpdated: Decodable, Sendable, Equatable {
    package let chat: Chat
    /// Who changed it.
    package let from: User
    package let old: ChatMember
    package let new: ChatMember

    package init(chat: Chat, from: User, old: ChatMember, new: ChatMember) {
        (self.chat, self.from, self.old, self.new) = (chat, from, old, new)
    }

    private enum CodingKeys: String, CodingKey {
        case chat, from
        case old = "old_chat_member"
        case new = "new_chat_member"
    }
}

/// Somebody changed their reactions to a message.
package struct MessageReactionUpdated: Decodable, Sendable, Equatable {
    package let chat: Chat
    package let message: Int
    /// Missing for anonymous ones.
    package let user: User?
    /// The emoji now set; custom and paid ones are left out.
    package let emoji: [String]

    private enum Key: String, CodingKey {
        case chat, user
        case message = "message_id"
        case new = "new_reaction"
    }

    private struct Reaction: Decodable { var emoji: String }

    package init(from decoder: any Decoder) throws {
        let change = try decoder.container(keyedBy: Key.self)
        chat = try change.decode(Chat.self, forKey: .chat)
        message = try change.decode(Int.self, forKey: .message)
        user = change.lenient(User.self, .user)
        emoji = change.lenientArray(Reaction.self, .new).map(\.emoji)
    }
}
