extension World {
    /// A bot's account: what @BotFather made, and what it told Telegram about itself.
    package struct Bot: Sendable, Identifiable {
        package let id: Int64
        /// Secret; `<id>:<35 characters>`.
        package let token: String
        package let username: String
        package var name: String
        /// Privacy mode off: it sees every message of its groups.
        package var readsAllGroupMessages: Bool
        /// Topics in private chats (`has_topics_enabled`).
        package var hasTopics: Bool
        package internal(set) var webhook: String?
        package internal(set) var commands: [CommandScope: [BotCommand]] = [:]
        package internal(set) var queue = UpdateQueue()
        /// Long polls that have had to wait so far.
        package internal(set) var polls = 0
        /// Message ids of private chats run per bot, not per chat.
        var lastMessageID = 0
    }

    /// A person's account.
    package struct Person: Sendable, Identifiable, Equatable {
        package let id: Int64
        package let name: String
        /// Without the `@`.
        package let username: String?
        package var language: String?
    }

    /// One entry of the list that an app shows when `/` is typed.
    package struct BotCommand: Sendable, Equatable {
        package let command: String
        package let summary: String
    }

    /// For whom a command list is meant (`BotCommandScope`), in one language or in all.
    package struct CommandScope: Hashable, Sendable {
        package enum Audience: Hashable, Sendable {
            case everyone, privateChats, groupChats, administrators
            case chat(Int64)
            case chatAdministrators(Int64)
            case member(Int64, chat: Int64)
        }
        package let audience: Audience
        /// Two letters, or empty for every language.
        package let language: String
    }

    /// Makes a bot. The token's secret part is `secret`, or one derived from the id: enough for a server that only listens on loopback.
    package mutating func addBot(
        username: String, name: String? = nil, readsAllGroupMessages: Bool = false, hasTopics: Bool = false, secret: String? = nil
    ) -> Bot {
        let id = nextNumber()
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")
        let secret = secret ?? "AA" + String((0..<33).map { _ in alphabet[.random(in: alphabet.indices)] })
        let bot = Bot(
            id: id, token: "\(id):\(secret)", username: username, name: name ?? username, readsAllGroupMessages: readsAllGroupMessages,
            hasTopics: hasTopics)
        bots[id] = bot
        tokens[bot.token] = id
        changes.append(.roster)
        return bot
    }

    package mutating func addPerson(name: String, username: String? = nil, language: String? = nil) -> Person {
        let person = Person(id: nextNumber(), name: name, username: username, language: language)
        people[person.id] = person
        changes.append(.roster)
        return person
    }

    /// Makes every further call with the bot's token answer 401.
    package mutating func revokeToken(of bot: Bot.ID) {
        tokens = tokens.filter { $0.value != bot }
    }
}
