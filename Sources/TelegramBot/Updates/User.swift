/// A person or a bot.
package struct User: Decodable, Sendable, Equatable {
    package let id: Int64
    package let isBot: Bool
    package let firstName: String
    package let lastName: String?
    /// Without `@`.
    package let username: String?
    package let languageCode: String?
    /// Of the bot itself, from `getMe`: whether it may be added to groups.
    package let canJoinGroups: Bool
    /// Of the bot itself: whether it gets all messages of its groups (privacy mode is off).
    package let readsAllGroupMessages: Bool
    /// Of the bot itself: whether its private chats have topics.
    package let hasTopics: Bool

    package init(
        id: Int64, isBot: Bool = false, firstName: String, lastName: String? = nil, username: String? = nil, languageCode: String? = nil,
        canJoinGroups: Bool = false, readsAllGroupMessages: Bool = false, hasTopics: Bool = false
    ) {
        (self.id, self.isBot, self.firstName, self.lastName, self.username) = (id, isBot, firstName, lastName, username)
        (self.languageCode, self.canJoinGroups) = (languageCode, canJoinGroups)
        (self.readsAllGroupMessages, self.hasTopics) = (readsAllGroupMessages, hasTopics)
    }

    package var fullName: String { lastName.map { "\(firstName) \($0)" } ?? firstName }

    private enum Key: String, CodingKey {
        case id, username
        case isBot = "is_bot"
        case firstName = "first_name"
        case lastName = "last_name"
        case languageCode = "language_code"
        case canJoinGroups = "can_join_groups"
        case readsAllGroupMessages = "can_read_all_group_messages"
        case hasTopics = "has_topics_enabled"
    }

    package init(from decoder: any Decoder) throws {
        let user = try decoder.container(keyedBy: Key.self)
        self.init(
            id: try user.decode(Int64.self, forKey: .id), isBot: user.flag(.isBot), firstName: user.lenient(String.self, .firstName) ?? "",
            lastName: user.lenient(String.self, .lastName), username: user.lenient(String.self, .username),
            languageCode: user.lenient(String.self, .languageCode), canJoinGroups: user.flag(.canJoinGroups),
            readsAllGroupMessages: user.flag(.readsAllGroupMessages), hasTopics: user.flag(.hasTopics))
    }
}
