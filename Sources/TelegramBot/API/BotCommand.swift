/// A command as Telegram's menu shows it: `[a-z0-9_]{1,32}` and 1–256 characters.
package struct BotCommand: Sendable, Equatable {
    package let name: String
    package let summary: String

    package init(name: String, summary: String) { (self.name, self.summary) = (name, summary) }

    var json: JSONValue { .object(["command": .string(name), "description": .string(summary)]) }
}

/// Who sees a list of commands; the most specific list wins.
package enum BotCommandScope: Sendable, Hashable {
    case `default`, allPrivateChats, allGroupChats, allChatAdministrators
    case chat(Int64)
    case chatAdministrators(Int64)
    case chatMember(chat: Int64, user: Int64)

    var json: JSONValue {
        switch self {
        case .default: .object(["type": .string("default")])
        case .allPrivateChats: .object(["type": .string("all_private_chats")])
        case .allGroupChats: .object(["type": .string("all_group_chats")])
        case .allChatAdministrators: .object(["type": .string("all_chat_administrators")])
        case .chat(let chat): .object(["type": .string("chat"), "chat_id": .integer(chat)])
        case .chatAdministrators(let chat): .object(["type": .string("chat_administrators"), "chat_id": .integer(chat)])
        case .chatMember(let chat, let user):
            .object(["type": .string("chat_member"), "chat_id": .integer(chat), "user_id": .integer(user)])
        }
    }
}
