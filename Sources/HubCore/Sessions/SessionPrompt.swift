extension Session {
    /// What a terminal waits for.
    package enum Prompt: String, CaseIterable, Hashable, Sendable, Codable {
        /// Leave to do something.
        case permission
        /// Text.
        case input
        /// The end of a usage limit, or another account.
        case usageLimit = "usage_limit"
        /// Nobody knows, but nothing goes on.
        case unknown
    }

    /// How a person acted on a terminal; the content is in no log.
    package enum Typing: String, CaseIterable, Hashable, Sendable, Codable {
        case text, key, resize, transfer
    }
}
