import ChatOps
import HubCore
import HubStore

/// What is waited for from one person in one chat.
struct ConversationTable {
    let connection: any SQLConnection
    let bot: Int64

    func find(chat: Int64, sender: Int64) throws -> Conversation {
        guard
            let row = try connection.row(
                "SELECT state FROM telegram_conversation WHERE bot = \(bot) AND chat = \(chat) AND sender = \(sender)")
        else { return .none }
        var reader = RowReader(row)
        return StoredJSON.read(try reader.text()) ?? .none
    }

    func set(_ conversation: Conversation, chat: Int64, sender: Int64, at now: Timestamp) throws {
        guard conversation != .none else {
            try connection.execute("DELETE FROM telegram_conversation WHERE bot = \(bot) AND chat = \(chat) AND sender = \(sender)")
            return
        }
        try connection.execute(
            """
            INSERT INTO telegram_conversation (bot, chat, sender, state, updated_at)
            VALUES (\(bot), \(chat), \(sender), \(try StoredJSON.text(conversation)), \(now))
            ON CONFLICT (bot, chat, sender) DO UPDATE SET state = excluded.state, updated_at = excluded.updated_at
            """)
    }
}

/// Strangers who were told how to get in: one line a day, then silence.
struct StrangerTable {
    let connection: any SQLConnection

    func wasTold(_ sender: Int64, since time: Timestamp) throws -> Bool {
        try connection.row("SELECT 1 FROM telegram_stranger WHERE sender = \(sender) AND told_at > \(time)") != nil
    }

    func markTold(_ sender: Int64, at now: Timestamp) throws {
        try connection.execute(
            """
            INSERT INTO telegram_stranger (sender, told_at) VALUES (\(sender), \(now))
            ON CONFLICT (sender) DO UPDATE SET told_at = excluded.told_at
            """)
    }
}
