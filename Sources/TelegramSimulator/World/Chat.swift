import Foundation

extension World {
    /// A conversation: of one person with one bot, or a group.
    package struct Chat: Sendable, Identifiable {
        /// Two bots see the same person under the same `chat_id`, so the number alone does not name a chat.
        package enum ID: Hashable, Sendable {
            case direct(bot: Bot.ID, person: Person.ID)
            case group(Int64)

            /// The `chat_id` of the Bot API.
            package var number: Int64 {
                switch self {
                case .direct(_, let person): person
                case .group(let number): number
                }
            }
        }

        package enum Kind: String, Sendable {
            case direct = "private"
            case group, supergroup
        }

        package enum Membership: String, Sendable {
            case creator, administrator, member, left, kicked

            package var isPresent: Bool { self != .left && self != .kicked }
            package var isAdministrator: Bool { self == .creator || self == .administrator }
        }

        /// A forum topic; its id is that of the message that made it.
        package struct Topic: Sendable, Identifiable, Equatable {
            package let id: Int
            package internal(set) var name: String
            package internal(set) var iconColor: Int64
            package internal(set) var isClosed = false
        }

        /// A preview that a bot streams; it vanishes 30 s after its last change.
        package struct Draft: Sendable, Equatable {
            package let id: Int64
            package let bot: Bot.ID
            package let text: String
            package let entities: [Entity]
            package let expires: Date
        }

        package let id: ID
        package internal(set) var kind: Kind
        package internal(set) var title: String
        package internal(set) var isForum = false
        /// People and bots alike, by account id.
        package internal(set) var members: [Int64: Membership] = [:]
        package internal(set) var topics: [Int: Topic] = [:]
        /// In the order of their ids; deleted ones are gone.
        package internal(set) var messages: [Message] = []
        package internal(set) var migratedTo: Int64?
        package internal(set) var draft: Draft?
        package internal(set) var typingUntil: Date?
        /// The bot that spoke last: in privacy mode a bare command goes to it.
        var lastSpeaker: Bot.ID?
        var lastMessageID = 0

        package func message(_ id: Int) -> Message? { position(of: id).map { messages[$0] } }

        func position(of id: Int) -> Int? {
            var (low, high) = (0, messages.count)
            while low < high {
                let middle = (low + high) / 2
                if messages[middle].id < id { low = middle + 1 } else { high = middle }
            }
            return low < messages.count && messages[low].id == id ? low : nil
        }
    }
}
