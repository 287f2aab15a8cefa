extension World {
    /// Why a Bot API call failed; becomes `{"ok":false,…}`.
    package struct Refusal: Error, Equatable, Sendable {
        /// The HTTP status, too.
        package let code: Int
        package let description: String
        /// Seconds; with 429.
        package var retryAfter: Int?
        package var migratedTo: Int64?

        package init(code: Int, description: String, retryAfter: Int? = nil, migratedTo: Int64? = nil) {
            (self.code, self.description, self.retryAfter, self.migratedTo) = (code, description, retryAfter, migratedTo)
        }

        static func badRequest(_ reason: String) -> Refusal { .init(code: 400, description: "Bad Request: \(reason)") }
        static func forbidden(_ reason: String) -> Refusal { .init(code: 403, description: "Forbidden: \(reason)") }
        static func conflict(_ reason: String) -> Refusal { .init(code: 409, description: "Conflict: \(reason)") }
        static let unauthorized = Refusal(code: 401, description: "Unauthorized")
        static func tooManyRequests(retryAfter: Int) -> Refusal {
            .init(code: 429, description: "Too Many Requests: retry after \(retryAfter)", retryAfter: retryAfter)
        }
        static let chatNotFound = badRequest("chat not found")
        static let threadNotFound = badRequest("message thread not found")
    }

    /// Why a person cannot do something; the app would not offer it.
    package enum PersonError: Error, Equatable, Sendable {
        case unknownPerson, unknownBot, unknownChat, unknownMessage, unknownTopic
        case notMember
        case noSuchButton(String)
        case notOwnMessage
        case emptyText
        /// What is quoted does not occur in the message that is replied to.
        case notInMessage
    }
}
