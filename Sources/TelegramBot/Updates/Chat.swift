package struct Chat: Decodable, Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        case personal, group, supergroup, channel
        case other(String)

        init(_ name: String) {
            switch name {
            case "private": self = .personal
            case "group": self = .group
            case "supergroup": self = .supergroup
            case "channel": self = .channel
            default: self = .other(name)
            }
        }
    }

    /// Negative for groups and channels.
    package let id: Int64
    package let kind: Kind
    /// Of groups and channels.
    package let title: String?
    package let username: String?
    /// Of private chats: the person's name.
    package let firstName: String?
    /// Whether it has topics.
    package let isForum: Bool

    package init(
        id: Int64, kind: Kind, title: String? = nil, username: String? = nil, firstName: String? = nil, isForum: Bool = false
    ) {
        (self.id, self.kind, self.title, self.username) = (id, kind, title, username)
        (self.firstName, self.isForum) = (firstName, isForum)
    }

    private enum Key: String, CodingKey {
        case id, type, title, username
        case firstName = "first_name"
        case isForum = "is_forum"
    }

    package init(from decoder: any Decoder) throws {
        let chat = try decoder.container(keyedBy: Key.self)
        self.init(
            id: try chat.decode(Int64.self, forKey: .id), kind: Kind(chat.lenient(String.self, .type) ?? ""),
            title: chat.lenient(String.self, .title), username: chat.lenient(String.self, .username),
            firstName: chat.lenient(String.self, .firstName), isForum: chat.flag(.isForum))
    }
}
