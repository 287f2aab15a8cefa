import Foundation

/// What Telegram knows: accounts, chats, messages, and what each bot has yet to fetch.
///
/// A value without input or output: each operation changes it at once, or throws and leaves it as it was. Whoever owns it sets ``now``
/// first, and afterwards takes the ``changes`` to tell those who watch.
package struct World: Sendable {
    /// The time at which the next operation happens.
    package var now = Date(timeIntervalSince1970: 0)

    package internal(set) var bots: [Bot.ID: Bot] = [:]
    package internal(set) var people: [Person.ID: Person] = [:]
    package internal(set) var chats: [Chat.ID: Chat] = [:]
    package internal(set) var callbacks: [String: Callback] = [:]
    package internal(set) var files: [Int: StoredFile] = [:]
    package internal(set) var samples: [Sample] = []
    /// What happened since it was last taken, oldest first.
    package internal(set) var changes: [Change] = []

    var tokens: [String: Bot.ID] = [:]
    var lastNumber: Int64 = 7_000_000
    var callbackLifetime: TimeInterval = 120

    package init() {}

    /// Something that a watcher of the world would notice.
    package enum Change: Sendable, Equatable {
        case chat(Chat.ID)
        case message(Chat.ID, Int)
        case deleted(Chat.ID, Int)
        case typing(Chat.ID, bot: Bot.ID)
        case answered(callback: String)
        case updates(Bot.ID)
        case polling(Bot.ID)
        case commands(Bot.ID)
        case roster
    }

    package mutating func takeChanges() -> [Change] {
        defer { changes = [] }
        return changes
    }

    mutating func nextNumber() -> Int64 {
        lastNumber += 1
        return lastNumber
    }

    /// The bot that `token` belongs to; `nil` for an unknown or revoked one.
    package func bot(token: String) -> Bot? { tokens[token].flatMap { bots[$0] } }

    package func bot(username: String) -> Bot? {
        bots.values.first { $0.username.caseInsensitiveCompare(username) == .orderedSame }
    }
}
