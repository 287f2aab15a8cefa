import ChatOps
import HubCore
import HubStore

/// What a button does, and where it may be pressed. Telegram carries the id only.
struct ButtonTable {
    let connection: any SQLConnection
    let bot: Int64

    struct Row: Sendable {
        let id: String
        let action: String
    }

    /// The action behind `id`, if it was shown in this chat.
    func find(_ id: String, in chat: Int64) throws -> ButtonAction? {
        guard
            let row = try connection.row("SELECT action FROM telegram_button WHERE id = \(id) AND bot = \(bot) AND chat = \(chat)")
        else { return nil }
        var reader = RowReader(row)
        return StoredJSON.read(try reader.text())
    }

    /// The ids of a slot by their actions, so that a card that is drawn again does not need new ones.
    func ids(of slot: String, in chat: Int64) throws -> [String: String] {
        let rows = try connection.rows("SELECT action, id FROM telegram_button WHERE bot = \(bot) AND chat = \(chat) AND slot = \(slot)")
        return try rows.reduce(into: [:]) { ids, row in
            var reader = RowReader(row)
            ids[try reader.text()] = try reader.text()
        }
    }

    func insert(_ row: Row, slot: String?, in chat: Int64, at now: Timestamp) throws {
        try connection.execute(
            """
            INSERT INTO telegram_button (id, bot, chat, slot, action, created_at)
            VALUES (\(row.id), \(bot), \(chat), \(slot), \(row.action), \(now))
            """)
    }
}
