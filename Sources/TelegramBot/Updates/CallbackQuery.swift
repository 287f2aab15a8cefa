/// A pressed button. It may be from an old keyboard, from anybody who sees it, and come twice.
package struct CallbackQuery: Decodable, Sendable, Equatable {
    package let id: String
    package let from: User
    /// The message with the button. Where it is no longer accessible, its date is 0 and only chat and id are known.
    package let message: Message?
    /// What the button carries.
    package let data: String?

    package init(id: String, from: User, message: Message? = nil, data: String? = nil) {
        (self.id, self.from, self.message, self.data) = (id, from, message, data)
    }

    private enum Key: String, CodingKey { case id, from, message, data }

    package init(from decoder: any Decoder) throws {
        let query = try decoder.container(keyedBy: Key.self)
        self.init(
            id: try query.decode(String.self, forKey: .id), from: try query.decode(User.self, forKey: .from),
            message: query.lenient(Message.self, .message), data: query.lenient(String.self, .data))
    }
}
