import ChatOps
import Foundation
import HubCore
import HubStore

/// The chats that bots have been spoken to in, with the project that each works in.
struct ChatTable {
    let connection: any SQLConnection
    let bot: Int64

    struct Row: Sendable {
        var project: Project.ID?
        var shown = ShownInChat()
        var isDead: Bool
    }

    func find(_ chat: Int64) throws -> Row? {
        try connection.row("SELECT project, last_shown, is_dead FROM telegram_chat WHERE bot = \(bot) AND chat = \(chat)").map { row in
            var reader = RowReader(row)
            return Row(
                project: try reader.optionalID(), shown: ShownInChat(stored: try reader.optionalText()), isDead: try reader.bool())
        }
    }

    /// Notes a chat that was heard from: it can be written to.
    func putAlive(_ chat: Int64, isPrivate: Bool, at now: Timestamp) throws {
        try connection.execute(
            """
            INSERT INTO telegram_chat (bot, chat, is_private, seen_at) VALUES (\(bot), \(chat), \(isPrivate), \(now))
            ON CONFLICT (bot, chat) DO UPDATE SET is_dead = FALSE, seen_at = excluded.seen_at
            """)
    }

    func setDead(_ chat: Int64) throws {
        try connection.execute("UPDATE telegram_chat SET is_dead = TRUE WHERE bot = \(bot) AND chat = \(chat)")
    }

    /// - Parameter topic: the forum topic in which the project was chosen, where its notices belong.
    func setProject(_ project: Project.ID, of chat: Int64, topic: Int?) throws {
        try connection.execute("UPDATE telegram_chat SET project = \(project), topic = \(topic) WHERE bot = \(bot) AND chat = \(chat)")
    }

    /// The group works in no project any more. Nothing that went there by itself goes there any longer, also of tasks that were created there.
    func unbind(_ chat: Int64) throws {
        let address: SQL = "bot = \(bot) AND chat = \(chat)"
        try connection.execute("UPDATE telegram_chat SET project = NULL, topic = NULL, last_shown = NULL WHERE \(address)")
        try connection.execute("DELETE FROM telegram_origin WHERE \(address)")
        try connection.execute("DELETE FROM telegram_slot WHERE \(address) AND name <> 'menu'")
        try connection.execute("DELETE FROM telegram_tail WHERE \(address)")
        try connection.execute("DELETE FROM telegram_asker WHERE \(address)")
        try connection.execute("UPDATE telegram_message SET has_buttons = FALSE WHERE \(address)")
    }

    func setLastShown(_ topic: Topic, in chat: Int64) throws {
        try changeShown(in: chat) { $0.last = topic }
    }

    /// Notes that a message which shows `topic` has arrived.
    func noteArrival(of topic: Topic, as message: Int, in chat: Int64, at now: Timestamp) throws {
        try changeShown(in: chat) { $0.add(topic, as: message, at: now) }
    }

    private func changeShown(in chat: Int64, _ change: (inout ShownInChat) -> Void) throws {
        guard var shown = try find(chat)?.shown else { return }
        change(&shown)
        let text = try StoredJSON.text(shown)
        try connection.execute("UPDATE telegram_chat SET last_shown = \(text) WHERE bot = \(bot) AND chat = \(chat)")
    }

    /// Lets all that was known of a group hold for the supergroup that it became. Message ids begin anew there, so what names messages goes.
    func migrate(_ old: Int64, to new: Int64) throws {
        let address: SQL = "bot = \(bot) AND chat = \(old)"
        if try find(new) == nil {
            try connection.execute("UPDATE telegram_chat SET chat = \(new), topic = NULL WHERE \(address)")
        } else {
            try connection.execute(
                """
                UPDATE telegram_chat SET project = COALESCE(project, (SELECT project FROM telegram_chat AS gone
                    WHERE gone.bot = \(bot) AND gone.chat = \(old))) WHERE bot = \(bot) AND chat = \(new)
                """)
            try connection.execute("DELETE FROM telegram_chat WHERE \(address)")
        }
        try connection.execute("DELETE FROM telegram_message WHERE \(address)")
        try connection.execute("DELETE FROM telegram_slot WHERE \(address)")
        try connection.execute("DELETE FROM telegram_deletion WHERE \(address)")
        try connection.execute("DELETE FROM telegram_tail WHERE \(address)")
        try connection.execute("DELETE FROM telegram_asker WHERE \(address)")
        try connection.execute("DELETE FROM telegram_conversation WHERE \(address)")
        try connection.execute("UPDATE telegram_button SET chat = \(new) WHERE \(address)")
        try connection.execute("UPDATE telegram_origin SET chat = \(new), topic = NULL WHERE \(address)")
        try connection.execute("UPDATE telegram_outbox SET chat = \(new) WHERE \(address) AND finished_at IS NULL")
    }
}

/// Values of ours as JSON in a column.
enum StoredJSON {
    /// With sorted names, so that equal values have equal texts.
    static func text(_ value: some Encodable) throws -> String { String(decoding: try bytes(value), as: UTF8.self) }

    static func bytes(_ value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(value)
    }

    /// `nil` for what an older or newer program wrote otherwise.
    static func read<Value: Decodable>(_ text: String) -> Value? { try? JSONDecoder().decode(Value.self, from: Data(text.utf8)) }
}
